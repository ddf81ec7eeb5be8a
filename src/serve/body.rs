//! Reads a request's body: not longer than a review can be, not slower than the caller waits, and with all others within a budget.
//!
//! A body that is not kept is still read to its end, within the time there is: a connection that is closed on unread bytes is reset, and
//! the answer lost.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// The longest body. An API object is at most 3 MiB; a review of an update holds two, and each `<`, `>` or `&` in them may be six bytes.
pub(super) const LONGEST: usize = 20 * 1024 * 1024;
/// All bodies in flight together.
pub(super) const BUDGET: usize = 64 * 1024 * 1024;
/// As much of a body as is kept of one that is too long: the API server writes the uid first.
const HEAD: usize = 1024;
/// A room for the body of an ordinary review.
const ORDINARY: usize = 16 * 1024;

/// A body, and its share of the budget until it is dropped.
pub(super) struct Whole<'a> {
    pub(super) bytes: Vec<u8>,
    _share: Option<SemaphorePermit<'a>>,
}

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is longer than [`LONGEST`]; its head.
    TooLong(Vec<u8>),
    /// All bodies together would be more than the budget.
    TooMany,
    /// It did not come in time.
    TooSlow,
    /// The connection broke, or the body is no HTTP.
    Broken(String),
}

/// Reads a body until the deadline.
pub(super) async fn read(
    mut body: Body,
    budget: &Semaphore,
    deadline: Instant,
) -> Result<Whole<'_>, Unread> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(announced.min(ORDINARY));
    let mut share: Option<SemaphorePermit> = None;
    while let Some(data) = next(&mut body, deadline).await? {
        if bytes.len() + data.len() > LONGEST || announced > LONGEST {
            bytes.extend_from_slice(&data[..data.len().min(HEAD)]);
            bytes.truncate(HEAD);
            bytes.shrink_to_fit();
            drop(share);
            discard(body, deadline).await;
            return Err(Unread::TooLong(bytes));
        }
        // Counted as it comes and not as it is announced, so that nobody takes the budget with words alone.
        let more = u32::try_from(data.len()).unwrap_or(u32::MAX);
        let Ok(more) = budget.try_acquire_many(more) else {
            drop((share, bytes));
            discard(body, deadline).await;
            return Err(Unread::TooMany);
        };
        match &mut share {
            Some(share) => share.merge(more),
            None => share = Some(more),
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Whole {
        bytes,
        _share: share,
    })
}

async fn next(body: &mut Body, deadline: Instant) -> Result<Option<Bytes>, Unread> {
    match timeout_at(deadline, body.frame()).await {
        Err(_) => Err(Unread::TooSlow),
        Ok(None) => Ok(None),
        // Trailers say nothing to us.
        Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
        Ok(Some(Err(error))) => Err(Unread::Broken(error.to_string())),
    }
}

/// Reads what is left and keeps nothing. Whether it comes to the end changes no answer.
async fn discard(mut body: Body, deadline: Instant) {
    while let Ok(Some(_)) = next(&mut body, deadline).await {}
}

/// How long the caller waits: `?timeout=10s`, as the API server writes it, else its default.
pub(super) fn patience(query: Option<&str>) -> Duration {
    let asked = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("timeout="))
        .and_then(|text| text.strip_suffix('s'))
        .and_then(|seconds| seconds.parse::<u64>().ok())
        .filter(|seconds| (1..=30).contains(seconds))
        .map_or(Duration::from_secs(10), Duration::from_secs);
    // The answer has to be back by then.
    asked.saturating_sub(asked / 10 + Duration::from_millis(100))
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use rstest::rstest;

    use super::*;

    fn in_pieces(pieces: usize, size: usize) -> Body {
        let piece = move |_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; size]));
        Body::from_stream(stream::iter((0..pieces).map(piece)))
    }

    async fn lasts(body: Body, budget: &Semaphore) -> Result<usize, Unread> {
        let deadline = Instant::now() + Duration::from_secs(5);
        read(body, budget, deadline)
            .await
            .map(|whole| whole.bytes.len())
    }

    #[tokio::test]
    async fn a_body_within_the_limit_is_read_and_gives_its_share_back() {
        let budget = Semaphore::new(BUDGET);
        assert_eq!(
            lasts(in_pieces(20, 1024 * 1024), &budget).await,
            Ok(LONGEST)
        );
        assert_eq!(budget.available_permits(), BUDGET);
    }

    #[rstest]
    #[case::announced(Body::from(vec![b'x'; LONGEST + 1]))]
    #[case::in_pieces(in_pieces(21, 1024 * 1024))]
    #[tokio::test]
    async fn of_a_body_that_is_too_long_the_head_is_kept(#[case] body: Body) {
        let budget = Semaphore::new(BUDGET);
        assert_eq!(
            lasts(body, &budget).await,
            Err(Unread::TooLong(vec![b'x'; HEAD]))
        );
        assert_eq!(budget.available_permits(), BUDGET);
    }

    #[tokio::test]
    async fn all_bodies_together_stay_within_the_budget() {
        let budget = Semaphore::new(1000);
        let deadline = Instant::now() + Duration::from_secs(5);
        let first = read(in_pieces(6, 100), &budget, deadline).await;
        assert_eq!(
            lasts(in_pieces(5, 100), &budget).await,
            Err(Unread::TooMany)
        );
        assert_eq!(lasts(in_pieces(4, 100), &budget).await, Ok(400));
        drop(first);
        assert_eq!(lasts(in_pieces(10, 100), &budget).await, Ok(1000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let budget = Semaphore::new(1000);
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(lasts(body, &budget).await, Err(Unread::TooSlow));
    }

    #[rstest]
    #[case(Some("timeout=5s"), 4400)]
    #[case(Some("a=b&timeout=1s"), 800)]
    #[case(Some("timeout=30s"), 26_900)]
    #[case(Some("timeout=0s"), 8900)]
    #[case(Some("timeout=99999s"), 8900)]
    #[case(Some("timeout=soon"), 8900)]
    #[case(None, 8900)]
    fn the_deadline_lies_before_the_callers(#[case] query: Option<&str>, #[case] millis: u64) {
        assert_eq!(patience(query), Duration::from_millis(millis));
    }
}

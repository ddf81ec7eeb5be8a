//! A time limit for the head of each request on a connection, which is not the limit for waiting between two requests.
//!
//! hyper has one limit for both. A short one would close connections that the API server still keeps for its next call, and a call that
//! meets the closing is lost; a long one would let anyone hold connections with half a line.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};
use tower::Service;

/// The longest time from the first byte of a head to its last.
pub(super) const HEAD: Duration = Duration::from_secs(5);
/// The longest time without a request. Go's clients, the API server with them, keep a connection for 90 seconds.
pub(super) const IDLE: Duration = Duration::from_secs(120);

/// Accepts as the inner one does, and limits heads.
#[derive(Debug, Clone)]
pub(super) struct Patient<A>(pub(super) A);

impl<A, I, S> Accept<I, S> for Patient<A>
where
    A: Accept<I, S>,
    A::Future: Send + 'static,
    A::Stream: Send,
    A::Service: Send,
{
    type Stream = PatientStream<A::Stream>;
    type Service = PatientService<A::Service>;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let accepted = self.0.accept(stream, service);
        async {
            let (stream, service) = accepted.await?;
            let turns = Arc::new(AtomicU64::new(0));
            let stream = PatientStream {
                inner: stream,
                turns: Arc::clone(&turns),
                head_in: None,
                limit: None,
            };
            let service = PatientService {
                inner: service,
                turns,
            };
            Ok((stream, service))
        }
        .boxed()
    }
}

/// Counts up when a head is complete and again when its request is answered: even between requests, odd within one.
type Turns = Arc<AtomicU64>;

/// A connection whose reads fail when a head takes too long.
#[derive(Debug)]
pub(super) struct PatientStream<S> {
    inner: S,
    turns: Turns,
    /// The pause between requests in which bytes of a head have come.
    head_in: Option<u64>,
    limit: Option<Pin<Box<Sleep>>>,
}

impl<S: AsyncRead + Unpin> AsyncRead for PatientStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        let turn = self.turns.load(Ordering::Relaxed);
        if read.is_ready() {
            if buffer.filled().len() > before && turn.is_multiple_of(2) {
                self.head_in = Some(turn);
            }
            return read;
        }
        if self.head_in != Some(turn) {
            self.limit = None;
            return Poll::Pending;
        }
        // A head that came at once never gets here, so that most requests need no timer.
        let limit = self.limit.get_or_insert_with(|| Box::pin(sleep(HEAD)));
        limit
            .as_mut()
            .poll(cx)
            .map(|()| Err(io::Error::from(io::ErrorKind::TimedOut)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PatientStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

/// The service of one connection, which tells its stream where one request ends and the next may begin.
#[derive(Debug, Clone)]
pub(super) struct PatientService<S> {
    inner: S,
    turns: Turns,
}

impl<S, R> Service<R> for PatientService<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.turns.fetch_add(1, Ordering::Relaxed);
        let turns = Arc::clone(&self.turns);
        self.inner
            .call(request)
            .inspect(move |_| _ = turns.fetch_add(1, Ordering::Relaxed))
            .boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::time::timeout;

    use super::*;

    /// Both ends of a connection, the server's in a task that reads and takes whatever it gets for one request when told so.
    fn connection() -> (DuplexStream, PatientStream<DuplexStream>, Turns) {
        let (client, server) = duplex(1024);
        let turns = Turns::default();
        let stream = PatientStream {
            inner: server,
            turns: Arc::clone(&turns),
            head_in: None,
            limit: None,
        };
        (client, stream, turns)
    }

    async fn read(stream: &mut PatientStream<DuplexStream>) -> Option<io::Result<usize>> {
        let mut buffer = [0; 64];
        timeout(HEAD * 2, stream.read(&mut buffer)).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_may_be_idle_before_and_between_requests() {
        let (mut client, mut server, turns) = connection();
        assert!(
            read(&mut server).await.is_none(),
            "before the first request"
        );
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        assert!(read(&mut server).await.unwrap().is_ok());
        turns.store(2, Ordering::Relaxed);
        assert!(read(&mut server).await.is_none(), "after an answer");
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_end_breaks_the_connection() {
        let (mut client, mut server, turns) = connection();
        turns.store(2, Ordering::Relaxed);
        client.write_all(b"GET / HT").await.unwrap();
        assert!(read(&mut server).await.unwrap().is_ok());
        let error = read(&mut server).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn each_head_has_the_limit_anew() {
        let (mut client, mut server, turns) = connection();
        for turn in [0, 2] {
            turns.store(turn, Ordering::Relaxed);
            client.write_all(b"GET / HT").await.unwrap();
            assert!(read(&mut server).await.unwrap().is_ok());
            // Most of the limit goes by before the rest comes.
            let rest = timeout(HEAD * 9 / 10, server.read_u8()).await;
            assert!(rest.is_err());
            client.write_all(b"TP/1.1\r\n\r\n").await.unwrap();
            assert!(read(&mut server).await.unwrap().is_ok());
            turns.store(turn + 1, Ordering::Relaxed);
            assert!(read(&mut server).await.is_none(), "while it is answered");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_breaks_it_too() {
        let (mut client, mut server, _) = connection();
        let dripping = async {
            loop {
                client.write_all(b"x").await.unwrap();
                sleep(HEAD / 3).await;
            }
        };
        let reading = async {
            loop {
                if let Some(Err(error)) = read(&mut server).await {
                    break error;
                }
            }
        };
        let error = tokio::select! { error = reading => error, () = dripping => unreachable!() };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_its_own_limit_elsewhere() {
        let (mut client, mut server, turns) = connection();
        client.write_all(b"POST / HTTP/1.1\r\n\r\n{").await.unwrap();
        assert!(read(&mut server).await.unwrap().is_ok());
        turns.store(1, Ordering::Relaxed);
        assert!(read(&mut server).await.is_none());
    }

    #[tokio::test]
    async fn the_service_counts_heads_and_answers() {
        let turns = Turns::default();
        let seen = Arc::clone(&turns);
        let mut service = PatientService {
            inner: tower::service_fn(move |()| {
                let seen = seen.load(Ordering::Relaxed);
                async move { Ok::<_, Infallible>(seen) }
            }),
            turns: Arc::clone(&turns),
        };
        assert_eq!(service.call(()).await, Ok(1));
        assert_eq!(turns.load(Ordering::Relaxed), 2);
    }
}

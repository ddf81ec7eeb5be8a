//! Nodes and namespaces as the API server knows them: one watch each, that publishes a whole snapshot after a change.
//!
//! A list is collected apart and takes the old one's place when it is complete, so that nobody ever sees half a cluster. While the watch
//! is broken, the last snapshot stays.

use std::convert::Infallible;
use std::time::Duration;

use futures::{Stream, StreamExt as _};
use k8s_openapi::api::core::v1::Namespace;
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Error, Event, watcher};
use kube::{Api, ResourceExt as _};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::connect::{Line, in_words};
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::judge::Namespaces;
use crate::os::Catalogue;

/// What is told of a watch.
#[derive(Debug)]
pub enum News<'a, C> {
    /// A snapshot that is complete and new.
    Snapshot(&'a C),
    /// The watch, broken before, works again: the last snapshot is good.
    Restored,
    /// The watch is broken, for this reason; it will be tried again.
    Broken(String),
}

/// Watches the nodes.
pub async fn nodes(line: Line, listener: impl FnMut(News<Inventory>)) -> Infallible {
    let events = watcher(Api::<NodeObject>::all(line.client), in_pages());
    follow(events.default_backoff(), &line.answered, listener).await
}

/// Watches the namespaces, their metadata only.
pub async fn namespaces(line: Line, listener: impl FnMut(News<Namespaces>)) -> Infallible {
    let events = watcher(
        Api::<PartialObjectMeta<Namespace>>::all(line.client),
        in_pages(),
    );
    follow(events.default_backoff(), &line.answered, listener).await
}

/// 500 nodes are some megabytes of JSON: as much as should be in memory at once.
fn in_pages() -> watcher::Config {
    watcher::Config::default().page_size(500)
}

/// Many changes at once, as when a pool is labelled, make one snapshot in this time.
const AT_MOST_EVERY: Duration = Duration::from_millis(100);

async fn follow<C: Cache>(
    events: impl Stream<Item = Result<Event<C::Object>, Error>>,
    answered: &Notify,
    mut listener: impl FnMut(News<C>),
) -> Infallible {
    let mut events = std::pin::pin!(events);
    let mut current = C::default();
    let mut coming = C::default();
    let (mut complete, mut changed, mut broken) = (false, false, false);
    let mut not_before = Instant::now();
    loop {
        let event = tokio::select! {
            biased;
            () = sleep_until(not_before), if changed => {
                listener(News::Snapshot(&current));
                changed = false;
                not_before = Instant::now() + AT_MOST_EVERY;
                continue;
            }
            () = answered.notified(), if broken && complete => {
                listener(News::Restored);
                broken = false;
                continue;
            }
            event = events.next() => event,
        };
        match event {
            Some(Ok(Event::Init)) => {
                coming = C::default();
                // Said before the list is asked for, so it is no sign of life.
                continue;
            }
            Some(Ok(Event::InitApply(object))) => {
                coming.apply(object);
                continue;
            }
            Some(Ok(Event::InitDone)) => {
                current = std::mem::take(&mut coming);
                changed = true;
            }
            Some(Ok(Event::Apply(object))) => changed |= current.apply(object),
            Some(Ok(Event::Delete(object))) => changed |= current.remove(&object),
            Some(Err(error)) => {
                if let Some(why) = trouble(&error) {
                    broken = true;
                    listener(News::Broken(why));
                }
                continue;
            }
            // A watcher's stream has no end.
            None => std::future::pending().await,
        }
        if std::mem::take(&mut broken) && complete {
            listener(News::Restored);
        }
        complete = true;
    }
}

/// None for a watch that only fell too far behind, which starts anew by itself.
fn trouble(error: &Error) -> Option<String> {
    match error {
        Error::WatchError(status) if status.code == GONE => None,
        Error::WatchError(status) => Some(format!("{} ({})", status.message, status.code)),
        Error::InitialListFailed(error)
        | Error::WatchStartFailed(error)
        | Error::WatchFailed(error) => Some(in_words(error)),
        Error::NoResourceVersion => Some(error.to_string()),
    }
}

const GONE: u16 = 410;

/// A snapshot in the making. Both methods say whether they changed it.
trait Cache: Default {
    type Object;
    fn apply(&mut self, object: Self::Object) -> bool;
    fn remove(&mut self, object: &Self::Object) -> bool;
}

impl Cache for Inventory {
    type Object = NodeObject;

    fn apply(&mut self, object: NodeObject) -> bool {
        self.apply(Node::new(object, Catalogue::built_in()))
    }

    fn remove(&mut self, object: &NodeObject) -> bool {
        self.remove(&object.name_any())
    }
}

impl Cache for Namespaces {
    type Object = PartialObjectMeta<Namespace>;

    fn apply(&mut self, object: Self::Object) -> bool {
        let name = object.name_any();
        let mut labels = object.metadata.labels.unwrap_or_default();
        labels.retain(|key, _| key.starts_with("hostfit.dev/"));
        if labels.is_empty() {
            return self.remove(&name).is_some();
        }
        if self.get(&name) == Some(&labels) {
            return false;
        }
        self.insert(name, labels);
        true
    }

    fn remove(&mut self, object: &Self::Object) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

#[cfg(test)]
mod tests;

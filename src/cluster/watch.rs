//! Nodes, namespaces and RuntimeClasses as the API server knows them: one watch each, that brings what is shared up to date in place.
//!
//! A list is collected apart and takes the old one's place when it is complete, so that nobody ever sees half a cluster. While the watch
//! is broken, what was last known stays.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use futures::{Stream, StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::Namespace as NamespaceObject;
use k8s_openapi::api::node::v1::RuntimeClass;
use kube::core::PartialObjectMeta;
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Error, Event, watcher};
use kube::{Api, ResourceExt as _};
use tokio::sync::Notify;

use super::connect::{Line, in_words};
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::os::Catalogue;
use crate::workload::admitted::RuntimeClasses;
use crate::workload::namespace::{Namespace, Namespaces};

/// What one watch writes and every request reads. Each change takes microseconds, so nobody waits for long.
#[derive(Debug, Default)]
pub struct Shared<C>(RwLock<C>);

impl<C> Shared<C> {
    /// As it is now. A panic elsewhere does not spoil it: a change is complete or was not begun.
    pub fn read(&self) -> RwLockReadGuard<'_, C> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// To change it.
    pub fn write(&self) -> RwLockWriteGuard<'_, C> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is told of a watch.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// What is shared is complete and up to date: it has changed, or the watch works again.
    Current,
    /// The watch is broken, for this reason; it will be tried again.
    Broken(String),
}

/// The operating systems by which nodes are recognised, as the configuration changes them.
pub type Catalogues = tokio::sync::watch::Receiver<Arc<Catalogue>>;

/// Watches the nodes. Where other facts come to tell what a node runs, all are listed anew; what was known before holds until the list is
/// complete.
pub async fn nodes(
    line: Line,
    mut catalogues: Catalogues,
    shared: &Shared<Inventory>,
    mut listener: impl FnMut(News),
) -> Infallible {
    let api = Api::<NodeObject>::all(line.client);
    loop {
        let catalogue = Arc::clone(&catalogues.borrow_and_update());
        let events = watcher(api.clone(), in_pages()).default_backoff();
        let events = events.map_ok(|event| recognised(event, &catalogue));
        tokio::select! {
            biased;
            () = changed(&mut catalogues) => {}
            // A watcher's stream has no end.
            () = follow(events, &line.answered, shared, &mut listener) => std::future::pending().await,
        }
    }
}

/// Waits for another catalogue.
pub(crate) async fn changed(catalogues: &mut Catalogues) {
    if catalogues.changed().await.is_err() {
        // Whoever changes it has gone: it stays as it is.
        std::future::pending::<()>().await;
    }
}

/// What happened to a node, by its facts.
fn recognised(event: Event<NodeObject>, catalogue: &Catalogue) -> Event<Node> {
    let node = |object| Node::new(object, catalogue);
    match event {
        Event::Init => Event::Init,
        Event::InitApply(object) => Event::InitApply(node(object)),
        Event::InitDone => Event::InitDone,
        Event::Apply(object) => Event::Apply(node(object)),
        Event::Delete(object) => Event::Delete(node(object)),
    }
}

/// Watches the namespaces, their metadata only.
pub async fn namespaces(
    line: Line,
    shared: &Shared<Namespaces>,
    listener: impl FnMut(News),
) -> Infallible {
    let events = watcher(
        Api::<PartialObjectMeta<NamespaceObject>>::all(line.client),
        in_pages(),
    );
    follow(events.default_backoff(), &line.answered, shared, listener).await;
    std::future::pending().await
}

/// Watches the RuntimeClasses.
pub async fn runtime_classes(
    line: Line,
    shared: &Shared<RuntimeClasses>,
    listener: impl FnMut(News),
) -> Infallible {
    let events = watcher(Api::<RuntimeClass>::all(line.client), in_pages());
    follow(events.default_backoff(), &line.answered, shared, listener).await;
    std::future::pending().await
}

/// A node is up to 40 KB of JSON, most of it images. So many are in memory at once: with twenty the
/// first list of 5,000 is a quarter quicker, and leaves 5 MiB more resident.
pub(super) fn in_pages() -> watcher::Config {
    watcher::Config::default().page_size(10)
}

/// Keeps `shared` what the events say, as long as there are some.
pub(super) async fn follow<C: Cache>(
    events: impl Stream<Item = Result<Event<C::Object>, Error>>,
    answered: &Notify,
    shared: &Shared<C>,
    mut listener: impl FnMut(News),
) {
    let mut events = std::pin::pin!(events);
    let mut coming = C::default();
    let (mut complete, mut broken) = (false, false);
    loop {
        let event = tokio::select! {
            biased;
            () = answered.notified(), if broken && complete => {
                listener(News::Current);
                broken = false;
                continue;
            }
            event = events.next() => event,
        };
        let changed = match event {
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
                shared.write().replace(std::mem::take(&mut coming));
                true
            }
            Some(Ok(Event::Apply(object))) => shared.write().apply(object),
            Some(Ok(Event::Delete(object))) => shared.write().remove(&object),
            Some(Err(error)) => {
                if let Some(why) = trouble(&error) {
                    broken = true;
                    listener(News::Broken(why));
                }
                continue;
            }
            None => return,
        };
        complete = true;
        if std::mem::take(&mut broken) || changed {
            listener(News::Current);
        }
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

/// What a watch or a list keeps. `apply` and `remove` say whether they changed it.
pub(super) trait Cache: Default {
    type Object;
    fn apply(&mut self, object: Self::Object) -> bool;
    fn remove(&mut self, object: &Self::Object) -> bool;
    /// Takes over a new list.
    fn replace(&mut self, list: Self) {
        *self = list;
    }
}

impl Cache for Inventory {
    type Object = Node;

    fn apply(&mut self, node: Node) -> bool {
        self.apply(node)
    }

    fn remove(&mut self, node: &Node) -> bool {
        self.remove(&node.name)
    }

    fn replace(&mut self, list: Self) {
        self.replace(list);
    }
}

impl Cache for Namespaces {
    type Object = PartialObjectMeta<NamespaceObject>;

    fn apply(&mut self, object: Self::Object) -> bool {
        let name = object.name_any();
        let metadata = object.metadata;
        let namespace = Namespace::new(
            metadata.labels.unwrap_or_default(),
            &metadata.annotations.unwrap_or_default(),
        );
        if namespace.is_plain() {
            return self.remove(&name).is_some();
        }
        if self.get(&name) == Some(&namespace) {
            return false;
        }
        self.insert(name, namespace);
        true
    }

    fn remove(&mut self, object: &Self::Object) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

impl Cache for RuntimeClasses {
    type Object = RuntimeClass;

    fn apply(&mut self, object: Self::Object) -> bool {
        let name = object.name_any();
        let Some(scheduling) = object.scheduling else {
            return self.remove(&name).is_some();
        };
        if self.get(&name) == Some(&scheduling) {
            return false;
        }
        self.insert(name, scheduling);
        true
    }

    fn remove(&mut self, object: &Self::Object) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

#[cfg(test)]
mod tests;

//! Karpenter's pools as the API server knows them, in clusters that have its resources: where they are not there, nothing is watched, and
//! somebody looks again now and then.

mod once;

use std::convert::Infallible;
use std::fmt::Debug;
use std::time::Duration;

use futures::{StreamExt as _, future};
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, ListParams};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{Error, watcher};
use kube::{Api, ResourceExt as _};
use tokio::time::sleep;

pub(super) use self::once::known;
use super::connect::{Line, in_words};
use super::watch::{Cache, Catalogues, News, Shared, changed, follow, in_pages};
use crate::inventory::EmptyPool;
use crate::inventory::karpenter::{self, NodeClasses, NodePool, NodePools};
use crate::os::Catalogue;

/// The pools, after every change of theirs, and what is wrong with the watches, if anything.
#[derive(Debug)]
pub struct Told {
    /// What is known.
    pub pools: Vec<EmptyPool>,
    /// So many more `NodePool`s are not looked at.
    pub left_out: usize,
    /// Why it may be out of date.
    pub trouble: Option<String>,
}

/// Watches `NodePool`s and `AKSNodeClass`es. A `NodePool` of another cloud has a class that is not watched, and so an unknown OS. Nothing is told
/// before there was an answer of some kind for both: pools without their classes would all be of an unknown OS.
pub async fn watch(
    pools: Line,
    classes: Line,
    mut catalogues: Catalogues,
    tell: impl Fn(Told) + Sync,
) -> Infallible {
    let known = Known::default();
    let now = catalogues.clone();
    let tell = || _ = known.told(&now.borrow()).map(&tell);
    let (node_pools, node_classes) = (node_pools(), node_classes());
    let pools = keep(pools, &node_pools, &known.pools, |news| {
        known.last.write()[0] = Some(news);
        tell();
    });
    let classes = keep(classes, &node_classes, &known.classes, |news| {
        known.last.write()[1] = Some(news);
        tell();
    });
    let recognise_anew = async {
        loop {
            changed(&mut catalogues).await;
            tell();
        }
    };
    tokio::join!(pools, classes, recognise_anew).0
}

/// How long a resource that is not there, or may not be read, is left alone.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Known {
    pools: Shared<NodePools>,
    classes: Shared<NodeClasses>,
    /// What was said last of each of the two, where anything was.
    last: Shared<[Option<News>; 2]>,
}

impl Known {
    fn told(&self, catalogue: &Catalogue) -> Option<Told> {
        let last = self.last.read();
        let [Some(of_pools), Some(of_classes)] = &*last else {
            return None;
        };
        let troubles: Vec<&str> = [of_pools, of_classes]
            .into_iter()
            .filter_map(|news| match news {
                News::Current => None,
                News::Broken(why) => Some(why.as_str()),
            })
            .collect();
        let pools = self.pools.read();
        Some(Told {
            left_out: pools.len().saturating_sub(karpenter::MOST_NODE_POOLS),
            pools: karpenter::pools(&pools, &self.classes.read(), catalogue),
            trouble: (!troubles.is_empty()).then(|| troubles.join("; ")),
        })
    }
}

fn node_pools() -> ApiResource {
    resource("karpenter.sh", "v1", "NodePool", "nodepools")
}

fn node_classes() -> ApiResource {
    resource(
        "karpenter.azure.com",
        "v1beta1",
        "AKSNodeClass",
        "aksnodeclasses",
    )
}

fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

/// Keeps `shared` what the API server has of a resource, while it has that resource at all.
async fn keep<C: Cache<Object = DynamicObject> + Debug>(
    line: Line,
    resource: &ApiResource,
    shared: &Shared<C>,
    mut listener: impl FnMut(News),
) -> Infallible {
    let api = Api::<DynamicObject>::all_with(line.client, resource);
    loop {
        let look = api.list_metadata(&ListParams::default().limit(1)).await;
        match look.as_ref().err().and_then(refusal) {
            None => {
                let events = watcher(api.clone(), in_pages()).default_backoff();
                let events = events.take_while(|event| {
                    let error = event.as_ref().err();
                    future::ready(error.and_then(refusal_of_watch).is_none())
                });
                follow(events, &line.answered, shared, &mut listener).await;
                // Refused: the next look tells what that means.
                continue;
            }
            Some(Refusal::NotThere) => {
                *shared.write() = C::default();
                listener(News::Current);
            }
            Some(Refusal::Forbidden(why)) => listener(News::Broken(why)),
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// An answer that will be the same for a while.
enum Refusal {
    NotThere,
    Forbidden(String),
}

fn refusal(error: &kube::Error) -> Option<Refusal> {
    match error {
        kube::Error::Api(status) if status.code == 404 => Some(Refusal::NotThere),
        kube::Error::Api(status) if status.code == 403 => Some(Refusal::Forbidden(in_words(error))),
        _ => None,
    }
}

fn refusal_of_watch(error: &Error) -> Option<Refusal> {
    match error {
        Error::InitialListFailed(error) | Error::WatchStartFailed(error) => refusal(error),
        _ => None,
    }
}

impl Cache for NodePools {
    type Object = DynamicObject;

    /// Karpenter makes no node of a `NodePool` that is being deleted.
    fn apply(&mut self, object: DynamicObject) -> bool {
        let name = object.name_any();
        if object.metadata.deletion_timestamp.is_some() {
            return self.remove(&name).is_some();
        }
        let pool = NodePool::new(&name, &object.data);
        if self.get(&name) == Some(&pool) {
            return false;
        }
        self.insert(name, pool);
        true
    }

    fn remove(&mut self, object: &DynamicObject) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

impl Cache for NodeClasses {
    type Object = DynamicObject;

    fn apply(&mut self, object: DynamicObject) -> bool {
        let family = karpenter::image_family(&object.data);
        self.insert(object.name_any(), family.clone()) != Some(family)
    }

    fn remove(&mut self, object: &DynamicObject) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

#[cfg(test)]
mod tests;

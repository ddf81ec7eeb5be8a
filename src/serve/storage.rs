//! Volumes, claims and StorageClasses while the process serves, where host volumes are looked at. The readiness has one part for all three.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use super::ready::{Part, Standing};
use super::state::State;
use crate::cluster::watch::News;
use crate::cluster::{Cluster, storage};

/// What is not watched is not waited for.
pub(super) const OFF: &str = "host volumes are not looked at";

/// The three watches, in their order.
const WATCHES: [&str; 3] = [
    "persistentvolumes",
    "persistentvolumeclaims",
    "storageclasses",
];

/// Follows them in a cluster. That none can be seen is no reason not to serve: what they would say is then left out.
pub(super) async fn keep(cluster: &Cluster, state: &State) -> Infallible {
    if !state.host_volumes {
        return std::future::pending().await;
    }
    let standings = Mutex::new(Standings::default());
    let tell = |index: usize, news: News, count: usize| {
        let mut standings = standings.lock().unwrap_or_else(PoisonError::into_inner);
        if let News::Broken(_) = news {
            state.metrics.error("watch");
        }
        standings.take(index, news, count);
        let (standing, broken) = standings.as_one();
        // Each attempt fails anew; only a new reason is news.
        if state.readiness.set(Part::Storage, standing)
            && let Some(why) = broken
        {
            tracing::warn!(
                error = why,
                "a watch for host volumes is broken; trying again"
            );
        }
    };
    let volumes = storage::volumes(cluster.line(), &state.volumes, |news| {
        tell(0, news, state.volumes.read().len());
    });
    let claims = storage::claims(cluster.line(), &state.claims, |news| {
        let count = state.claims.read().values().map(BTreeMap::len).sum();
        tell(1, news, count);
    });
    let classes = storage::classes(cluster.line(), &state.storage_classes, |news| {
        tell(2, news, state.storage_classes.read().len());
    });
    tokio::join!(volumes, claims, classes).0
}

/// How each of the watches stands.
#[derive(Default)]
struct Standings([Watch; WATCHES.len()]);

#[derive(Default)]
struct Watch {
    /// How many are known, once it has brought a list.
    known: Option<usize>,
    broken: Option<String>,
}

impl Standings {
    fn take(&mut self, index: usize, news: News, count: usize) {
        let Some(watch) = self.0.get_mut(index) else {
            return;
        };
        match news {
            News::Current => {
                *watch = Watch {
                    known: Some(count),
                    broken: None,
                };
            }
            News::Broken(why) => watch.broken = Some(why),
        }
    }

    /// How they stand together, and what is wrong with one of them. Any answer of the API server is one: only none at all is waited for.
    fn as_one(&self) -> (Standing, Option<String>) {
        let named = || WATCHES.iter().zip(&self.0);
        let broken: Vec<String> = named()
            .filter_map(|(what, watch)| {
                let why = watch.broken.as_ref()?;
                let holds = match watch.known {
                    Some(_) => "what was last known holds",
                    None => "none is known",
                };
                Some(format!("{what}: {holds}: {why}"))
            })
            .collect();
        let known = |(what, watch): (&&str, &Watch)| {
            let count = watch
                .known
                .map_or("?".to_owned(), |count| count.to_string());
            format!("{count} {what}")
        };
        let silent = named().find(|(_, watch)| watch.known.is_none() && watch.broken.is_none());
        let broken = (!broken.is_empty()).then(|| broken.join("; "));
        let standing = match (silent, &broken) {
            (Some((what, _)), _) => Standing::Missing(format!("no answer yet on {what}")),
            (None, Some(why)) => Standing::Degraded(why.clone()),
            (None, None) => {
                let all: Vec<String> = named().map(known).collect();
                Standing::Good(format!("{} that decide something", all.join(", ")))
            }
        };
        (standing, broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_answer_to_all_three_is_enough() {
        let mut standings = Standings::default();
        let missing = |what: &str| (Standing::Missing(format!("no answer yet on {what}")), None);
        assert_eq!(standings.as_one(), missing("persistentvolumes"));
        standings.take(0, News::Current, 2);
        standings.take(1, News::Current, 5);
        assert_eq!(standings.as_one(), missing("storageclasses"));
        standings.take(2, News::Broken("forbidden (403)".to_owned()), 0);
        let why = "storageclasses: none is known: forbidden (403)".to_owned();
        assert_eq!(
            standings.as_one(),
            (Standing::Degraded(why.clone()), Some(why))
        );
    }

    #[test]
    fn what_was_known_goes_on_and_works_again() {
        let mut standings = Standings::default();
        for index in 0..WATCHES.len() {
            standings.take(index, News::Current, index);
        }
        standings.take(1, News::Broken("away".to_owned()), 1);
        let why = "persistentvolumeclaims: what was last known holds: away".to_owned();
        assert_eq!(standings.as_one().0, Standing::Degraded(why));
        standings.take(1, News::Current, 7);
        let all =
            "0 persistentvolumes, 7 persistentvolumeclaims, 2 storageclasses that decide something";
        assert_eq!(standings.as_one(), (Standing::Good(all.to_owned()), None));
    }
}

//! The Lease: whose turn it is to write, and by which CA each replica serves. Pure: what stands there and what was seen, to a patch.
//!
//! Each replica keeps an annotation `serving.hostfit.dev/<pod>` with the short name of the CA by which it serves. An old CA leaves the
//! bundle only when all of them name the new one.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::ResourceExt as _;
use serde_json::{Map, Value, json};

use super::timing::{Now, Since, Timing};

/// What every acknowledgement's key begins with.
const SERVING: &str = "serving.hostfit.dev/";
/// The longest name that an annotation's key may have.
const LONGEST_NAME: usize = 63;

/// What stands on the Lease.
#[derive(Debug, Clone, Default)]
pub(super) struct Board {
    version: String,
    turn: Turn,
    transitions: i32,
    /// Pod to what it says: the CA's short name and a time.
    acknowledged: BTreeMap<String, String>,
}

/// Whose turn it is, and the last sign of life. The sign's time is compared with itself only: the clock is another's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Turn {
    writer: String,
    renewed: Option<MicroTime>,
}

/// What one replica has seen of the Lease, and since when it has been so.
#[derive(Debug)]
pub(super) struct Watched {
    /// This replica.
    me: String,
    board: Board,
    turn: Since<Turn>,
    acknowledged: BTreeMap<String, Since<String>>,
}

impl Board {
    /// Reads the Lease. The chart makes it empty.
    pub(super) fn read(lease: &Lease) -> Self {
        let spec = lease.spec.clone().unwrap_or_default();
        let said = lease.annotations().iter();
        let said = said.filter_map(|(key, value)| {
            Some((key.strip_prefix(SERVING)?.to_owned(), value.clone()))
        });
        Self {
            version: lease.resource_version().unwrap_or_default(),
            turn: Turn {
                writer: spec.holder_identity.unwrap_or_default(),
                renewed: spec.renew_time,
            },
            transitions: spec.lease_transitions.unwrap_or_default(),
            acknowledged: said.collect(),
        }
    }
}

impl Watched {
    /// Sees the Lease for the first time.
    pub(super) fn new(pod: &str, board: Board, now: Now) -> Self {
        let mut watched = Self {
            me: as_key(pod),
            turn: Since::new(board.turn.clone(), now),
            acknowledged: BTreeMap::new(),
            board: Board::default(),
        };
        watched.see(board, now);
        watched
    }

    /// Sees the Lease again.
    pub(super) fn see(&mut self, board: Board, now: Now) {
        self.turn.see(board.turn.clone(), now);
        self.acknowledged
            .retain(|pod, _| board.acknowledged.contains_key(pod));
        for (pod, said) in &board.acknowledged {
            let seen = self.acknowledged.entry(pod.clone());
            seen.and_modify(|seen| seen.see(said.clone(), now))
                .or_insert_with(|| Since::new(said.clone(), now));
        }
        self.board = board;
    }

    /// It is this replica's turn to write.
    pub(super) fn is_writer(&self, timing: &Timing, now: Now) -> bool {
        self.turn.get().writer == self.me && self.turn.age(now) < timing.lease
    }

    /// This replica serves by this CA, and so does every other that has a word on the Lease. The word of one that is gone is pruned.
    pub(super) fn all_serve(&self, ca: &str) -> bool {
        self.acknowledged.contains_key(&self.me)
            && self.acknowledged.values().all(|said| names(said.get(), ca))
    }

    /// The short names of the CAs by which some replica serves.
    pub(super) fn in_use(&self) -> BTreeSet<&str> {
        let said = self.acknowledged.values();
        said.filter_map(|said| said.get().split_whitespace().next())
            .collect()
    }

    /// How long until [`Watched::patch`] has something to write, if nothing changes until then.
    pub(super) fn pause(&self, timing: &Timing, now: Now) -> std::time::Duration {
        let turn = if self.is_writer(timing, now) {
            timing.renew
        } else {
            timing.lease
        };
        let again = self
            .acknowledged
            .get(&self.me)
            .map(|said| said.until(timing.acknowledge, now));
        self.turn
            .until(turn, now)
            .min(again.unwrap_or(timing.acknowledge))
    }

    /// What this replica has to write now, if anything, as a merge patch that applies to exactly what was seen. `serving` is the short name
    /// of the CA by which it serves.
    pub(super) fn patch(&self, serving: Option<&str>, timing: &Timing, now: Now) -> Option<Value> {
        let mut annotations = Map::new();
        if let Some(ca) = serving.filter(|ca| self.has_to_say(ca, timing, now)) {
            annotations.insert(
                format!("{SERVING}{}", self.me),
                format!("{ca} {:.0}", now.wall).into(),
            );
        }
        let spec = self.turn(timing, now);
        if self.is_writer(timing, now) {
            let gone = self.acknowledged.iter();
            let gone = gone.filter(|(pod, said)| **pod != self.me && said.age(now) >= timing.gone);
            annotations.extend(gone.map(|(pod, _)| (format!("{SERVING}{pod}"), Value::Null)));
        }
        if spec.is_none() && annotations.is_empty() {
            return None;
        }
        let mut patch = json!({"metadata": {"resourceVersion": self.board.version, "annotations": annotations}});
        if let Some(spec) = spec {
            patch["spec"] = spec;
        }
        Some(patch)
    }

    fn has_to_say(&self, ca: &str, timing: &Timing, now: Now) -> bool {
        let said = self.acknowledged.get(&self.me);
        said.is_none_or(|said| !names(said.get(), ca) || said.age(now) >= timing.acknowledge)
    }

    /// The turn, taken or renewed; none when there is nothing to do about it.
    fn turn(&self, timing: &Timing, now: Now) -> Option<Value> {
        let time = MicroTime(now.wall);
        let Turn { writer, .. } = self.turn.get();
        let age = self.turn.age(now);
        if *writer == self.me && age < timing.lease {
            return (age >= timing.renew).then(|| json!({"renewTime": time}));
        }
        (writer.is_empty() || age >= timing.lease).then(|| {
            json!({
                "holderIdentity": self.me,
                "leaseDurationSeconds": timing.lease.as_secs().max(1),
                "acquireTime": time,
                "renewTime": time,
                "leaseTransitions": self.board.transitions.saturating_add(1),
            })
        })
    }
}

/// The merge patch that takes back what a pod says. It has to apply whatever else has changed, so it names no version.
pub(super) fn farewell(pod: &str) -> Value {
    let key = format!("{SERVING}{}", as_key(pod));
    json!({"metadata": {"annotations": {key: null}}})
}

/// An acknowledgement names this CA.
fn names(said: &str, ca: &str) -> bool {
    said.split_whitespace().next() == Some(ca)
}

/// A pod's name as the name of an annotation. The few that are too long are told apart by their end.
fn as_key(pod: &str) -> String {
    let from = pod.len().saturating_sub(LONGEST_NAME);
    let end = pod.get(from..).unwrap_or(pod);
    end.trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_pod_name_keeps_the_end_that_tells_it_apart() {
        assert_eq!(as_key("hostfit-7d9c5b6f4-x2x9k"), "hostfit-7d9c5b6f4-x2x9k");
        let long = format!("{}.hostfit-7d9c5b6f4-x2x9k", "a".repeat(200));
        let key = as_key(&long);
        assert!(key.len() <= LONGEST_NAME && key.ends_with("x2x9k"), "{key}");
        // What remains must begin as an annotation's name may.
        let dashes = format!("a{}", "-".repeat(62) + "z");
        assert_eq!(as_key(&dashes), "z");
    }
}

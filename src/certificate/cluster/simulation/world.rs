//! A cluster in memory: three objects, replicas with clocks of their own, and an API server that sees a bundle as late as it may.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::certificate::Pair;
use crate::certificate::ca::read_bundle;
use crate::certificate::cluster::hooks::{Hooks, Which};
use crate::certificate::cluster::lease::{Board, Watched};
use crate::certificate::cluster::plan::{Change, Memory, Scene, Step};
use crate::certificate::cluster::secret::{ROTATE, Stored};
use crate::certificate::cluster::timing::{Now, Timing};
use crate::certificate::cluster::{Names, Served};

pub(super) const NAME: &str = "hostfit.system.svc";
pub(super) const WEBHOOKS: usize = 3;

/// A cluster in memory.
pub(super) struct World {
    pub(super) second: u64,
    /// What stands in the three objects, by their JSON.
    pub(super) secret: Value,
    pub(super) lease: Value,
    pub(super) webhooks: Value,
    pub(super) replicas: Vec<Replica>,
    /// The bundle of the webhooks in the seconds past, newest last.
    pub(super) bundles: Vec<Vec<u8>>,
    /// Calls that failed because the bundle, seen late, does not vouch for what a replica serves.
    pub(super) lost: usize,
    pub(super) timing: Timing,
    pub(super) log: Vec<String>,
}

pub(super) struct Replica {
    pub(super) names: Names,
    /// How far its clock is off.
    skew: SignedDuration,
    began: u64,
    memory: Memory,
    watched: Watched,
    pub(super) served: Served,
    pub(super) pair: Option<Pair>,
    serving: Option<String>,
}

impl World {
    /// What the chart makes.
    pub(super) fn new(replicas: &[(&str, SignedDuration)]) -> Self {
        let webhook = json!({"name": "x", "clientConfig": {}});
        let mut world = Self {
            second: 0,
            secret: json!({"metadata": {"resourceVersion": "1"}}),
            lease: json!({"metadata": {"resourceVersion": "1"}}),
            webhooks: json!({"metadata": {"resourceVersion": "1"}, "webhooks": vec![webhook; WEBHOOKS]}),
            replicas: Vec::new(),
            bundles: Vec::new(),
            lost: 0,
            timing: Timing::default(),
            log: Vec::new(),
        };
        for (pod, skew) in replicas {
            world.start(pod, *skew);
        }
        world
    }

    pub(super) fn start(&mut self, pod: &str, skew: SignedDuration) {
        let names = Names {
            namespace: "system".to_owned(),
            pod: pod.to_owned(),
            secret: "hostfit-tls".to_owned(),
            service: "hostfit".to_owned(),
            webhook_configuration: "hostfit".to_owned(),
        };
        let now = self.now(skew, self.second);
        self.replicas.push(Replica {
            watched: Watched::new(pod, self.board(), now),
            memory: Memory::new(now),
            began: self.second,
            served: Served::new(),
            pair: None,
            serving: None,
            names,
            skew,
        });
    }

    pub(super) fn now(&self, skew: SignedDuration, began: u64) -> Now {
        let start: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let wall = start + SignedDuration::from_secs(self.second.try_into().unwrap()) + skew;
        Now {
            wall,
            running: Duration::from_secs(self.second - began),
        }
    }

    pub(super) fn stored(&self) -> Stored {
        Stored::read(&serde_json::from_value(self.secret.clone()).unwrap())
    }

    pub(super) fn hooks(&self) -> Hooks {
        Hooks::read(&serde_json::from_value(self.webhooks.clone()).unwrap())
    }

    fn board(&self) -> Board {
        Board::read(&serde_json::from_value(self.lease.clone()).unwrap())
    }

    /// One second: every replica sees, acts once on each object, and is called.
    pub(super) fn pass(&mut self) {
        self.second += 1;
        for index in 0..self.replicas.len() {
            self.act(index);
        }
        let bundle = |hook: &Value| {
            hook["clientConfig"]["caBundle"]
                .as_str()
                .map_or_else(Vec::new, decode)
        };
        self.bundles.push(bundle(&self.webhooks["webhooks"][0]));
        let behind = usize::try_from(self.timing.settle.as_secs()).unwrap() - 1;
        for age in [1, behind] {
            let Some(seen) = self
                .bundles
                .len()
                .checked_sub(age)
                .map(|at| &self.bundles[at])
            else {
                continue;
            };
            let (cas, _) = read_bundle(seen);
            for replica in &self.replicas {
                let Some(pair) = &replica.pair else { continue };
                let now = self.now(SignedDuration::ZERO, 0).wall;
                self.lost += usize::from(!cas.iter().any(|ca| ca.vouches_for(pair, NAME, now)));
            }
        }
    }

    pub(super) fn passes(&mut self, seconds: u64) {
        (0..seconds).for_each(|_| self.pass());
    }

    fn act(&mut self, index: usize) {
        let (stored, hooks, board) = (self.stored(), self.hooks(), self.board());
        let now = self.now(self.replicas[index].skew, self.replicas[index].began);
        let replica = &mut self.replicas[index];
        replica.memory.see(&stored, Some(&hooks), now);
        replica.watched.see(board, now);
        if let (Some(pair), Some(ca)) = (&stored.pair, stored.issuer(NAME, now.wall)) {
            replica.served.set(pair.clone());
            replica.pair = Some(pair.clone());
            replica.serving = Some(ca.id.clone());
        }
        if let Some(patch) = replica
            .watched
            .patch(replica.serving.as_deref(), &self.timing, now)
        {
            write(&mut self.lease, &patch);
        }
        let [name, ..] = replica.names.on_the_certificate();
        let scene = Scene {
            stored: &stored,
            hooks: Some(&hooks),
            name: &name,
            watched: &replica.watched,
        };
        match replica.memory.next(&scene, &self.timing, now) {
            Step::Wait(_) => {}
            Step::Store(change) => {
                write(
                    &mut self.secret,
                    &stored.patch(&change, &replica.names, now.wall).unwrap(),
                );
                let Change {
                    new_ca,
                    leaf,
                    keep,
                    why,
                    ..
                } = change;
                self.log.push(format!(
                    "{}: ca={new_ca} leaf={leaf:?} old={}: {why}",
                    replica.names.pod,
                    keep.len()
                ));
            }
            Step::Publish(which) => {
                write_bundles(&mut self.webhooks, &hooks.patch(&stored.cas, which));
                self.log
                    .push(format!("{}: publish {which:?}", replica.names.pod));
            }
        }
    }

    /// An operator's annotation.
    pub(super) fn wish(&mut self, wish: &str) {
        let version = self.secret["metadata"]["resourceVersion"].clone();
        write(
            &mut self.secret,
            &json!({"metadata": {"resourceVersion": version, "annotations": {ROTATE: wish}}}),
        );
    }

    /// What the log says about new CAs.
    pub(super) fn new_cas(&self) -> usize {
        self.log
            .iter()
            .filter(|line| line.contains("ca=true"))
            .count()
    }

    /// Everything is as it should be, and stays.
    pub(super) fn assert_settled(&mut self) {
        let stored = self.stored();
        assert_eq!(
            (stored.cas.len(), &stored.faults),
            (1, &Vec::new()),
            "{:#?}",
            self.log
        );
        assert_eq!(
            stored.issuer(NAME, self.now(SignedDuration::ZERO, 0).wall),
            stored.cas.first()
        );
        assert!(
            !self.hooks().need(&stored.cas, Which::Different),
            "{:#?}",
            self.log
        );
        assert!(stored.wish.is_none());
        let lines = self.log.len();
        self.passes(30);
        assert_eq!(self.log.len(), lines, "{:#?}", self.log);
    }
}

/// A merge patch by what was read; what was read is always the newest here.
fn write(object: &mut Value, patch: &Value) {
    if patch["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"] {
        return;
    }
    merge(object, patch);
    bump(object);
}

fn write_bundles(object: &mut Value, operations: &Value) {
    for operation in operations.as_array().unwrap() {
        if operation["path"] == "/metadata/resourceVersion" {
            if operation["value"] != object["metadata"]["resourceVersion"] {
                return;
            }
            continue;
        }
        let path = operation["path"].as_str().unwrap();
        let config = object
            .pointer_mut(path.strip_suffix("/caBundle").unwrap())
            .unwrap();
        config["caBundle"] = operation["value"].clone();
    }
    bump(object);
}

pub(super) fn bump(object: &mut Value) {
    let version: u64 = object["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    object["metadata"]["resourceVersion"] = (version + 1).to_string().into();
}

pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    for (key, value) in patch {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(key);
        } else {
            merge(&mut target[key], value);
        }
    }
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

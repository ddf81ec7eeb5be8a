//! The upkeep played through without a cluster: several replicas with clocks of their own, objects in memory, and seconds that pass as
//! fast as they can be counted. After each second a call is made to every replica, by an API server that is as far behind as one may be.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::hooks::{Hooks, Which};
use super::lease::{Board, Watched};
use super::plan::{Change, Memory, Scene, Step};
use super::secret::{ROTATE, Stored};
use super::timing::{Now, Timing};
use super::{Names, Served};
use crate::certificate::Pair;
use crate::certificate::ca::read_bundle;

const NAME: &str = "hostfit.system.svc";
const WEBHOOKS: usize = 3;

/// A cluster in memory.
struct World {
    second: u64,
    /// What stands in the three objects, by their JSON.
    secret: Value,
    lease: Value,
    webhooks: Value,
    replicas: Vec<Replica>,
    /// The bundle of the webhooks in the seconds past, newest last.
    bundles: Vec<Vec<u8>>,
    /// Calls that failed because the bundle, seen late, does not vouch for what a replica serves.
    lost: usize,
    timing: Timing,
    log: Vec<String>,
}

struct Replica {
    names: Names,
    /// How far its clock is off.
    skew: SignedDuration,
    began: u64,
    memory: Memory,
    watched: Watched,
    served: Served,
    pair: Option<Pair>,
    serving: Option<String>,
}

impl World {
    /// What the chart makes.
    fn new(replicas: &[(&str, SignedDuration)]) -> Self {
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

    fn start(&mut self, pod: &str, skew: SignedDuration) {
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

    fn now(&self, skew: SignedDuration, began: u64) -> Now {
        let start: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let wall = start + SignedDuration::from_secs(self.second.try_into().unwrap()) + skew;
        Now {
            wall,
            running: Duration::from_secs(self.second - began),
        }
    }

    fn stored(&self) -> Stored {
        Stored::read(&serde_json::from_value(self.secret.clone()).unwrap())
    }

    fn hooks(&self) -> Hooks {
        Hooks::read(&serde_json::from_value(self.webhooks.clone()).unwrap())
    }

    fn board(&self) -> Board {
        Board::read(&serde_json::from_value(self.lease.clone()).unwrap())
    }

    /// One second: every replica sees, acts once on each object, and is called.
    fn pass(&mut self) {
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

    fn passes(&mut self, seconds: u64) {
        (0..seconds).for_each(|_| self.pass());
    }

    fn act(&mut self, index: usize) {
        let (stored, hooks, board) = (self.stored(), self.hooks(), self.board());
        let now = self.now(self.replicas[index].skew, self.replicas[index].began);
        let replica = &mut self.replicas[index];
        replica.memory.see(&stored, Some(&hooks), now);
        replica.watched.see(board, now);
        if let (Some(pair), Some(ca)) = (&stored.pair, stored.issuer(NAME, now.wall)) {
            replica.served.set(pair.clone(), None);
            replica.pair = Some(pair.clone());
            replica.serving = Some(ca.id.clone());
        }
        if let Some(patch) = replica
            .watched
            .patch(replica.serving.as_deref(), &self.timing, now)
        {
            write(&mut self.lease, &patch);
        }
        let signer = stored.signer.as_ref().map_or("", |signer| &signer.ca.id);
        let scene = Scene {
            stored: &stored,
            hooks: Some(&hooks),
            names: &replica.names.on_the_certificate(),
            in_use: &replica.watched.in_use(),
            writer: replica.watched.is_writer(&self.timing, now),
            acknowledged: replica.watched.all_serve(signer, &self.timing, now),
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
    fn wish(&mut self, wish: &str) {
        let version = self.secret["metadata"]["resourceVersion"].clone();
        write(
            &mut self.secret,
            &json!({"metadata": {"resourceVersion": version, "annotations": {ROTATE: wish}}}),
        );
    }

    /// What the log says about new CAs.
    fn new_cas(&self) -> usize {
        self.log
            .iter()
            .filter(|line| line.contains("ca=true"))
            .count()
    }

    /// Everything is as it should be, and stays.
    fn assert_settled(&mut self) {
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

fn bump(object: &mut Value) {
    let version: u64 = object["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    object["metadata"]["resourceVersion"] = (version + 1).to_string().into();
}

fn merge(target: &mut Value, patch: &Value) {
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

const NONE: SignedDuration = SignedDuration::ZERO;
/// Clocks that are off by more than a life is back-dated would fail in a real client too.
const SKEWED: [(&str, SignedDuration); 3] = [
    ("a", NONE),
    ("b", SignedDuration::from_mins(50)),
    ("c", SignedDuration::from_mins(-50)),
];

/// A cluster in which everything has been well for a while.
fn running() -> World {
    let mut world = World::new(&SKEWED);
    world.passes(25);
    (world.lost, world.bundles) = (0, world.bundles.split_off(10));
    world
}

#[test]
fn a_first_install_makes_one_ca_and_serves_at_once() {
    let mut world = World::new(&SKEWED);
    world.passes(3);
    assert!(
        world
            .replicas
            .iter()
            .all(|replica| replica.served.is_ready())
    );
    assert_eq!(world.new_cas(), 1);
    world.assert_settled();
    assert_eq!(world.log.len(), 2, "{:#?}", world.log);
}

#[rstest]
#[case::certificate("certificate", 0)]
#[case::ca("ca", 1)]
fn a_rotation_on_request_loses_no_call(#[case] wish: &str, #[case] cas: usize) {
    let mut world = running();
    let before = world.stored();
    let made = world.new_cas();
    world.wish(wish);
    world.passes(60);
    assert_eq!(
        (world.lost, world.new_cas() - made),
        (0, cas),
        "{:#?}",
        world.log
    );
    assert_ne!(
        before.pair.unwrap().leaf(),
        world.stored().pair.unwrap().leaf()
    );
    assert_eq!(before.cas == world.stored().cas, cas == 0);
    world.assert_settled();
}

#[test]
fn years_pass_without_a_lost_call() {
    let mut world = running();
    world.timing = Timing::default();
    for _ in 0..20 {
        // Long after the last sign of life of all replicas, as if each had slept; the lives of certificates go on.
        world.second += 61 * 24 * 3600;
        world.passes(40);
    }
    assert_eq!(world.lost, 0, "{:#?}", world.log);
    assert_eq!(world.new_cas(), 2, "{:#?}", world.log);
    world.assert_settled();
}

#[rstest]
#[case::emptied(json!({"data": null}))]
#[case::half_written(json!({"data": {"tls.key": null}}))]
#[case::other_key(json!({"data": {"ca.key": "bm9uc2Vuc2U="}}))]
#[case::no_bundle(json!({"data": {"ca.crt": null}}))]
#[case::garbage(json!({"data": {"ca.crt": "AAAA", "ca.key": "/w==", "tls.crt": "LS0tLS0K", "tls.key": "LS0="}}))]
#[case::garbage_in_bundle(json!({"data": {"ca.key": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEK"}}))]
fn a_damaged_secret_is_repaired_and_no_call_is_lost(#[case] damage: Value) {
    let mut world = running();
    merge(&mut world.secret, &damage);
    bump(&mut world.secret);
    world.passes(60);
    assert_eq!(world.lost, 0, "{:#?}", world.log);
    assert!(
        world.log.iter().any(|line| line.contains("the Secret is")),
        "{:#?}",
        world.log
    );
    world.assert_settled();
}

#[test]
fn everything_is_wiped_at_once_and_memory_helps() {
    let mut world = running();
    let old = world.stored().cas;
    world.secret = json!({"metadata": {"resourceVersion": "900"}});
    world.lease = json!({"metadata": {"resourceVersion": "900"}});
    let webhook = json!({"name": "x", "clientConfig": {}});
    world.webhooks =
        json!({"metadata": {"resourceVersion": "900"}, "webhooks": vec![webhook; WEBHOOKS]});
    world.passes(3);
    // The bundle is back, with the CA by which everyone still serves; so nothing but the wipe itself costs calls.
    assert!(world.hooks().trust(&old[0]), "{:#?}", world.log);
    world.lost = 0;
    world.bundles.clear();
    world.passes(60);
    assert_eq!(world.lost, 0, "{:#?}", world.log);
    world.assert_settled();
}

#[test]
fn a_new_writer_knows_the_ca_in_use_from_the_webhooks() {
    let mut world = running();
    let in_use = world.stored().cas.remove(0);
    let frozen = world.replicas.pop().unwrap();
    merge(&mut world.secret, &json!({"data": null}));
    bump(&mut world.secret);
    world.replicas.clear();
    world.start("d", NONE);
    world.passes(60);
    let now = world.now(NONE, 0).wall;
    assert!(in_use.vouches_for(frozen.pair.as_ref().unwrap(), NAME, now));
    assert!(world.hooks().trust(&in_use), "{:#?}", world.log);
    world.passes(world.timing.gone.as_secs());
    world.assert_settled();
}

#[test]
fn a_wiped_bundle_is_filled_while_the_writer_is_dead() {
    let mut world = running();
    let writer = world.lease["spec"]["holderIdentity"].clone();
    world.replicas.retain(|replica| replica.names.pod != writer);
    world.webhooks["webhooks"][1]["clientConfig"] = json!({});
    bump(&mut world.webhooks);
    world.pass();
    assert!(
        !world.hooks().need(&world.stored().cas, Which::Different),
        "{:#?}",
        world.log
    );
    assert_eq!(world.lease["spec"]["holderIdentity"], writer);
    // Nobody else may write yet; when the lease has run out, somebody does.
    world.passes(8);
    assert_eq!(world.lease["spec"]["holderIdentity"], writer);
    world.passes(10);
    assert_ne!(world.lease["spec"]["holderIdentity"], writer);
    assert_eq!(world.lease["spec"]["leaseTransitions"], 2);
}

#[test]
fn an_old_ca_stays_while_a_replica_serves_by_it_and_goes_when_that_one_is_gone() {
    let mut world = running();
    let frozen = world.replicas.pop().unwrap();
    world.wish("ca");
    world.passes(60);
    assert_eq!(world.stored().cas.len(), 2, "{:#?}", world.log);
    let (issuer, now) = (world.stored().cas[1].clone(), world.now(NONE, 0).wall);
    assert!(issuer.vouches_for(frozen.pair.as_ref().unwrap(), NAME, now));
    world.passes(world.timing.gone.as_secs());
    assert_eq!(world.lost, 0);
    world.assert_settled();
    let said = world.lease["metadata"]["annotations"]
        .as_object()
        .unwrap()
        .len();
    assert_eq!(said, 2, "the frozen replica's word is pruned");
}

#[test]
fn a_rotation_goes_on_when_the_writer_dies_at_any_second() {
    for second in (0..25).step_by(3) {
        let mut world = running();
        world.timing.gone = Duration::from_secs(40);
        let before = world.new_cas();
        world.wish("ca");
        world.passes(second);
        let writer = world.lease["spec"]["holderIdentity"].clone();
        world.replicas.retain(|replica| replica.names.pod != writer);
        world.start("d", NONE);
        world.passes(100);
        assert_eq!(
            (world.lost, world.new_cas() - before),
            (0, 1),
            "at second {second}: {:#?}",
            world.log
        );
        world.assert_settled();
    }
}

#[test]
fn a_secret_that_is_wiped_again_and_again_keeps_few_cas_and_the_one_in_use() {
    let mut world = running();
    let in_use = world.stored().cas.remove(0);
    for _ in 0..9 {
        merge(&mut world.secret, &json!({"data": null}));
        bump(&mut world.secret);
        world.passes(2);
        assert!(world.stored().cas.len() <= 4);
        assert!(world.stored().cas.contains(&in_use));
    }
    world.passes(60);
    assert_eq!(world.lost, 0, "{:#?}", world.log);
    world.assert_settled();
}

#[test]
fn an_unknown_wish_is_taken_away_and_changes_nothing() {
    let mut world = running();
    let before = world.stored().cas;
    world.wish("everything");
    world.passes(3);
    assert_eq!(world.stored().cas, before);
    assert!(
        world
            .log
            .last()
            .unwrap()
            .contains("neither ca nor certificate"),
        "{:#?}",
        world.log
    );
    world.assert_settled();
}

#[test]
fn another_service_name_gets_another_certificate() {
    let mut world = running();
    for replica in &mut world.replicas {
        replica.names.service = "other".to_owned();
    }
    world.passes(20);
    let (stored, now) = (world.stored(), world.now(NONE, 0).wall);
    assert_eq!(stored.issuer("other.system.svc", now), stored.cas.first());
    assert_eq!(stored.issuer(NAME, now), None);
    assert_eq!(world.new_cas(), 1);
}

//! The upkeep played through without a cluster: several replicas with clocks of their own, objects in memory, and seconds that pass as
//! fast as they can be counted. After each second a call is made to every replica, by an API server that is as far behind as one may be.

mod world;

use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use self::world::{NAME, WEBHOOKS, World, bump, merge};
use super::hooks::Which;
use super::timing::Timing;

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
fn an_old_ca_stays_a_while_for_a_replica_that_has_just_started() {
    let mut world = running();
    world.wish("ca");
    let old = world.stored().cas.remove(0);
    let by_the_old = |world: &World| {
        let stored = world.stored();
        old.vouches_for(stored.pair.as_ref().unwrap(), NAME, world.now(NONE, 0).wall)
    };
    while by_the_old(&world) {
        world.pass();
    }
    // It has loaded the old certificate and has yet to say so.
    for _ in 2..world.timing.settle.as_secs() {
        world.pass();
        assert!(world.hooks().trust(&old), "{:#?}", world.log);
    }
    world.passes(10);
    world.assert_settled();
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

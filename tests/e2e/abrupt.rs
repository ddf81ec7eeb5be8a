//! A replica that ends without a word, or that hangs, takes with it the calls that it had and those that are still sent to it until its
//! endpoint is gone. How many that is depends on the kubelet and on chance, so it is measured and told; that it ends is asserted.

use super::cluster::eventually;
use super::load::under_load;
use super::release;
use super::replica::Replica;

#[test]
fn a_killed_process_loses_calls_only_until_its_endpoint_is_gone() {
    let (_release, load) = under_load();
    load.busiest().signal("-KILL");
    load.calm();
    load.stop().only_lost("a killed process");
}

#[test]
fn a_frozen_process_loses_calls_only_until_its_endpoint_is_gone() {
    let (_release, load) = under_load();
    let frozen = Frozen::new(load.busiest());
    let lost = load.calm();
    // Nor when it goes on as if nothing had been.
    drop(frozen);
    eventually("both replicas are ready", || {
        (release::endpoints() == 2).then_some(())
    });
    load.answers(300);
    assert_eq!(load.lost(), lost, "none is lost afterwards");
    load.stop().only_lost("a frozen process");
}

/// A replica whose process stands still.
struct Frozen(Replica);

impl Frozen {
    fn new(replica: Replica) -> Self {
        replica.signal("-STOP");
        Self(replica)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.0.signal("-CONT");
    }
}

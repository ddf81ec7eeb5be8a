//! Nothing that an operator does to Hostfit loses a call, while every pod with host access has to wait for its answer.

use super::load::under_load;
use super::release;
use super::replica::{SELECTOR, replicas};

/// So many more calls, after everything is done: connections to a replica that is gone would show now.
const AFTERWARDS: u32 = 300;

#[test]
fn a_rollout_restart_loses_no_call() {
    let (_release, load) = under_load();
    let old = replicas();
    release::kubectl(&["rollout", "restart", "deployment/hostfit"]).ok();
    release::rolled_out();
    release::all_gone(&old);
    load.answers(AFTERWARDS);
    load.stop().nothing_lost("a rollout restart");
}

#[test]
fn a_helm_upgrade_loses_no_call() {
    let (release, load) = under_load();
    let old = replicas();
    // Another pod template, and another configuration.
    release.upgrade(&[
        "failurePolicy=Fail",
        "podAnnotations.changed=yes",
        "onMixed=deny",
    ]);
    release::all_gone(&old);
    load.answers(AFTERWARDS);
    load.stop().nothing_lost("a helm upgrade");
}

#[test]
fn a_drain_of_a_replica_s_node_loses_no_call() {
    let (_release, load) = under_load();
    let replica = load.busiest();
    let node = Cordoned(replica.node().to_owned());
    let selector = format!("--pod-selector={SELECTOR}");
    release::kubectl(&["drain", &node.0, &selector, "--timeout=60s"]).ok();
    release::all_gone(&[replica]);
    release::rolled_out();
    load.answers(AFTERWARDS);
    load.stop().nothing_lost("a drain");
}

/// A node on which nothing new is placed.
struct Cordoned(String);

impl Drop for Cordoned {
    fn drop(&mut self) {
        release::kubectl(&["uncordon", &self.0]).ok();
    }
}

//! What changes the set of nodes after a pod was judged: its own tolerations and selector, and the nodes.

use std::time::Instant;

use serde_json::{Value, json};

use super::cluster::{Namespace, Outcome, eventually, kubectl};
use super::manifests::{Use, pod, spec};
use super::pool::Pool;
use super::release;

/// A pod that the scheduler leaves alone.
fn gated(name: &str, mut spec: Value) -> Value {
    spec["schedulingGates"] = json!([{"name": "hostfit.dev/scenario"}]);
    pod(name, &spec)
}

/// What would be said to the creation of a pod of this spec.
fn said(namespace: &Namespace, spec: &Value) -> Outcome {
    let object = pod("probe", spec).to_string();
    namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &object)
}

#[test]
fn a_toleration_that_opens_an_immutable_pool_is_judged_until_the_pod_is_bound() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let pool = Pool::new("tolerated", &["acl1"]);
    let known = pool.spec(Use::Field("hostPID"));
    eventually("the pool is known", || {
        Some(said(&namespace, &known)).filter(|outcome| outcome.code != 0)
    })
    .refused(&["pool tolerated, 1 node"]);
    let tolerate = |name: &str| {
        let patch =
            json!([{"op": "add", "path": "/spec/tolerations/-", "value": pool.toleration()}]);
        namespace.kubectl(&[
            "patch",
            "pod",
            name,
            "--type=json",
            "-p",
            &patch.to_string(),
        ])
    };

    // Nowhere before, on immutable nodes alone afterwards.
    let nowhere = gated("nowhere", spec("tolerated", Use::Field("hostPID")));
    namespace.create(&nowhere).silent();
    tolerate("nowhere").refused(&["host-pid", "pool tolerated, 1 node"]);

    // On Ubuntu before, on either afterwards.
    let mut either = spec("", Use::Field("hostPID"));
    either["affinity"] = json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "agentpool", "operator": "In", "values": ["ubuntu", "tolerated"]}]}]}}});
    namespace.create(&gated("either", either.clone())).silent();
    tolerate("either").warned("1 of 3 candidate nodes are Azure Container Linux (pool tolerated)");

    // One that runs has its node.
    namespace.create(&pod("runs", &either)).silent();
    namespace
        .kubectl(&["wait", "pod/runs", "--for=condition=Ready", "--timeout=60s"])
        .ok();
    tolerate("runs").silent();
}

#[test]
fn a_gated_pod_that_is_tightened_to_an_immutable_pool_is_refused() {
    let _release = release::shared();
    let namespace = Namespace::new();
    namespace
        .create(&gated("p", spec("", Use::Field("hostPID"))))
        .warned("of 5 candidate nodes");
    let tighten = |pool: &str| {
        let patch = json!({"spec": {"nodeSelector": {"agentpool": pool}}}).to_string();
        namespace.kubectl(&["patch", "pod", "p", "-p", &patch])
    };
    tighten("acl1").refused(&["host-pid", "pool acl1, 3 nodes"]);
    tighten("ubuntu").silent();
}

#[test]
fn nodes_count_as_they_are_added_cordoned_reimaged_and_removed() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let mut pool = Pool::new("changing", &["ubuntu"]);
    let spec = pool.spec(Use::Field("hostPID"));
    let until = |what: &str, is: &dyn Fn(&Outcome) -> bool| {
        let start = Instant::now();
        let outcome = eventually(what, || Some(said(&namespace, &spec)).filter(is));
        println!("{what}: known after {} ms", start.elapsed().as_millis());
        outcome
    };
    said(&namespace, &spec).silent();

    pool.add("acl1");
    until("an immutable node more", &|said| !said.stderr.is_empty())
        .warned("1 of 2 candidate nodes are Azure Container Linux (pool changing)");
    // It comes back: a drain is not the end of a node.
    kubectl(&["cordon", &pool.node(0)]).ok();
    until("a node cordoned", &|said| said.code == 0).warned("1 of 2 candidate nodes");

    pool.reimage(0, "acl1");
    until("a node reimaged to an immutable OS", &|said| said.code != 0)
        .refused(&["pool changing, 2 nodes"]);
    pool.reimage(0, "ubuntu");
    until("a node reimaged to Ubuntu", &|said| said.code == 0).warned("1 of 2 candidate nodes");

    kubectl(&["delete", "node", &pool.node(0)]).ok();
    until("a node removed", &|said| said.code != 0).refused(&["pool changing, 1 node"]);
}

//! What runs already lives on while Hostfit is down under `failurePolicy: Fail`: none of what happens to it has to wait for an answer.

use serde_json::json;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec, workload};
use super::real_node::{StaticPod, real_node};
use super::release;
use super::waiting_job::WaitingJob;

#[test]
fn what_runs_lives_on_during_an_outage_under_fail() {
    let release = release::exclusive();
    release.upgrade(&["failurePolicy=Fail"]);
    let namespace = Namespace::new();
    let job = WaitingJob::new(&namespace);
    let mut finalized = pod("finalized", &spec("ubuntu", Use::Field("hostPID")));
    finalized["metadata"]["finalizers"] = json!(["hostfit.dev/scenario"]);
    namespace.create(&finalized).silent();
    for name in ["orphans", "deleted"] {
        let mut deployment = workload("Deployment", &spec("ubuntu", Use::Path("/usr/bin")));
        deployment["metadata"]["name"] = name.into();
        deployment["spec"]["selector"]["matchLabels"]["app"] = name.into();
        deployment["spec"]["template"]["metadata"]["labels"]["app"] = name.into();
        namespace.apply(&deployment).silent();
        namespace
            .kubectl(&["rollout", "status", "deployment", name, "--timeout=60s"])
            .ok();
    }

    let _down = release.down();
    namespace
        .create(&pod("new", &spec("ubuntu", Use::Field("hostPID"))))
        .blocked();

    labels_and_finalizers(&namespace);
    owners(&namespace);
    static_pods(&namespace);
    job.completes_and_is_deleted(&namespace);
}

fn labels_and_finalizers(namespace: &Namespace) {
    namespace
        .kubectl(&["label", "pod", "finalized", "team=a"])
        .silent();
    namespace
        .kubectl(&["annotate", "pod", "finalized", "note=a"])
        .silent();
    namespace
        .kubectl(&["delete", "pod", "finalized", "--wait=false"])
        .silent();
    let patch = r#"{"metadata":{"finalizers":null}}"#;
    namespace
        .kubectl(&["patch", "pod", "finalized", "--patch", patch])
        .silent();
    gone(namespace, &["pod/finalized"]);
}

fn owners(namespace: &Namespace) {
    // The garbage collector takes the owner out of what it leaves behind ...
    delete(namespace, &["deployment", "orphans", "--cascade=orphan"]);
    delete(
        namespace,
        &["replicasets", "-l", "app=orphans", "--cascade=orphan"],
    );
    let orphans = || {
        namespace
            .kubectl(&["get", "pods", "-l", "app=orphans", "-o", "json"])
            .json()
    };
    let orphan = orphans()["items"][0]["metadata"].clone();
    assert!(
        orphan["name"].is_string()
            && orphan["deletionTimestamp"].is_null()
            && orphan["ownerReferences"].is_null(),
        "{orphan:#}"
    );
    // ... and who takes it over puts another one in.
    let mut adopting = workload("ReplicaSet", &spec("ubuntu", Use::Path("/usr/bin")));
    adopting["spec"]["selector"]["matchLabels"] = json!({"app": "orphans"});
    adopting["spec"]["template"]["metadata"]["labels"] = json!({"app": "orphans"});
    namespace.apply(&adopting).silent();
    eventually("the orphan has an owner again", || {
        let owner = &orphans()["items"][0]["metadata"]["ownerReferences"][0]["name"];
        (owner == "w").then_some(())
    });
    delete(
        namespace,
        &["deployment", "deleted", "--cascade=foreground"],
    );
    delete(namespace, &["replicaset", "w"]);
    eventually("nothing is left of either", || {
        let left = [
            "get",
            "pods",
            "-l",
            "app in (orphans, deleted)",
            "-o",
            "name",
        ];
        namespace
            .kubectl(&left)
            .ok()
            .stdout
            .is_empty()
            .then_some(())
    });
}

fn static_pods(namespace: &Namespace) {
    let Some(node) = real_node("acl") else { return };
    let pod = pod("static", &spec("", Use::Path("/usr/bin")));
    let mirrored = StaticPod::new(namespace, &node, pod);
    let mirror = format!("static-{node}");
    eventually("the mirror pod is there and runs", || {
        let phase = ["get", "pod", &mirror, "-o", "jsonpath={.status.phase}"];
        (namespace.kubectl(&phase).stdout == "Running").then_some(())
    });
    drop(mirrored);
    gone(namespace, &[&format!("pod/{mirror}")]);
}

#[track_caller]
fn gone(namespace: &Namespace, what: &[&str]) {
    namespace
        .kubectl(&[&["wait", "--for=delete", "--timeout=60s"], what].concat())
        .ok();
}

#[track_caller]
fn delete(namespace: &Namespace, what: &[&str]) {
    namespace
        .kubectl(&[&["delete", "--timeout=60s"], what].concat())
        .silent();
}

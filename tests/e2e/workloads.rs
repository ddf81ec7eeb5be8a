//! Kinds that make pods: advice when they are applied, the refusal in the events of whatever makes the pods.

use rstest::rstest;

use super::cluster::Namespace;
use super::manifests::{Use, spec, workload};
use super::release;

#[rstest]
fn a_workload_is_warned_of_when_it_is_applied(
    #[values(
        "Deployment",
        "StatefulSet",
        "Job",
        "CronJob",
        "DaemonSet",
        "ReplicaSet"
    )]
    kind: &str,
) {
    let _release = release::shared();
    let namespace = Namespace::new();
    let object = workload(kind, &spec("acl1", Use::Path("/usr/bin")));
    namespace
        .apply(&object)
        .warned(r#"host-path: volume "bin" mounts /usr/bin read-write in container "install""#);
    assert_eq!(
        namespace.apply(&object).silent().stdout.trim(),
        format!("{}/w unchanged", resource(kind))
    );
    let harmless = Namespace::new();
    harmless
        .apply(&workload(kind, &spec("ubuntu", Use::Path("/usr/bin"))))
        .silent();
}

fn resource(kind: &str) -> String {
    let group = if matches!(kind, "Job" | "CronJob") {
        "batch"
    } else {
        "apps"
    };
    format!("{}.{group}", kind.to_lowercase())
}

#[test]
fn the_refusal_is_an_event_of_the_replica_set() {
    let _release = release::shared();
    let namespace = Namespace::new();
    namespace
        .apply(&workload(
            "Deployment",
            &spec("acl1", Use::Path("/usr/bin")),
        ))
        .ok();
    let event = namespace.event("w-", "FailedCreate");
    assert!(
        event.contains("denied the request")
            && event.contains("does not fit Azure Container Linux (pool acl1, 3 nodes)"),
        "{event}"
    );
}

#[test]
fn scaling_and_labelling_say_nothing_again() {
    let _release = release::shared();
    let namespace = Namespace::new();
    namespace
        .apply(&workload(
            "Deployment",
            &spec("acl1", Use::Path("/usr/bin")),
        ))
        .ok();
    namespace
        .kubectl(&["scale", "deployment/w", "--replicas=2"])
        .silent();
    namespace
        .kubectl(&["label", "deployment/w", "team=a"])
        .silent();
    namespace
        .kubectl(&["set", "image", "deployment/w", "install=other:1"])
        .silent();
}

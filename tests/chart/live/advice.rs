//! Which workloads the API server asks advice on.

use serde_json::{Value, json};

use super::asking::{
    FAIL, Namespace, assert_no_condition_failed, calls_in_vain, create, wait_until_called,
};
use super::pods::{host_access, no_host_access, workloads};
use super::{Release, kubectl};

#[test]
#[ignore = "needs a cluster"]
fn workloads_with_host_access_and_no_owner() {
    let namespace = Namespace::new("calls-workloads", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let calls = |object: &Value| {
        let before = calls_in_vain("workloads.hostfit.dev");
        create(object).unwrap_or_else(|message| panic!("{object}: {message}"));
        calls_in_vain("workloads.hostfit.dev") - before
    };
    for (name, spec) in host_access() {
        for mut workload in workloads(namespace.0, &spec) {
            assert_eq!(calls(&workload), 1, "{name} in {}", workload["kind"]);
            workload["metadata"]["ownerReferences"] = json!([{"apiVersion": "example.com/v1", "kind": "Owner", "name": "o", "uid": "0", "controller": true}]);
            assert_eq!(
                calls(&workload),
                0,
                "{name} in {} with a controller",
                workload["kind"]
            );
        }
    }
    for (name, spec) in no_host_access() {
        for workload in workloads(namespace.0, &spec) {
            assert_eq!(calls(&workload), 0, "{name} in {}", workload["kind"]);
        }
    }
    assert_no_condition_failed();
}

/// Scaling, pausing and labelling are no reason to repeat an advice.
#[test]
#[ignore = "needs a cluster"]
fn workload_updates_only_when_the_pod_spec_changes() {
    let namespace = Namespace::new("calls-template", &json!({}));
    let (_, spec) = &host_access()[0];
    for workload in workloads(namespace.0, spec) {
        kubectl(&["create", "-f", "-"], Some(&workload)).unwrap();
    }
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let calls = |kind: &str, patch: &Value| {
        let before = calls_in_vain("workloads.hostfit.dev");
        let patch = patch.to_string();
        kubectl(
            &[
                "patch",
                kind,
                "x",
                "-n",
                namespace.0,
                "--dry-run=server",
                "--type=merge",
                "-p",
                &patch,
            ],
            None,
        )
        .unwrap();
        calls_in_vain("workloads.hostfit.dev") - before
    };
    let grace = json!({"spec": {"terminationGracePeriodSeconds": 1}});
    for (kind, unrelated, related) in [
        (
            "deployment",
            json!({"spec": {"replicas": 3}}),
            json!({"spec": {"template": grace}}),
        ),
        (
            "replicaset",
            json!({"spec": {"replicas": 3}}),
            json!({"spec": {"template": grace}}),
        ),
        (
            "statefulset",
            json!({"spec": {"replicas": 3}}),
            json!({"spec": {"template": grace}}),
        ),
        (
            "replicationcontroller",
            json!({"spec": {"replicas": 3}}),
            json!({"spec": {"template": grace}}),
        ),
        (
            "daemonset",
            json!({"spec": {"minReadySeconds": 3}}),
            json!({"spec": {"template": grace}}),
        ),
        (
            "cronjob",
            json!({"spec": {"suspend": true}}),
            json!({"spec": {"jobTemplate": {"spec": {"template": grace}}}}),
        ),
        (
            "podtemplate",
            json!({"metadata": {"labels": {"a": "b"}}}),
            json!({"template": grace}),
        ),
        ("job", json!({"spec": {"suspend": true}}), Value::Null), // its template cannot change
    ] {
        assert_eq!(calls(kind, &unrelated), 0, "{kind}");
        if !related.is_null() {
            assert_eq!(calls(kind, &related), 1, "{kind}");
        }
    }
    assert_no_condition_failed();
}

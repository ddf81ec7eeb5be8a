//! Whom the API server calls: the selectors and matchConditions, as it evaluates them itself.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::pods::{host_access, no_host_access, pod, workloads};
use super::{Release, get, kubectl};

const FAIL: [&str; 4] = [
    "--set",
    "failurePolicy=Fail",
    "--set",
    "failurePolicyForce=true",
];

/// A namespace with these labels, gone when dropped.
struct Namespace(&'static str);

impl Namespace {
    fn new(name: &'static str, labels: &Value) -> Self {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        kubectl(&["create", "-f", "-"], Some(&namespace)).unwrap();
        // A pod needs its namespace's account.
        let account = [
            "wait",
            "--for=create",
            "serviceaccount/default",
            "--timeout=30s",
            "-n",
            name,
        ];
        kubectl(&account, None).unwrap();
        Self(name)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = kubectl(&["delete", "namespace", self.0, "--wait=false"], None);
    }
}

/// Asks the API server to create this, without doing so.
fn create(object: &Value) -> Result<String, String> {
    kubectl(&["create", "--dry-run=server", "-f", "-"], Some(object))
}

#[track_caller]
fn assert_called(answer: Result<String, String>) {
    let message = answer.expect_err("Hostfit was not asked");
    assert!(
        message.contains(r#"failed calling webhook "pods.hostfit.dev""#),
        "{message}"
    );
}

/// The API server learns of a new webhook configuration a moment after it was stored.
fn wait_until_called(namespace: &str) {
    let (_, spec) = &host_access()[0];
    let patience = Instant::now();
    while create(&pod(namespace, "probe", spec)).is_ok() {
        assert!(
            patience.elapsed() < Duration::from_secs(30),
            "the webhook never came to be called"
        );
    }
}

/// How often the API server called this webhook in vain and went on.
fn calls_in_vain(webhook: &str) -> u64 {
    metric(
        "apiserver_admission_webhook_fail_open_count",
        &format!("name=\"{webhook}\""),
    )
}

/// The sum of a counter over the series with this label.
fn metric(name: &str, label: &str) -> u64 {
    let text = kubectl(&["get", "--raw", "/metrics"], None).unwrap();
    let series = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}{{")) && line.contains(label));
    series
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}

/// An expression that cannot be evaluated hands the request to the failure policy: there must be none.
fn assert_no_condition_failed() {
    assert_eq!(
        metric(
            "apiserver_admission_match_condition_evaluation_errors_total",
            ""
        ),
        0
    );
}

#[test]
#[ignore = "needs a cluster"]
fn pods_with_host_access_and_no_others() {
    let namespace = Namespace::new("calls-pods", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    for (name, spec) in host_access() {
        assert_called(create(&pod(namespace.0, name, &spec)));
    }
    for (name, spec) in no_host_access() {
        create(&pod(namespace.0, name, &spec)).unwrap();
    }
    assert_no_condition_failed();
}

/// A list that costs too much to search would make the condition fail, and under `Ignore` hide the pod.
#[test]
#[ignore = "needs a cluster"]
fn pods_with_very_many_volumes() {
    let namespace = Namespace::new("calls-volumes", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    // The API server itself adds one, for the account's token.
    for (count, called) in [(999, false), (1_000, true), (60_000, true)] {
        let volumes: Vec<_> = (0..count)
            .map(|index| json!({"name": format!("v{index}")}))
            .collect();
        let answer = create(&pod(namespace.0, "many", &json!({"volumes": volumes})));
        assert_eq!(answer.is_err(), called, "{count} volumes: {answer:?}");
    }
    assert_no_condition_failed();
}

/// While nobody answers, what is there already must go on: finalizers, labels, owners, deletion.
#[test]
#[ignore = "needs a cluster"]
fn updates_only_when_the_spec_changes() {
    let namespace = Namespace::new("calls-updates", &json!({}));
    for (name, spec) in host_access() {
        kubectl(&["create", "-f", "-"], Some(&pod(namespace.0, name, &spec))).unwrap();
    }
    kubectl(
        &["create", "-f", "-"],
        Some(&pod(namespace.0, "plain", &json!({}))),
    )
    .unwrap();
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let patch = |name: &str, patch: Value| {
        kubectl(
            &[
                "patch",
                "pod",
                name,
                "-n",
                namespace.0,
                "-p",
                &patch.to_string(),
            ],
            None,
        )
    };
    for (name, _) in host_access() {
        patch(
            name,
            json!({"metadata": {"labels": {"a": "b"}, "finalizers": ["example.com/wait"]}}),
        )
        .unwrap();
        patch(name, json!({"metadata": {"finalizers": null}})).unwrap();
        assert_called(patch(
            name,
            json!({"spec": {"containers": [{"name": "main", "image": "example.com/other"}]}}),
        ));
        assert_called(debug(namespace.0, name));
        kubectl(&["delete", "pod", name, "-n", namespace.0, "--force"], None).unwrap();
    }
    patch(
        "plain",
        json!({"spec": {"containers": [{"name": "main", "image": "example.com/other"}]}}),
    )
    .unwrap();
    debug(namespace.0, "plain").unwrap();
    assert_no_condition_failed();
}

/// Adds an ephemeral container, through the subresource.
fn debug(namespace: &str, pod: &str) -> Result<String, String> {
    kubectl(
        &[
            "debug",
            pod,
            "-n",
            namespace,
            "--image=example.com/none",
            "--profile=general",
            "--attach=false",
        ],
        None,
    )
}

/// A static pod runs before the API server hears of it; the annotation alone is no pass.
#[test]
#[ignore = "needs a cluster"]
fn mirror_pods_of_their_node_only() {
    let namespace = Namespace::new("calls-mirror", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let node = get("node", "aks-acl1-0");
    let mut mirror = pod(
        namespace.0,
        "static",
        &json!({"nodeName": "aks-acl1-0", "hostNetwork": true}),
    );
    mirror["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "x"});
    mirror["metadata"]["ownerReferences"] = json!([{"apiVersion": "v1", "kind": "Node", "name": "aks-acl1-0", "uid": node["metadata"]["uid"], "controller": true}]);
    let create_as = |groups: &[&str]| {
        let arguments = [&["create", "--dry-run=server", "-f", "-"], groups].concat();
        kubectl(&arguments, Some(&mirror))
    };
    create_as(&["--as=system:node:aks-acl1-0", "--as-group=system:nodes"]).unwrap();
    assert_called(create_as(&[]));
    assert_called(create_as(&["--as=somebody", "--as-group=system:masters"]));
    assert_called(create_as(&[
        "--as=somebody",
        "--as-group=system:masters",
        "--as-group=system:nodes",
    ]));
    assert_no_condition_failed();
}

#[test]
#[ignore = "needs a cluster"]
fn namespaces_by_label_and_name() {
    let enforced = Namespace::new("calls-enforced", &json!({"hostfit.dev/mode": "enforce"}));
    let audited = Namespace::new("calls-audited", &json!({"hostfit.dev/mode": "audit"}));
    let off = Namespace::new("calls-off", &json!({"hostfit.dev/mode": "off"}));
    let excluded = Namespace::new("calls-excluded", &json!({}));
    let (_, spec) = &host_access()[0];
    let create_in = |namespace: &Namespace| create(&pod(namespace.0, "x", spec));

    let release =
        Release::install(&[&FAIL[..], &["--set", "excludedNamespaces={calls-excluded}"]].concat());
    wait_until_called(enforced.0);
    let audits = calls_in_vain("audit.pods.hostfit.dev");
    create_in(&off).unwrap();
    create_in(&excluded).unwrap();
    assert_eq!(calls_in_vain("audit.pods.hostfit.dev"), audits);
    create_in(&audited).unwrap();
    assert_eq!(calls_in_vain("audit.pods.hostfit.dev"), audits + 1);

    for labels in ["namespaceLabels=tighten", "namespaceLabels=false"] {
        release
            .upgrade(&[&FAIL[..], &["--set", labels]].concat())
            .unwrap();
        wait_until_called(audited.0);
        wait_until_called(off.0);
    }
    assert_eq!(
        calls_in_vain("audit.pods.hostfit.dev"),
        audits + 1,
        "nobody is called twice"
    );
    assert_no_condition_failed();
}

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

//! Which pods the API server calls for, by its own evaluation of the selectors and matchConditions.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::asking::{
    FAIL, Namespace, assert_called, assert_no_condition_failed, calls_in_vain, create,
    wait_until_called,
};
use super::pods::{host_access, no_host_access, pod};
use super::{Release, get, kubectl};

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
    let release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let assert_called_for_many = || {
        // The API server itself adds one, for the account's token.
        for (count, called) in [(999, false), (1_000, true), (60_000, true)] {
            let volumes: Vec<_> = (0..count)
                .map(|index| json!({"name": format!("v{index}")}))
                .collect();
            let answer = create(&pod(namespace.0, "many", &json!({"volumes": volumes})));
            assert_eq!(answer.is_err(), called, "{count} volumes: {answer:?}");
        }
    };
    assert_called_for_many();

    // To look for claims as well costs more.
    let claims = [&FAIL[..], &["--set", "rules.hostVolume=true"]].concat();
    release.upgrade(&claims).unwrap();
    let volumes = json!([{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]);
    let claiming = pod(namespace.0, "claiming", &json!({"volumes": volumes}));
    let patience = Instant::now();
    while create(&claiming).is_ok() {
        assert!(patience.elapsed() < Duration::from_secs(30), "never called");
    }
    assert_called_for_many();
    assert_no_condition_failed();
}

/// The largest pod that is searched whole costs less than the API server allows; a larger one is called for.
#[test]
#[ignore = "needs a cluster"]
fn pods_with_very_much_of_everything() {
    let namespace = Namespace::new("calls-large", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called(namespace.0);
    let large = |containers: usize| {
        let resources: serde_json::Map<String, Value> = (1..=19)
            .map(|size| (format!("hugepages-{size}Mi"), json!("0")))
            .chain([("cpu".to_owned(), json!("1m"))])
            .collect();
        let container = |list: &str, index: usize| {
            json!({
                "name": format!("{list}{index}"), "image": "example.com/none",
                "resources": {"limits": resources, "requests": resources},
                "securityContext": {"capabilities": {"add": vec!["NET_ADMIN"; 50]}},
            })
        };
        let list = |name| -> Vec<Value> { (0..containers).map(|i| container(name, i)).collect() };
        let volumes: Vec<_> = (0..999)
            .map(|index| json!({"name": format!("v{index}")}))
            .collect();
        let spec =
            json!({"containers": list("main"), "initContainers": list("init"), "volumes": volumes});
        let mut pod = pod(namespace.0, "large", &spec);
        let annotations: serde_json::Map<String, Value> = (0..1_000)
            .map(|index| {
                let key = format!("container.apparmor.security.beta.example.com/c{index}");
                (key, json!("runtime/default"))
            })
            .collect();
        pod["metadata"]["annotations"] = annotations.into();
        pod
    };
    create(&large(200)).unwrap();
    assert_called(create(&large(201)));
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

//! `hostfit placement` beside a cluster: it reads the nodes as kubectl does, and names those to which the cluster itself sends pods.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cluster::{Namespace, Outcome, eventually, kubectl, run};
use super::manifests::{Use, pod, spec, workload};

/// The binary beside the cluster, with the kubeconfig of this test and a manifest on standard input.
pub(crate) fn placement(arguments: &[&str], manifest: &str) -> Outcome {
    let kubeconfig = format!("--kubeconfig={}", std::env::var("KUBECONFIG").unwrap());
    let arguments = [&["placement", "-", &kubeconfig], arguments].concat();
    run(env!("CARGO_BIN_EXE_hostfit"), &arguments, manifest)
}

/// The nodes of the only workload of a report that are candidates, or all of them.
fn nodes(report: &Value, candidates: bool) -> BTreeSet<String> {
    let nodes = report["workloads"][0]["nodes"].as_array().unwrap();
    nodes
        .iter()
        // A pool that has no node now is there without a name.
        .filter(|node| !candidates || node["candidate"] == true)
        .filter_map(|node| node["name"].as_str().map(str::to_owned))
        .collect()
}

/// The nodes that kubectl gets with these arguments.
fn got(arguments: &[&str]) -> BTreeSet<String> {
    let names = "-o=jsonpath={.items[*].metadata.name}";
    let output = kubectl(&[&["get", "nodes", names], arguments].concat()).ok();
    output
        .stdout
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

#[test]
fn placement_sees_the_nodes_that_kubectl_gets() {
    let on_acl1 = pod("p", &spec("acl1", Use::None)).to_string();
    // Other scenarios may change nodes in between.
    eventually("the nodes of kubectl", || {
        let report = placement(&["-ojson"], &on_acl1).json();
        let same = nodes(&report, false) == got(&[])
            && nodes(&report, true) == got(&["-l", "agentpool=acl1"]);
        same.then_some(())
    });
}

#[test]
fn placement_names_the_nodes_of_a_daemonset() {
    let namespace = Namespace::new();
    let daemon_set = workload("DaemonSet", &spec("", Use::None));
    namespace.apply(&daemon_set).ok();
    eventually("the nodes on which its controller wants a pod", || {
        let pods = namespace.kubectl(&["get", "pods", "-o=json"]).json();
        // The controller names the node in the pod's affinity, before it is bound.
        let wanted: BTreeSet<String> = pods["items"]
            .as_array()?
            .iter()
            .filter_map(|pod| {
                let required = &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
                required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0].as_str().map(str::to_owned)
            })
            .collect();
        let report = placement(&["-ojson"], &daemon_set.to_string()).json();
        (!wanted.is_empty() && wanted == nodes(&report, true)).then_some(())
    });
}

#[test]
fn placement_counts_what_the_namespace_adds() {
    let annotation = "scheduler.alpha.kubernetes.io/node-selector";
    let namespace = Namespace::annotated(&[(annotation, "agentpool=acl1")]);
    let mut object = pod("p", &spec("", Use::None));
    object["metadata"]["namespace"] = namespace.0.clone().into();
    eventually("the nodes of the pool", || {
        let report = placement(&["-ojson"], &object.to_string()).json();
        (nodes(&report, true) == got(&["-l", "agentpool=acl1"])).then_some(())
    });
}

/// Runs it as the namespace's own account, which may do nothing but what it is given here.
fn placement_as_account(namespace: &Namespace) -> Outcome {
    let token = namespace
        .kubectl(&["create", "token", "default"])
        .ok()
        .stdout;
    let mut config = kubectl(&["config", "view", "--raw", "--minify", "-o=json"]).json();
    config["users"][0]["user"] = serde_json::json!({"token": token.trim()});
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config.to_string()).unwrap();
    let path = file.path().to_str().unwrap();
    let manifest = pod("p", &spec("acl1", Use::None)).to_string();
    run(
        env!("CARGO_BIN_EXE_hostfit"),
        &["placement", "-", "--kubeconfig", path],
        &manifest,
    )
}

#[test]
fn placement_says_which_right_it_lacks() {
    let namespace = Namespace::new();
    let outcome = placement_as_account(&namespace);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (3, ""),
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.contains("let this account list nodes"),
        "{outcome:?}"
    );

    // With the nodes alone it says what it can.
    let account = format!("--serviceaccount={}:default", namespace.0);
    let name = format!("nodes-{}", namespace.0);
    kubectl(&[
        "create",
        "clusterrole",
        &name,
        "--verb=list",
        "--resource=nodes",
    ])
    .ok();
    kubectl(&[
        "create",
        "clusterrolebinding",
        &name,
        "--clusterrole",
        &name,
        &account,
    ])
    .ok();
    let outcome = eventually("the right holds", || {
        Some(placement_as_account(&namespace)).filter(|outcome| !outcome.stdout.is_empty())
    });
    kubectl(&["delete", "clusterrole,clusterrolebinding", &name]).ok();
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(
        outcome.stdout.contains("immutable: it can land on 3 of "),
        "{outcome:?}"
    );
    for lacks in ["list namespaces", "list runtimeclasses"] {
        assert!(outcome.stderr.contains(lacks), "{outcome:?}");
    }
}

/// Manifests in every form that kubectl takes, and some that look like another.
const FORMS: &str = "\u{feff}# A comment, and nothing else.
---
---
apiVersion: v1
kind: Pod
metadata:
  name: first
  annotations:
    script: |
      ---
      no: document
spec:
  containers: [{name: c, image: i}]
  volumes: [{name: v, configMap: {name: m, defaultMode: 0644}}]
--- # Of a repeated key the last one holds.
apiVersion: apps/v1
kind: Deployment
metadata: {name: not-this, name: second}
spec:
  selector: {matchLabels: &labels {app: a}}
  template: {metadata: {labels: {<<: *labels}}, spec: {containers: [{name: c, image: i}]}}
---
apiVersion: v1
kind: PodList
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: third}
  spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: List
items:
- {apiVersion: batch/v1, kind: Job, metadata: {name: fourth}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}
- {apiVersion: v1, kind: ReplicationController, metadata: {name: fifth}, spec: {}}
";

#[test]
fn placement_reads_manifests_as_kubectl_does() {
    let pod = |name: &str| pod(name, &spec("", Use::None)).to_string();
    let json = format!("{}\n{}{}", pod("a"), pod("b"), pod("c"));
    for file in [FORMS.to_owned(), FORMS.replace('\n', "\r\n"), json] {
        let read = run(
            "kubectl",
            &["create", "--dry-run=client", "-o=name", "-f=-"],
            &file,
        )
        .ok();
        let expected: Vec<&str> = read
            .stdout
            .lines()
            .filter_map(|line| Some(line.split_once('/')?.1))
            .collect();
        let report = placement(&["-ojson"], &file).json();
        let workloads = report["workloads"].as_array().unwrap();
        let names: Vec<&str> = workloads
            .iter()
            .map(|workload| workload["name"].as_str().unwrap())
            .collect();
        assert!(names.len() >= 3);
        assert_eq!(names, expected, "{file}");
    }
}

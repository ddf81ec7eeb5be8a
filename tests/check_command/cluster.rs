//! The cluster in which manifests would be applied, where one is asked; and their namespace where they say none.

use serde_json::{Value, json};

use crate::api_server::{self, Answers, list, refusal};
use crate::run::Folder;

const PODS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: anywhere}, spec: {hostPID: true}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: guarded, namespace: guarded}, spec: {template: {spec: {hostPID: true}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: claims}, spec: {hostPID: true, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}
";

fn node(name: &str, pool: &str, image: &str) -> Value {
    let labels =
        json!({"agentpool": pool, "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"});
    json!({"metadata": {"name": name, "labels": labels}, "status": {"nodeInfo": {"osImage": image, "operatingSystem": "linux"}}})
}

/// A node of Flatcar and one of Ubuntu; what is in one namespace goes to the first, what uses a claim of another to the second.
fn cluster() -> Answers {
    let nodes = json!([
        node("f-0", "f", "Flatcar Container Linux by Kinvolk 4152.2.0"),
        node("u-0", "u", "Ubuntu 22.04.5 LTS")
    ]);
    let guarded = json!([{"metadata": {"name": "guarded", "annotations": {"scheduler.alpha.kubernetes.io/node-selector": "agentpool=f"}}}]);
    let terms =
        json!([{"matchExpressions": [{"key": "agentpool", "operator": "In", "values": ["u"]}]}]);
    let volumes = json!([{"metadata": {"name": "pv"}, "spec": {"local": {"path": "/mnt"}, "nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}}]);
    let claims =
        json!([{"metadata": {"name": "data", "namespace": "shop"}, "spec": {"volumeName": "pv"}}]);
    [
        ("/api/v1/nodes", nodes),
        ("/api/v1/namespaces", guarded),
        ("/api/v1/persistentvolumes", volumes),
        ("/api/v1/persistentvolumeclaims", claims),
    ]
    .into_iter()
    .map(|(path, items)| (path, (200, list(&items))))
    .collect()
}

fn folder(answers: Answers) -> Folder {
    let kubeconfig = api_server::start(answers);
    Folder::with(&[("kubeconfig", &kubeconfig), ("pods.yaml", PODS)])
}

/// As the webhook sees it, which admission has been before.
#[test]
fn a_pod_gets_what_its_namespace_adds() {
    let kubeconfig = api_server::start(cluster());
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: guarded}, spec: {hostPID: true}}";
    let folder = Folder::with(&[("kubeconfig", &kubeconfig), ("pod.yaml", pod)]);
    let asked = folder.check(&["-q", "pod.yaml", "--kubeconfig=kubeconfig"]);
    insta::assert_snapshot!(asked.in_short(), @r"
    1
    pod.yaml:1  Pod guarded/p  deny  immutable: it can land on 1 of 2 nodes, each with an immutable OS
    1 workload: 1 deny
    ");
}

#[test]
fn it_says_where_they_land() {
    let folder = folder(cluster());
    let asked = folder.check(&[
        "-q",
        "pods.yaml",
        "--kubeconfig=kubeconfig",
        "--namespace=shop",
    ]);
    insta::assert_snapshot!(asked.in_short(), @r"
    1
    pods.yaml:2  Pod shop/anywhere  warn  mixed: it can land on 2 of 2 nodes, 1 of them with an immutable OS
    pods.yaml:4  Deployment guarded/guarded  deny  immutable: it can land on 1 of 2 nodes, each with an immutable OS
    pods.yaml:6  Pod shop/claims  allow  general: it can land on 1 of 2 nodes, none with an immutable OS
    3 workloads: 1 deny, 1 warn, 1 allow
    ");
    let by_context = folder.check(&[
        "-q",
        "pods.yaml",
        "--kubeconfig=kubeconfig",
        "--context=c",
        "-n=shop",
    ]);
    assert_eq!(by_context.whole(), asked.whole());
    // An assumed OS holds there as well.
    let assumed = folder.check(&["pods.yaml", "--kubeconfig=kubeconfig", "--os=ubuntu"]);
    insta::assert_snapshot!(assumed.in_short(), @r"
    0
    pods.yaml:2  Pod default/anywhere  allow  general: Ubuntu is assumed
    pods.yaml:4  Deployment guarded/guarded  allow  general: Ubuntu is assumed
    pods.yaml:6  Pod default/claims  allow  general: Ubuntu is assumed
    3 workloads: 3 allow
    ");
}

#[test]
fn what_it_does_not_tell_is_told() {
    let mut answers = cluster();
    answers.insert(
        "/api/v1/namespaces",
        refusal(403, "namespaces is forbidden"),
    );
    let outcome = folder(answers).check(&["-q", "pods.yaml", "--kubeconfig=kubeconfig"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    3
    error: http://127.0.0.1:PORT/: refuses: namespaces is forbidden (403); let this account list namespaces; what they add to pods is left out
    pods.yaml:2  Pod default/anywhere  warn  mixed: it can land on 2 of 2 nodes, 1 of them with an immutable OS
    pods.yaml:4  Deployment guarded/guarded  warn  mixed: it can land on 2 of 2 nodes, 1 of them with an immutable OS
    pods.yaml:6  Pod default/claims  warn  mixed: it can land on 2 of 2 nodes, 1 of them with an immutable OS
    3 workloads: 3 warn; 1 error
    ");
}

#[test]
fn without_its_nodes_nothing_is_said() {
    let mut answers = cluster();
    answers.insert("/api/v1/nodes", refusal(403, "nodes is forbidden"));
    let outcome = folder(answers).check(&["-q", "pods.yaml", "--kubeconfig=kubeconfig"]);
    assert_eq!(
        outcome.whole(),
        "3\nerror: http://127.0.0.1:PORT/: refuses: nodes is forbidden (403); let this account list nodes, or give --nodes FILE\n"
    );
    let folder = Folder::with(&[("pods.yaml", PODS)]);
    let both = folder.check(&["pods.yaml", "--kubeconfig=none", "--nodes=nodes.yaml"]);
    assert_eq!(
        both.whole(),
        "2\nerror: the argument '--kubeconfig <FILE>' cannot be used with '--nodes <FILE>'; see --help\n"
    );
}

/// Nor is one asked that the environment names, unless something is said of it.
#[test]
fn no_cluster_is_asked_unless_it_is_named() {
    let folder = folder(cluster());
    let with_environment = |arguments: &[&str]| {
        let kubeconfig = folder.path().join("kubeconfig");
        let mut command = folder.command(&[&["check"], arguments].concat());
        let output = command.env("KUBECONFIG", kubeconfig).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let alone = folder.check(&["pods.yaml"]).stdout;
    let asked = folder
        .check(&["pods.yaml", "--kubeconfig=kubeconfig"])
        .stdout;
    assert_ne!(alone, asked);
    assert_eq!(with_environment(&["pods.yaml"]), alone);
    assert_eq!(with_environment(&["pods.yaml", "--as=u"]), asked);
}

#[test]
fn a_namespace_is_that_of_what_says_none() {
    let manifests = "
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {local: {path: /mnt}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: agentpool, operator: In, values: [ubuntu]}]}]}}}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {volumeName: pv}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {hostPID: true, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}
---
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}, spec: {template: {}}}
";
    let folder = Folder::with(&[("m.yaml", manifests)]);
    insta::assert_snapshot!(folder.check(&["-q", "m.yaml", "--nodes=nodes.yaml", "-nshop"]).in_short(), @r"
    0
    m.yaml:6  Pod shop/p  allow  general: it can land on 1 of 6 nodes, none with an immutable OS
    m.yaml:8  Pod default/p  warn  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    m.yaml:10  Rollout shop/r  allow  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    3 workloads: 1 warn, 2 allow
    ");
}

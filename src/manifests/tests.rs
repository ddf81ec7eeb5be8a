//! What is taken from a file, and what is said of the rest.

use super::taking::MOST_LOCATED;
use super::*;
use crate::workload::Kind;

fn take(file: &str) -> Manifests {
    let mut manifests = Manifests::default();
    manifests.take("m.yaml", file.as_bytes(), Reading::default());
    manifests
}

fn names(manifests: &Manifests) -> Vec<String> {
    manifests
        .workloads
        .iter()
        .map(|manifest| {
            let Manifest {
                api_version,
                workload,
                file,
                line,
                ..
            } = manifest;
            format!(
                "{file}:{line} {api_version} {} {}/{}",
                workload.kind, workload.namespace, workload.name
            )
        })
        .collect()
}

const BASE: &str = "
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: old, namespace: a}
---
apiVersion: apps/v1
kind: DaemonSetList
items:
- metadata: {name: first}
- metadata: {generateName: second-}
---
apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  metadata: {name: nightly}
  spec: {jobTemplate: {spec: {template: {spec: {nodeName: node-1}}}}}
- apiVersion: v1
  kind: Node
  metadata: {name: node-1}
- apiVersion: v1
  kind: ConfigMap
- apiVersion: acme.io/v1
  kind: Deployment
- apiVersion: acme.io/v1
  kind: Node
";

#[test]
fn workloads_and_nodes_are_taken_and_the_rest_is_counted() {
    let manifests = take(BASE);
    assert_eq!(
        names(&manifests),
        [
            "m.yaml:2 extensions/v1beta1 Deployment a/old",
            "m.yaml:6 apps/v1 DaemonSet default/first",
            "m.yaml:6 apps/v1 DaemonSet default/second-",
            "m.yaml:12 batch/v1 CronJob default/nightly",
        ]
    );
    assert_eq!(
        manifests.workloads[3].workload.spec.node_name.as_deref(),
        Some("node-1")
    );
    assert_eq!(manifests.facts.nodes.len(), 1);
    let skipped: Vec<_> = manifests
        .skipped
        .iter()
        .map(|(kind, n)| (kind.as_str(), *n))
        .collect();
    assert_eq!(skipped, [("ConfigMap", 1), ("Deployment", 1), ("Node", 1)]);
    assert_eq!(manifests.problems, [""; 0]);
}

#[test]
fn what_cannot_be_taken_is_named_with_its_place() {
    let manifests = take(
        "
just text
---
apiVersion: v1
metadata: {name: x}
---
kind: Job
---
apiVersion: v1
kind: List
items: {}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: good}}
- null
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec:
    hostPID: perhaps
- apiVersion: v1
  kind: PodList
  items:
  - spec: {nodeSelector: {pool: 7}}
- {apiVersion: v1, kind: Node, metadata: {name: node-1}, spec: {taints: none}}
- {apiVersion: v1, kind: Node}
---
{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{}, {\"metadata\": {\"name\": \"b\"},
  \"spec\": {\"volumes\": 7}}, {\"metadata\": {\"name\": \"fine\"}}]}
",
    );
    insta::assert_snapshot!(manifests.problems.join("\n"), @r#"
    m.yaml:2:1: it is no object of Kubernetes; each has apiVersion, kind and metadata
    m.yaml:4:1: it has no kind
    m.yaml:7:1: this Job has no apiVersion
    m.yaml:9:1: its items are no list
    m.yaml:17:3: items[1]: it is no object of Kubernetes; each has apiVersion, kind and metadata
    m.yaml:22:14: items[2]: Pod a: spec.hostPID: invalid type: string "perhaps", expected a boolean
    m.yaml:26:33: items[3].items[0]: Pod without a name: spec.nodeSelector.pool: invalid type: integer `7`, expected a string
    m.yaml:27:73: items[4]: Node node-1: spec.taints: invalid type: string "none", expected a sequence
    m.yaml:28:3: items[5]: this Node has no name
    m.yaml:31:23: items[1]: Pod b: spec.volumes: invalid type: integer `7`, expected a sequence
    "#);
    assert_eq!(names(&manifests).len(), 3);
}

#[test]
fn a_long_list_of_wrong_objects_is_told_of_in_full() {
    let items = "- {apiVersion: v1, kind: Pod, spec: 7}\n".repeat(3000);
    let manifests = take(&format!("apiVersion: v1\nkind: List\nitems:\n{items}"));
    assert_eq!(manifests.problems.len(), 3000);
    assert!(
        manifests.problems[MOST_LOCATED - 1].starts_with("m.yaml:23:"),
        "{}",
        manifests.problems[MOST_LOCATED - 1]
    );
    assert!(
        manifests.problems[2999].starts_with("m.yaml:1:1: items[2999]: "),
        "{}",
        manifests.problems[2999]
    );
}

#[test]
fn a_list_of_five_thousand_is_read_whole() {
    let item = "- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: d, labels: &labels {app: d}}
  spec:
    selector: {matchLabels: *labels}
    template:
      metadata: {labels: *labels}
      spec:
        containers:
        - {name: a, image: a, env: [{name: A, value: a}, {name: B, value: b}]}
        - {name: b, image: b, ports: [{containerPort: 80}]}
";
    let manifests = take(&format!(
        "apiVersion: v1\nkind: List\nitems:\n{}",
        item.repeat(5000)
    ));
    assert_eq!(
        (manifests.workloads.len(), manifests.problems),
        (5000, vec![])
    );
}

/// A document of its own is no less read than an item of a list: what is only skimmed is counted as skipped.
#[test]
fn what_is_read_is_not_skimmed() {
    let kinds = Kind::ALL.map(Kind::as_str);
    let others = [
        "Node",
        "Namespace",
        "RuntimeClass",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "StorageClass",
        "NodePool",
        "AKSNodeClass",
        "Rollout",
    ];
    for kind in kinds.into_iter().chain(others) {
        let groups = [
            "v1",
            "apps/v1",
            "batch/v1",
            "node.k8s.io/v1",
            "storage.k8s.io/v1",
            "karpenter.sh/v1",
            "karpenter.azure.com/v1beta1",
            "argoproj.io/v1alpha1",
        ];
        let read = groups.into_iter().filter(|version| {
            let file = format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: x\n");
            take(&file).skipped.is_empty()
        });
        assert_ne!(read.count(), 0, "{kind}");
    }
}

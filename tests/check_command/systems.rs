//! Where workloads land: by assumption, or among nodes that are given.

use crate::fixtures::pod;
use crate::run::Folder;

const WORKLOADS: &str = "
{apiVersion: v1, kind: Pod, metadata: {name: plain}, spec: {hostNetwork: true}}
---
{apiVersion: v1, kind: Pod, metadata: {name: elsewhere}, spec: {hostNetwork: true, nodeSelector: {agentpool: ubuntu}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: bound}, spec: {hostNetwork: true, nodeName: somewhere}}
---
{apiVersion: v1, kind: Pod, metadata: {name: windows}, spec: {hostNetwork: true, os: {name: windows}}}
---
{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: windows-too}, spec: {template: {spec: {hostNetwork: true, nodeSelector: {kubernetes.io/os: windows}}}}}
";

fn on(arguments: &[&str]) -> String {
    let folder = Folder::with(&[("w.yaml", WORKLOADS)]);
    folder
        .check(&[&["-q", "w.yaml"], arguments].concat())
        .in_short()
}

#[test]
fn without_nodes_all_land_on_azure_container_linux() {
    insta::assert_snapshot!(on(&[]), @r"
    1
    w.yaml:2  Pod default/plain  deny  immutable: Azure Container Linux is assumed
    w.yaml:4  Pod default/elsewhere  deny  immutable: Azure Container Linux is assumed
    w.yaml:6  Pod default/bound  deny  immutable: Azure Container Linux is assumed
    w.yaml:8  Pod default/windows  allow  unknown: it is bound to another kind of operating system than is assumed
    w.yaml:10  DaemonSet default/windows-too  allow  unknown: it is bound to another kind of operating system than is assumed
    5 workloads: 3 deny, 2 allow
    ");
    assert_eq!(on(&[]), on(&["--os=azure-container-linux"]));
}

#[test]
fn systems_are_assumed_as_they_are_named() {
    insta::assert_snapshot!(on(&["--os=ubuntu"]), @r"
    0
    w.yaml:2  Pod default/plain  allow  general: Ubuntu is assumed
    w.yaml:4  Pod default/elsewhere  allow  general: Ubuntu is assumed
    w.yaml:6  Pod default/bound  allow  general: Ubuntu is assumed
    w.yaml:8  Pod default/windows  allow  unknown: it is bound to another kind of operating system than is assumed
    w.yaml:10  DaemonSet default/windows-too  allow  unknown: it is bound to another kind of operating system than is assumed
    5 workloads: 5 allow
    ");
    insta::assert_snapshot!(on(&["--os=bottlerocket", "--os=ubuntu"]).lines().last().unwrap(), @"5 workloads: 3 warn, 2 allow");
    insta::assert_snapshot!(on(&["--os=bottlerocket", "--os=windows", "--os=bottlerocket"]), @r"
    1
    w.yaml:2  Pod default/plain  deny  immutable: Bottlerocket is assumed
    w.yaml:4  Pod default/elsewhere  deny  immutable: Bottlerocket is assumed
    w.yaml:6  Pod default/bound  deny  immutable: Bottlerocket is assumed
    w.yaml:8  Pod default/windows  allow  general: Windows is assumed
    w.yaml:10  DaemonSet default/windows-too  allow  general: Windows is assumed
    5 workloads: 3 deny, 2 allow
    ");
}

#[test]
fn given_nodes_decide_unless_a_system_is_assumed() {
    insta::assert_snapshot!(on(&["--nodes=nodes.yaml"]), @r"
    0
    w.yaml:2  Pod default/plain  warn  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    w.yaml:4  Pod default/elsewhere  allow  general: it can land on 1 of 6 nodes, none with an immutable OS
    w.yaml:6  Pod default/bound  allow  unknown: it can land on none of 6 nodes
    w.yaml:8  Pod default/windows  allow  unknown: it can land on none of 6 nodes
    w.yaml:10  DaemonSet default/windows-too  allow  unknown: it runs on none of 6 nodes
    5 workloads: 1 warn, 4 allow
    ");
    assert_eq!(
        on(&["--nodes=nodes.yaml", "--os=ubuntu"]),
        on(&["--os=ubuntu"])
    );
}

/// Nodes, a Namespace, a RuntimeClass and a volume with its claim among the manifests are taken as applied.
#[test]
fn what_stands_beside_the_workloads_counts() {
    let beside = "
{apiVersion: v1, kind: Namespace, metadata: {name: guarded, annotations: {scheduler.alpha.kubernetes.io/node-selector: agentpool=guard}}}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: kata}, handler: kata, scheduling: {nodeSelector: {agentpool: acl1}}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {capacity: {storage: 1Gi}, local: {path: /mnt/disk}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: agentpool, operator: In, values: [ubuntu]}]}]}}}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: default}, spec: {volumeName: pv}}
";
    let workloads = "
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: guarded}, spec: {template: {spec: {hostPID: true}}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: k}, spec: {template: {spec: {hostPID: true, runtimeClassName: kata}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}
";
    let folder = Folder::with(&[("beside.yaml", beside), ("w.yaml", workloads)]);
    insta::assert_snapshot!(folder.check(&["-q", "w.yaml", "beside.yaml", "nodes.yaml"]).in_short(), @r"
    1
    w.yaml:2  Deployment guarded/d  deny  immutable: it can land on 1 of 6 nodes, each with an immutable OS
    w.yaml:4  Deployment default/k  deny  immutable: it can land on 3 of 6 nodes, each with an immutable OS
    w.yaml:6  Pod default/p  allow  general: it can land on 1 of 6 nodes, none with an immutable OS
    3 workloads: 2 deny, 1 allow
    ");
    insta::assert_snapshot!(folder.check(&["-q", "w.yaml", "nodes.yaml"]).in_short(), @r"
    0
    w.yaml:2  Deployment guarded/d  warn  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    w.yaml:4  Deployment default/k  warn  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    w.yaml:6  Pod default/p  warn  mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    3 workloads: 3 warn
    ");
    let of_nodes = folder
        .check(&["-q", "w.yaml", "beside.yaml", "--nodes=nodes.yaml"])
        .in_short();
    assert_eq!(
        of_nodes,
        folder
            .check(&["-q", "w.yaml", "beside.yaml", "nodes.yaml"])
            .in_short()
    );
}

/// A selector that the API server would refuse is told: until it is mended, no node is a candidate.
#[test]
fn a_contradiction_is_told() {
    let manifest = "
{apiVersion: v1, kind: Namespace, metadata: {name: guarded, annotations: {scheduler.alpha.kubernetes.io/node-selector: agentpool=guard}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: guarded}, spec: {template: {spec: {hostPID: true, nodeSelector: {agentpool: acl1}}}}}
";
    let folder = Folder::with(&[("w.yaml", manifest)]);
    insta::assert_snapshot!(folder.check(&["w.yaml", "--nodes=nodes.yaml"]).whole(), @r"
    0
    w.yaml:4  Deployment guarded/d  allow  unknown: it can land on none of 6 nodes; the API server refuses its pods: nodeSelector agentpool=acl1 contradicts agentpool=guard of the namespace's annotation scheduler.alpha.kubernetes.io/node-selector; change one of the two

    1 workload: 1 allow
    ");
}

#[test]
fn an_os_of_the_configuration_can_be_assumed() {
    let config = "
apiVersion: hostfit.dev/v1
kind: Config
operatingSystems: [{id: acme-os, title: Acme OS, kind: linux, immutable: true}]
";
    let folder = Folder::with(&[("config.yaml", config), ("p.yaml", &pod("p"))]);
    let outcome = folder.check(&["p.yaml", "--config=config.yaml", "--os=acme-os"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    1
    p.yaml:1  Pod default/p  deny  immutable: Acme OS is assumed
    1 workload: 1 deny
    ");
}

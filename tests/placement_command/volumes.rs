//! Claims: their volumes say where pods can land, wherever they are told of.

use crate::run::Folder;

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]}
";

const VOLUMES: &str = "
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-1}
spec:
  capacity: {storage: 10}
  local: {path: /mnt/a}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: agentpool, operator: In, values: [acl1]}]}]}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: default}
spec: {volumeName: pv-1, storageClassName: local}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local}
provisioner: kubernetes.io/no-provisioner
";

const NARROWED: &str = "0
Pod default/p  pod.yaml:2
immutable: it can land on 3 of 6 nodes, each with an immutable OS
1 workload: 1 immutable";

#[test]
fn volumes_of_the_node_files_count() {
    let folder = Folder::with(&[("pod.yaml", POD), ("volumes.yaml", VOLUMES)]);
    let files = ["pod.yaml", "--nodes=nodes.yaml", "--nodes=volumes.yaml"];
    let outcome = folder.placement(&files);
    assert_eq!(outcome.in_short(), NARROWED);
    insta::assert_snapshot!(outcome.stdout, @r"
    Pod default/p  pod.yaml:2
    immutable: it can land on 3 of 6 nodes, each with an immutable OS
      NODE                            POOL    OS                         FITS  REASON
      aks-acl1-31415926-vmss000000    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000001    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000002    acl1    Azure Container Linux      yes
      aks-guard-31415926-vmss000000   guard   Azure Linux with OS Guard  no    volume pv-1 of claim data: node affinity agentpool=acl1 (it has agentpool=guard)
      aks-system-31415926-vmss000000  system  Ubuntu                     no    taint CriticalAddonsOnly=true:NoSchedule is not tolerated; volume pv-1 of claim data: node affinity agentpool=acl1 (it has agentpool=system)
      aks-ubuntu-31415926-vmss000000  ubuntu  Ubuntu                     no    volume pv-1 of claim data: node affinity agentpool=acl1 (it has agentpool=ubuntu)

    1 workload: 1 immutable
    ");
}

#[test]
fn volumes_of_the_manifests_count() {
    let folder = Folder::with(&[("pod.yaml", POD), ("volumes.yaml", VOLUMES)]);
    let outcome = folder.placement(&["pod.yaml", "volumes.yaml", "--nodes=nodes.yaml"]);
    assert_eq!(outcome.in_short(), NARROWED);
}

#[test]
fn what_cannot_be_read_of_them_is_told() {
    let broken = VOLUMES
        .replace("local: {path: /mnt/a}", "local: 7")
        .replace("{volumeName: pv-1, storageClassName: local}", "7")
        .replace("kubernetes.io/no-provisioner", "[a]");
    let folder = Folder::with(&[("pod.yaml", POD), ("volumes.yaml", &broken)]);
    let of_manifests = folder.placement(&["pod.yaml", "volumes.yaml", "--nodes=nodes.yaml"]);
    insta::assert_snapshot!(of_manifests.stderr, @r"
    error: volumes.yaml:7:10: PersistentVolume pv-1: spec.local: invalid type: integer `7`, expected struct HostPath
    error: volumes.yaml:13:7: PersistentVolumeClaim data: spec: invalid type: integer `7`, expected struct ClaimSpec
    error: volumes.yaml:18:14: StorageClass local: provisioner: invalid type: sequence, expected a string
    ");
    let of_nodes = folder.placement(&["pod.yaml", "--nodes=nodes.yaml", "--nodes=volumes.yaml"]);
    insta::assert_snapshot!(of_nodes.stderr, @r"
    error: volumes.yaml: item 0 is left out: PersistentVolume pv-1: invalid type: integer `7`, expected struct HostPath
    error: volumes.yaml: item 1 is left out: PersistentVolumeClaim data: invalid type: integer `7`, expected struct ClaimSpec
    error: volumes.yaml: item 2 is left out: StorageClass local: invalid type: sequence, expected a string
    ");
}

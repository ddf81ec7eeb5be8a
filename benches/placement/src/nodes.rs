//! Nodes as AKS makes them: some forty labels, and with the list of images as large as they are in a cluster that lives.

use serde_json::{Value, json};

/// Nodes of one pool; AKS allows more, most clusters have fewer.
const POOL: usize = 100;
/// The kubelet reports this many images by default.
const IMAGES: usize = 50;

/// The name of node `index`.
pub(crate) fn name(index: usize) -> String {
    format!("aks-{}-31415926-vmss{index:06}", pool(index))
}

/// The pool of node `index`.
pub(crate) fn pool(index: usize) -> String {
    format!("pool{}", index / POOL)
}

/// Node `index`, with what its kubelet reports: some 25 KB of JSON.
pub(crate) fn node(index: usize) -> Value {
    let mut node = slim(index);
    node["metadata"]["annotations"] = json!({
        "csi.volume.kubernetes.io/nodeid": format!("{{\"disk.csi.azure.com\":\"{0}\",\"file.csi.azure.com\":\"{0}\"}}", name(index)),
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    });
    let condition = |kind: &str| {
        json!({"type": kind, "status": "False", "reason": format!("No{kind}"), "message": format!("kubelet has no {kind} on this node"),
               "lastHeartbeatTime": "2026-11-24T12:00:00Z", "lastTransitionTime": "2026-11-01T12:00:00Z"})
    };
    let kinds = [
        "MemoryPressure",
        "DiskPressure",
        "PIDPressure",
        "Ready",
        "KernelDeadlock",
        "ReadonlyFilesystem",
        "FrequentKubeletRestart",
        "FrequentContainerdRestart",
        "FilesystemCorruptionProblem",
        "VMEventScheduled",
        "KubeletProblem",
        "ContainerRuntimeProblem",
    ];
    let image = |image: usize| {
        let repository = format!(
            "containerregistry.example.com/organisation/department/team-{}/service-{image}",
            index % 7
        );
        json!({"names": [
                  format!("{repository}@sha256:{:064x}", (index % 1000) * 7919 + image),
                  format!("{repository}:sha-{:040x}", (index % 1000) * 7919 + image),
                  format!("{repository}:v1.{}.{}-20261104", image, index % 40)],
               "sizeBytes": 100_000_000 + image})
    };
    let size = json!({"cpu": "16", "memory": "65843616Ki", "pods": "250", "ephemeral-storage": "129886128Ki", "hugepages-1Gi": "0"});
    node["status"]["capacity"] = size.clone();
    node["status"]["allocatable"] = size;
    node["status"]["conditions"] = kinds.map(condition).to_vec().into();
    node["status"]["addresses"] = json!([{"type": "InternalIP", "address": format!("10.{}.{}.{}", index >> 16, index >> 8 & 255, index & 255)}, {"type": "Hostname", "address": name(index)}]);
    node["status"]["images"] = (0..IMAGES).map(image).collect::<Vec<_>>().into();
    node
}

/// Only what Hostfit reads of it: labels, taints, OS.
pub(crate) fn slim(index: usize) -> Value {
    let (name, pool) = (name(index), pool(index));
    let immutable = index / POOL % 2 == 1;
    let (sku, effective, image, os_image) = if immutable {
        (
            "AzureContainerLinux",
            "AzureContainerLinux",
            "AKSAzureLinux-aclgen2TL-202609.23.0",
            "Microsoft Azure Container Linux 3.0.20260809",
        )
    } else {
        (
            "Ubuntu",
            "Ubuntu2404",
            "AKSUbuntu-2404gen2containerd-202611.04.0",
            "Ubuntu 24.04.4 LTS",
        )
    };
    let zone = format!("westeurope-{}", index % 3 + 1);
    let mut labels = json!({
        "agentpool": pool, "kubernetes.azure.com/agentpool": pool, "kubernetes.io/hostname": name,
        "kubernetes.azure.com/os-sku": sku, "kubernetes.azure.com/os-sku-effective": effective, "kubernetes.azure.com/os-sku-requested": sku,
        "kubernetes.azure.com/node-image-version": image, "kubernetes.azure.com/mode": "user", "kubernetes.azure.com/role": "agent",
        "kubernetes.azure.com/cluster": "MC_rg_cluster_westeurope", "kubernetes.azure.com/consolidated-additional-properties": "7c6b4a6e-0000-11ef-8000-0a58a9feac02",
        "kubernetes.azure.com/kubelet-identity-client-id": "11111111-2222-3333-4444-555555555555", "kubernetes.azure.com/kubelet-serving-ca": "cluster",
        "kubernetes.azure.com/localdns-state": "disabled", "kubernetes.azure.com/network-policy": "cilium", "kubernetes.azure.com/network-stateless-cni": "false",
        "kubernetes.azure.com/nodenetwork-vnetguid": "66666666-7777-8888-9999-000000000000", "kubernetes.azure.com/podnetwork-type": "overlay",
        "kubernetes.azure.com/storageprofile": "managed", "kubernetes.azure.com/storagetier": "Premium_LRS", "storageprofile": "managed", "storagetier": "Premium_LRS",
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
        "beta.kubernetes.io/instance-type": "Standard_D16ds_v5", "node.kubernetes.io/instance-type": "Standard_D16ds_v5",
        "topology.disk.csi.azure.com/zone": zone, "topology.kubernetes.io/zone": zone, "topology.kubernetes.io/region": "westeurope",
        "failure-domain.beta.kubernetes.io/zone": zone, "failure-domain.beta.kubernetes.io/region": "westeurope",
        "example.com/cores": (8 << (index % 4)).to_string(), "example.com/team": format!("team-{}", index % 9), "example.com/disk": if index.is_multiple_of(2) { "ssd" } else { "hdd" },
        "example.com/generation": (index % 5).to_string(), "example.com/rack": format!("rack-{}", index % 40),
    });
    // GPU feature discovery labels each node with the second at which it looked.
    if index.is_multiple_of(10) {
        labels["nvidia.com/gfd.timestamp"] = (1_790_000_000 + index).to_string().into();
    }
    let taints = match index / POOL % 5 {
        4 => json!([{"key": "dedicated", "value": pool, "effect": "NoSchedule"}]),
        _ => json!([]),
    };
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": {"taints": taints},
           "status": {"nodeInfo": {"architecture": "amd64", "operatingSystem": "linux", "osImage": os_image, "kernelVersion": "6.6.0", "containerRuntimeVersion": "containerd://2.1.0",
                                   "kubeletVersion": "v1.36.3", "kubeProxyVersion": "", "bootID": "", "machineID": "", "systemUUID": ""}}})
}

//! Pools that have no node now: declared in the configuration, seen before, described by Karpenter. Each has a label and a taint of its own, so
//! that no other scenario's pods could land there.

use serde_json::{Value, json};

use super::cluster::{Namespace, Outcome, audit_annotations, eventually, kubectl, run};
use super::manifests::{Use, pod, spec};
use super::release;
use super::replica::every_replica_says;

/// A pool of this name, as the configuration declares it.
pub(crate) fn declared(name: &str) -> Value {
    json!({"name": name, "os": "azure-container-linux", "labels": {"story": name}, "taints": [taint(name)]})
}

fn taint(name: &str) -> Value {
    json!({"key": "story", "value": name, "effect": "NoSchedule"})
}

/// A pod that reaches into the host, for nodes with these labels, that tolerates the taint of pool `story`.
fn installer(story: &str, selector: Value) -> Value {
    let mut spec = spec("", Use::Path("/usr/bin"));
    spec["nodeSelector"] = selector;
    spec["tolerations"] = json!([{"key": "story", "operator": "Equal", "value": story}]);
    spec
}

/// What the API server says of such a pod, which is not made.
fn judged(namespace: &Namespace, spec: &Value) -> Outcome {
    let pod = pod("p", spec).to_string();
    namespace.kubectl_with(&["create", "--dry-run=server", "-f", "-"], &pod)
}

#[test]
fn a_declared_pool_is_judged_before_its_first_node_is_there() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let only_there = installer("declared", json!({"story": "declared"}));
    namespace
        .create(&pod("p", &only_there))
        .refused(&["does not fit Azure Container Linux (pool declared, no node yet): host-path"]);

    let mut there_or_elsewhere = installer("declared", json!({}));
    let pools = json!([{"key": "agentpool", "operator": "In", "values": ["declared", "ubuntu"]}]);
    there_or_elsewhere["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
        ["nodeSelectorTerms"] = json!([{"matchExpressions": pools}]);
    namespace
        .create(&pod("q", &there_or_elsewhere))
        .warned("none of its 2 candidate nodes is immutable, but one yet to come may be Azure Container Linux (pool declared)");
    assert_eq!(
        audit_annotations(&namespace.0, "q")["pods.hostfit.dev/placement"],
        "mixed 0/2, and pool declared without a node yet"
    );
}

#[test]
fn a_pool_that_loses_its_last_node_still_counts() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let installer = installer("seen", json!({"story": "seen"}));
    let node = json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": "aks-seen-0",
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.azure.com/agentpool": "seen", "kubernetes.azure.com/os-sku": "AzureContainerLinux", "story": "seen"},
        },
        "spec": {"taints": [taint("seen")]}});
    run("kubectl", &["create", "-f", "-"], &node.to_string()).ok();
    let is_said = |words: &str| {
        eventually(words, || {
            let outcome = judged(&namespace, &installer);
            outcome.stderr.contains(words).then_some(())
        });
    };
    is_said("does not fit Azure Container Linux (pool seen, 1 node)");
    kubectl(&["delete", "node", "aks-seen-0"]).ok();
    is_said("does not fit Azure Container Linux (pool seen, no node yet)");
}

#[test]
fn a_node_pool_of_karpenter_is_judged_by_its_description() {
    let _release = release::shared();
    let namespace = Namespace::new();
    let _karpenter = Karpenter::installed();
    apply(&node_class("AzureContainerLinux"));
    apply(&node_pool());
    eventually("every replica knows the NodePool", || {
        every_replica_says("pools: 1 of Karpenter's")
    });

    let installer = |tenant: &str| {
        let selector = json!({"karpenter.sh/nodepool": "described", "example.com/tenant": tenant});
        installer("described", selector)
    };
    let refused = "does not fit Azure Container Linux (pool described, no node yet)";
    eventually("its class is known as well", || {
        let outcome = judged(&namespace, &installer("a"));
        outcome.stderr.contains(refused).then_some(())
    });
    judged(&namespace, &installer("c")).silent();

    apply(&node_class("Ubuntu2404"));
    eventually("the class has another image family", || {
        judged(&namespace, &installer("a"))
            .stderr
            .is_empty()
            .then_some(())
    });
    kubectl(&["delete", "nodepool", "described"]).ok();
    eventually("every replica forgets the NodePool", || {
        every_replica_says("pools: 0 of Karpenter's")
    });
}

#[track_caller]
fn apply(object: &Value) {
    run("kubectl", &["apply", "-f", "-"], &object.to_string()).ok();
}

fn node_class(image_family: &str) -> Value {
    json!({"apiVersion": "karpenter.azure.com/v1beta1", "kind": "AKSNodeClass", "metadata": {"name": "described"},
           "spec": {"imageFamily": image_family}})
}

fn node_pool() -> Value {
    let requirements = json!([
        {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]},
        {"key": "example.com/tenant", "operator": "In", "values": ["a", "b"]},
        {"key": "karpenter.azure.com/sku-cpu", "operator": "Gt", "values": ["3"]},
    ]);
    json!({"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "described"},
           "spec": {"template": {"spec": {
               "nodeClassRef": {"group": "karpenter.azure.com", "kind": "AKSNodeClass", "name": "described"},
               "taints": [taint("described")],
               "startupTaints": [{"key": "example.com/starting", "effect": "NoExecute"}],
               "requirements": requirements}}}})
}

/// Karpenter's resources in the API server, without Karpenter. Taken away when this is dropped.
struct Karpenter;

impl Karpenter {
    fn installed() -> Self {
        kubectl(&["apply", "-f", DEFINITIONS]).ok();
        let karpenter = Self;
        let established = ["wait", "--for=condition=Established", "--timeout=60s"];
        kubectl(&[&established[..], &["-f", DEFINITIONS]].concat()).ok();
        karpenter
    }
}

impl Drop for Karpenter {
    fn drop(&mut self) {
        kubectl(&["delete", "--wait=false", "-f", DEFINITIONS]);
    }
}

const DEFINITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/karpenter.yaml");

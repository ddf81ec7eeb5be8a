//! The second witness: a real scheduler places generated pods on generated nodes. Each lands on one of our candidates, and a pod without
//! candidates stays where it is, unschedulable.
//!
//! Ignored by default, because it needs a throw-away cluster without Hostfit: `make scheduler`.

mod api;

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Node, Pod};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};

use crate::generate::Dice;
use crate::{hostfit_says, parameter};
use api::{all, create, until};

const NODES: usize = 40;
const PODS: usize = 800;

#[tokio::test]
#[ignore = "needs a throw-away cluster: make scheduler"]
async fn a_real_scheduler_lands_every_pod_on_a_candidate() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::try_default()
        .await
        .unwrap_or_else(|error| panic!("no test cluster: {error}; see `make scheduler`"));
    let nodes = Api::<Node>::all(client.clone());
    let pods = Api::<Pod>::default_namespaced(client);
    let seed = parameter("SEED", 1);
    let mut dice = Dice::new(seed, true);

    let names: Vec<String> = (0..NODES).map(|i| format!("node-{i}")).collect();
    create(&nodes, dice.nodes(&names).into_iter().map(fake_node)).await;
    until("every node is ready", async || {
        let nodes = all(&nodes).await.into_iter();
        nodes
            .filter_map(|node| (!is_ready(&node)).then(|| node.name_any()))
            .collect()
    })
    .await;

    // The specs are what the API server made of them, and all nodes take part, also those that stood there before.
    let created = create(&pods, (0..PODS).map(|i| pod(i, dice.pod(&names)))).await;
    let specs: Vec<Value> = created.iter().map(unbound).collect();
    let case = json!({"before": [], "nodes": all(&nodes).await, "pods": specs});
    let candidates = hostfit_says::of_case(&case).unwrap();
    let candidates: BTreeMap<String, Vec<String>> =
        created.iter().map(Pod::name_any).zip(candidates).collect();

    until("the scheduler has dealt with every pod", async || {
        let now = all(&pods).await;
        assert_eq!(now.len(), PODS, "a pod is gone");
        now.iter()
            .filter_map(|pod| still_open(pod, &candidates[&pod.name_any()]))
            .collect()
    })
    .await;
    let lonely = candidates.values().filter(|names| names.is_empty()).count();
    eprintln!(
        "seed {seed}: {} pods scheduled, {lonely} unschedulable",
        PODS - lonely
    );
    assert!(
        lonely > PODS / 10 && lonely < PODS / 10 * 9,
        "hardly any pod decides anything"
    );
}

/// What the scheduler has still to do about a pod. Fails on what it must not do.
fn still_open(pod: &Pod, candidates: &Vec<String>) -> Option<String> {
    let (name, spec) = (pod.name_any(), json!(pod.spec));
    match pod.spec.as_ref()?.node_name.as_ref() {
        Some(node) => {
            assert!(
                candidates.contains(node),
                "{name} is on {node}, and that is none of {candidates:?}: {spec}"
            );
            None
        }
        None if candidates.is_empty() && is_unschedulable(pod) => None,
        None => Some(format!("{name}, which could be on {candidates:?}: {spec}")),
    }
}

/// A node that kwok plays, with room for every pod.
fn fake_node(mut node: Value) -> Value {
    node["metadata"]["annotations"] = json!({"kwok.x-k8s.io/node": "fake"});
    let size = json!({"cpu": "16", "memory": "64Gi", "pods": PODS.to_string()});
    node["status"] = json!({"capacity": size, "allocatable": size, "nodeInfo": {
        "architecture": "amd64", "operatingSystem": "linux", "osImage": "", "kernelVersion": "", "containerRuntimeVersion": "",
        "kubeletVersion": "", "kubeProxyVersion": "", "bootID": "", "machineID": "", "systemUUID": ""}});
    node
}

fn pod(index: usize, mut spec: Value) -> Value {
    spec["containers"] = json!([{"name": "main", "image": "hostfit.dev/busybox:test"}]);
    spec["terminationGracePeriodSeconds"] = json!(0);
    json!({"metadata": {"name": format!("pod-{index}")}, "spec": spec})
}

/// A pod's spec as it was before the scheduler bound it.
fn unbound(pod: &Pod) -> Value {
    let mut spec = json!(pod.spec);
    spec["nodeName"] = Value::Null;
    spec
}

/// Ready, and free of the taints that say otherwise.
fn is_ready(node: &Node) -> bool {
    let ready = node
        .status
        .iter()
        .flat_map(|status| status.conditions.iter().flatten())
        .any(|condition| condition.type_ == "Ready" && condition.status == "True");
    let passing = node
        .spec
        .iter()
        .flat_map(|spec| spec.taints.iter().flatten())
        .any(|taint| taint.key.starts_with("node.kubernetes.io/"));
    ready && !passing
}

fn is_unschedulable(pod: &Pod) -> bool {
    pod.status
        .iter()
        .flat_map(|status| status.conditions.iter().flatten())
        .any(|condition| {
            condition.type_ == "PodScheduled"
                && condition.status == "False"
                && condition.reason.as_deref() == Some("Unschedulable")
        })
}

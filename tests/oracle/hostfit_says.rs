//! Hostfit's side of the comparison: the code under test, fed as it is in real life.

use hostfit::inventory::node::NodeObject;
use hostfit::inventory::{Inventory, Node};
use hostfit::os::Catalogue;
use hostfit::placement;
use hostfit::workload::pod::PodSpec;
use serde::Deserialize as _;
use serde_json::Value;

use crate::kubernetes::Answer;

/// The names of each pod's candidates.
pub(crate) fn of_case(case: &Value) -> serde_json::Result<Answer> {
    let inventory = inventory(case)?;
    let pods = case["pods"].as_array().into_iter().flatten();
    pods.map(|pod| of_pod(pod, &inventory)).collect()
}

/// The names of a pod's candidates. What a verdict counts and what is explained have to be the same; if not, that is the answer, and one
/// that Kubernetes never gives.
pub(crate) fn of_pod(pod: &Value, inventory: &Inventory) -> serde_json::Result<Vec<String>> {
    let pod = PodSpec::deserialize(pod)?;
    let candidates = placement::candidates(&pod, inventory);
    let counted = placement::place(&pod, inventory, Catalogue::built_in()).nodes;
    if counted != candidates.len() {
        return Ok(vec![format!(
            "{counted} counted, but named: {candidates:?}"
        )]);
    }
    for node in placement::explain(&pod, inventory, Catalogue::built_in()) {
        let is_candidate = candidates.contains(&node.name);
        let is_explained = node
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.is_empty());
        if is_candidate == is_explained && !node.name.is_empty() {
            return Ok(vec![format!(
                "{}, a candidate: {is_candidate}, for {:?}",
                node.name, node.reason
            )]);
        }
    }
    Ok(candidates)
}

/// The nodes as a list; or after a history: those of `before`, which then changed, went, and were joined by others.
pub(crate) fn inventory(case: &Value) -> serde_json::Result<Inventory> {
    let before = nodes(&case["before"])?;
    let nodes = nodes(&case["nodes"])?;
    if before.is_empty() {
        return Ok(nodes.into_iter().collect());
    }
    let gone: Vec<String> = before
        .iter()
        .filter(|old| nodes.iter().all(|node| node.name != old.name))
        .map(|old| old.name.clone())
        .collect();
    let mut inventory: Inventory = before.into_iter().collect();
    for name in gone {
        inventory.remove(&name);
    }
    for node in nodes {
        inventory.apply(node);
    }
    Ok(inventory)
}

fn nodes(list: &Value) -> serde_json::Result<Vec<Node>> {
    let objects = Vec::<NodeObject>::deserialize(list)?;
    let node = |object| Node::new(object, Catalogue::built_in());
    Ok(objects.into_iter().map(node).collect())
}

//! A node pool of one scenario's own: fake nodes like those of the cluster, which no other scenario's pods can land on.

use serde_json::{Value, json};

use super::cluster::{eventually, kubectl, run};
use super::manifests::{Use, spec};

/// Its nodes are `NAME-0`, `NAME-1` and so on; they are deleted when this is dropped.
pub(crate) struct Pool {
    name: &'static str,
    nodes: usize,
}

impl Pool {
    /// A pool with a node like each of these pools' first.
    pub(crate) fn new(name: &'static str, like: &[&str]) -> Self {
        let mut pool = Self { name, nodes: 0 };
        for like in like {
            pool.add(like);
        }
        pool
    }

    /// One node more.
    pub(crate) fn add(&mut self, like: &str) {
        let name = self.node(self.nodes);
        self.nodes += 1;
        let mut node = template(like);
        node["metadata"]["name"] = name.as_str().into();
        for label in ["agentpool", "kubernetes.azure.com/agentpool"] {
            node["metadata"]["labels"][label] = self.name.into();
        }
        node["metadata"]["labels"]["kubernetes.io/hostname"] = name.as_str().into();
        node["spec"] =
            json!({"taints": [{"key": "e2e", "value": self.name, "effect": "NoSchedule"}]});
        run("kubectl", &["create", "-f", "-"], &node.to_string()).ok();
        let node = format!("node/{name}");
        kubectl(&["wait", "--for=condition=Ready", &node, "--timeout=60s"]).ok();
        eventually("pods can be scheduled on it", || {
            let taints = ["get", &node, "-o", "jsonpath={.spec.taints[*].key}"];
            (kubectl(&taints).stdout == "e2e").then_some(())
        });
    }

    /// The name of one of its nodes.
    pub(crate) fn node(&self, index: usize) -> String {
        format!("{}-{index}", self.name)
    }

    /// One of its nodes comes back with the OS of that pool.
    pub(crate) fn reimage(&self, index: usize, like: &str) {
        let (node, like) = (self.node(index), template(like));
        let image =
            json!({"status": {"nodeInfo": {"osImage": like["status"]["nodeInfo"]["osImage"]}}});
        let image = image.to_string();
        let status = ["patch", "node", &node, "--subresource=status", "-p", &image];
        kubectl(&status).ok();
        let labels = like["metadata"]["labels"].as_object().unwrap().iter();
        let of_os = labels.filter(|(key, _)| {
            ["os-sku", "node-image-version"]
                .iter()
                .any(|word| key.contains(word))
        });
        let labels: Value = of_os
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let labels = json!({"metadata": {"labels": labels}}).to_string();
        kubectl(&["patch", "node", &node, "-p", &labels]).ok();
    }

    /// A pod spec for this pool alone.
    pub(crate) fn spec(&self, reach: Use) -> Value {
        let mut spec = spec(self.name, reach);
        spec["tolerations"] = json!([self.toleration()]);
        spec
    }

    /// What a pod needs to land on it.
    pub(crate) fn toleration(&self) -> Value {
        json!({"key": "e2e", "operator": "Equal", "value": self.name, "effect": "NoSchedule"})
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for index in 0..self.nodes {
            kubectl(&[
                "delete",
                "node",
                &self.node(index),
                "--ignore-not-found",
                "--wait=false",
            ]);
        }
    }
}

/// The first node of one of the cluster's pools, as one that is to be made.
fn template(like: &str) -> Value {
    let node = kubectl(&["get", "node", &format!("aks-{like}-0"), "-o", "json"]).json();
    let (metadata, status) = (&node["metadata"], &node["status"]);
    json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"labels": metadata["labels"], "annotations": {"kwok.x-k8s.io/node": "fake"}},
        "status": {"capacity": status["capacity"], "allocatable": status["allocatable"], "nodeInfo": status["nodeInfo"]}})
}

//! The real nodes, on which pods really run, and the pods that a node runs of its own accord.

use serde_json::Value;

use super::cluster::Namespace;

/// A real node of this OS (`acl`, `ubuntu`); none without root, which the test then says.
pub(crate) fn real_node(os: &str) -> Option<String> {
    let nodes = std::env::var("REAL_NODES").unwrap_or_default();
    let mut nodes = nodes.split_whitespace();
    let node = nodes.find(|name| name.contains(os)).map(str::to_owned);
    if node.is_none() {
        println!("left out: no real node without root");
    }
    node
}

/// A static pod of a real node: the kubelet runs it, and mirrors it into the API. Gone when this is dropped.
pub(crate) struct StaticPod(String);

impl StaticPod {
    /// This pod on this node.
    pub(crate) fn new(namespace: &Namespace, node: &str, mut pod: Value) -> Self {
        let namespace = &namespace.0;
        pod["metadata"]["namespace"] = namespace.as_str().into();
        let run = std::env::var("RUN").unwrap();
        let path = format!("{run}/{node}/manifests/{namespace}.json");
        std::fs::write(&path, pod.to_string()).unwrap();
        Self(path)
    }
}

impl Drop for StaticPod {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

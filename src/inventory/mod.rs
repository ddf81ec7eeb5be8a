//! The nodes of a cluster, each with its pool and its OS: what a placement is looked up in. Fed by `cluster` with events or by a file,
//! read as a snapshot.

pub mod node;
pub mod recognise;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::node::Node;
pub use self::recognise::NodeOs;

/// A snapshot of the nodes, by name.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    nodes: BTreeMap<String, Arc<Node>>,
}

impl Inventory {
    /// The nodes in the order of their names.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values().map(AsRef::as_ref)
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name).map(AsRef::as_ref)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Takes in a node, new or changed. Says whether that made a difference: a kubelet's heartbeats do not.
    pub fn apply(&mut self, node: Node) -> bool {
        if self.node(&node.name) == Some(&node) {
            return false;
        }
        self.nodes.insert(node.name.clone(), Arc::new(node));
        true
    }

    /// Forgets a node. Says whether it was known.
    pub fn remove(&mut self, name: &str) -> bool {
        self.nodes.remove(name).is_some()
    }
}

impl FromIterator<Node> for Inventory {
    fn from_iter<I: IntoIterator<Item = Node>>(nodes: I) -> Self {
        Self {
            nodes: nodes
                .into_iter()
                .map(|node| (node.name.clone(), Arc::new(node)))
                .collect(),
        }
    }
}

//! The nodes of a cluster, each with its pool and its OS, and the pools that have no node now: what a placement is looked up in. Fed by
//! `cluster` with events or by a file.
//!
//! Beside each node's own entry stands an index of it all, labels to nodes and groups to nodes, that every change brings up to date in
//! place: neither a question nor a change costs in proportion to the size of the cluster.

mod assumed;
pub mod karpenter;
mod labels;
pub mod node;
pub mod pool;
pub mod recognise;
pub(crate) mod set;
mod taint;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

pub use self::assumed::Moved;
pub(crate) use self::labels::Labels;
pub use self::node::{Group, Node};
pub use self::pool::{EmptyPool, Origin};
pub use self::recognise::NodeOs;
use self::set::{NodeId, NodeSet};
pub use self::taint::Taint;
use crate::os::{Catalogue, OsKind};

/// The nodes by name, and the pools.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    names: BTreeMap<Arc<str>, NodeId>,
    /// By id; what was removed leaves a gap that the next node fills.
    entries: Vec<Option<Entry>>,
    gaps: Vec<NodeId>,
    labels: Labels,
    groups: BTreeMap<Arc<Group>, NodeSet>,
    pools: Vec<EmptyPool>,
}

#[derive(Debug, Clone)]
struct Entry {
    group: Arc<Group>,
    labels: Box<[labels::PairId]>,
}

impl Inventory {
    /// The nodes in the order of their names.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.names
            .iter()
            .filter_map(|(name, id)| Some((name.as_ref(), self.entry(*id)?.group.as_ref())))
    }

    /// The number of the node of this name.
    pub(crate) fn id(&self, name: &str) -> Option<NodeId> {
        self.names.get(name).copied()
    }

    /// What a node shares with others.
    pub(crate) fn group(&self, id: NodeId) -> Option<&Group> {
        Some(&self.entry(id)?.group)
    }

    /// A node's value of a label.
    pub(crate) fn label(&self, id: NodeId, key: &str) -> Option<&str> {
        let entry = self.entry(id)?;
        self.labels
            .of(&entry.labels)
            .find_map(|(k, value)| (k == key).then_some(value))
    }

    /// The index of labels.
    pub(crate) fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The nodes that are made alike, in the order of their pools.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&Group, &NodeSet)> {
        self.groups
            .iter()
            .map(|(group, nodes)| (group.as_ref(), nodes))
    }

    /// How many nodes each group has.
    pub fn counts(&self) -> impl Iterator<Item = (&Group, usize)> {
        self.groups().map(|(group, nodes)| (group, nodes.len()))
    }

    /// The numbers of all nodes are below this.
    pub(crate) fn room(&self) -> usize {
        self.entries.len()
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Takes in a node, new or changed. Says whether that made a difference: a kubelet's heartbeats do not.
    pub fn apply(&mut self, node: Node) -> bool {
        let id = match self.id(&node.name) {
            Some(id) => {
                if self.is_as_before(id, &node) {
                    return false;
                }
                self.forget(id);
                id
            }
            None => self.new_id(&node.name),
        };
        let labels = self.labels.insert(id, &node.labels);
        if let Some(pool) = &node.group.pool {
            self.pools.retain(|seen| !seen.is_memory_of(pool));
        }
        let group = match self.groups.get_key_value(&node.group) {
            Some((shared, _)) => Arc::clone(shared),
            None => Arc::new(node.group),
        };
        self.groups
            .entry(Arc::clone(&group))
            .or_insert_with(NodeSet::new)
            .insert(id);
        if let Some(entry) = self.entries.get_mut(id as usize) {
            *entry = Some(Entry { group, labels });
        }
        true
    }

    /// Forgets a node. Says whether it was known. A pool whose last node it was is remembered.
    pub fn remove(&mut self, name: &str) -> bool {
        let Some(id) = self.names.remove(name) else {
            return false;
        };
        self.forget(id);
        self.gaps.push(id);
        true
    }

    /// Takes over what a new list says. What this inventory knows of pools stays, and a pool whose nodes are not in the list is remembered.
    pub fn replace(&mut self, list: Self) {
        let gone: Vec<Arc<str>> = self
            .names
            .keys()
            .filter(|name| !list.names.contains_key(*name))
            .cloned()
            .collect();
        for name in gone {
            self.remove(&name);
        }
        let mut pools = std::mem::take(&mut self.pools);
        pools.retain(|pool| !(pool.origin.is_seen() && list.has_node_of(&pool.name)));
        *self = Self { pools, ..list };
    }

    /// The pools that a pod could land in without there being a node of them: those that Karpenter can enlarge in its own ways, and of the
    /// others those that have no node now.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &EmptyPool> {
        self.pools
            .iter()
            .filter(|pool| pool.origin == Origin::NodePool || !self.has_node_of(&pool.name))
    }

    /// Whether a taint of a node is one with which its `NodePool` only lets it start.
    pub(crate) fn is_startup_taint(&self, taint: &Taint, group: &Group) -> bool {
        let pools = self.pools.iter();
        let mut startup = pools
            .filter(|pool| group.pool.as_ref() == Some(&pool.name))
            .flat_map(|pool| {
                pool.startup_taints
                    .iter()
                    .filter(|it| !pool.taints.contains(it))
            });
        startup.any(|startup| (&startup.key, &startup.effect) == (&taint.key, &taint.effect))
    }

    /// Exchanges all pools of one origin.
    pub fn set_pools(&mut self, origin: Origin, pools: Vec<EmptyPool>) {
        self.pools.retain(|pool| pool.origin != origin);
        self.pools.extend(pools);
    }

    /// What another catalogue knows of the OS of each pool that is only remembered; of its last node no more is left to recognise it by.
    pub fn remembered_by(&mut self, catalogue: &Catalogue) {
        for pool in self.pools.iter_mut().filter(|pool| pool.origin.is_seen()) {
            pool.os = pool.os.as_in(catalogue);
        }
    }

    /// Forgets pools that had their last node too long ago, or of which another origin says what they are. To be called now and then: a
    /// pool's time begins with the first call that finds it without a node.
    pub fn age_pools(&mut self, now: Timestamp) {
        pool::age(&mut self.pools, now);
    }

    fn has_node_of(&self, pool: &str) -> bool {
        let first = Group {
            pool: Some(pool.to_owned()),
            os: NodeOs::Unknown,
            kind: OsKind::Linux,
            taints: Vec::new(),
        };
        let mut groups = self.groups.range::<Group, _>(first..);
        groups
            .next()
            .is_some_and(|(group, _)| group.pool.as_deref() == Some(pool))
    }

    fn entry(&self, id: NodeId) -> Option<&Entry> {
        self.entries.get(id as usize)?.as_ref()
    }

    fn is_as_before(&self, id: NodeId, node: &Node) -> bool {
        self.entry(id).is_some_and(|entry| {
            *entry.group == node.group && self.labels.are(&entry.labels, &node.labels)
        })
    }

    fn new_id(&mut self, name: &str) -> NodeId {
        let id = self.gaps.pop().unwrap_or_else(|| {
            self.entries.push(None);
            NodeId::try_from(self.entries.len() - 1).unwrap_or(NodeId::MAX)
        });
        self.names.insert(Arc::from(name), id);
        id
    }

    /// Takes a node out of the index. Its name and number stay.
    fn forget(&mut self, id: NodeId) {
        let Some(entry) = self.entries.get_mut(id as usize).and_then(Option::take) else {
            return;
        };
        let empty = match self.groups.get_mut(&entry.group) {
            Some(nodes) => {
                nodes.remove(id);
                nodes.is_empty()
            }
            None => false,
        };
        if empty {
            self.groups.remove(&entry.group);
            self.remember(&entry);
        }
        self.labels.remove(id, &entry.labels);
    }

    /// Keeps what is known of a pool that has just lost its last node.
    fn remember(&mut self, entry: &Entry) {
        let Some(name) = &entry.group.pool else {
            return;
        };
        if self.has_node_of(name) {
            return;
        }
        let pool = EmptyPool::seen(name, &entry.group, self.labels.of(&entry.labels));
        self.pools.push(pool);
    }
}

impl FromIterator<Node> for Inventory {
    fn from_iter<I: IntoIterator<Item = Node>>(nodes: I) -> Self {
        let mut inventory = Self::default();
        for node in nodes {
            inventory.apply(node);
        }
        inventory
    }
}

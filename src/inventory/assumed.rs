//! Pools as if they had been moved in place to another OS: the same nodes with the same labels and taints, save what says their OS. Pure; for
//! questions that are asked before a migration.
//!
//! What a moved node's labels say is taken from a node that runs that OS already, where there is one; else from the OS's profile, whose
//! patterns begin with the plain SKU. Only labels that are there change: which others a new image brings is not known.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::Node;
use super::pool::EmptyPool;
use super::recognise::{EFFECTIVE_SKU, IMAGE, REQUESTED_SKU, SKU};
use super::{Group, Inventory, NodeOs};
use crate::os::profile::Patterns;
use crate::os::{Catalogue, Profile};

/// Which pools are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved<'a> {
    /// The one of this name.
    Pool(&'a str),
    /// Every one of the OS's own kind, and nodes of no pool.
    All,
}

impl Inventory {
    /// The names of all pools that are known, whether they have nodes or not.
    pub fn pool_names(&self) -> impl Iterator<Item = &str> {
        let of_nodes = self.groups().filter_map(|(group, _)| group.pool.as_deref());
        of_nodes.chain(self.pools.iter().map(|pool| pool.name.as_str()))
    }

    /// Moves pools. Nothing happens to nodes and pools of the other kind, Linux or Windows: says how many nodes and pools were moved.
    pub fn assume(&mut self, moved: Moved, os: &Arc<Profile>, catalogue: &Catalogue) -> usize {
        let is_moved = |pool: Option<&str>| match moved {
            Moved::Pool(name) => pool == Some(name),
            Moved::All => true,
        };
        let changed = Labels::on(os, self);
        let nodes: Vec<String> = self
            .nodes()
            .filter(|(_, group)| is_moved(group.pool.as_deref()) && group.kind == os.kind)
            .map(|(name, _)| name.to_owned())
            .collect();
        let mut count = nodes.len();
        for name in nodes {
            if let Some(node) = self.node(&name) {
                let node = changed.moved(node, os, catalogue);
                self.apply(node);
            }
        }
        for pool in &mut self.pools {
            if is_moved(Some(&pool.name)) && pool.kind == os.kind {
                pool.be_moved(os, catalogue);
                count += 1;
            }
        }
        count
    }

    fn node(&self, name: &str) -> Option<Node> {
        let entry = self.entry(self.id(name)?)?;
        let labels = self.labels.of(&entry.labels);
        Some(Node {
            name: name.to_owned(),
            labels: labels
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            group: Group::clone(&entry.group),
        })
    }
}

impl EmptyPool {
    /// What a new node says of its OS is not known, but that it is this one.
    fn be_moved(&mut self, os: &Arc<Profile>, catalogue: &Catalogue) {
        self.labels
            .retain(|key, _| !OF_AKS.contains(&key.as_str()) && !names_an_os(key, catalogue));
        self.os = NodeOs::Known(Arc::clone(os));
    }
}

const OF_AKS: [&str; 4] = [REQUESTED_SKU, EFFECTIVE_SKU, SKU, IMAGE];

/// What the labels say on nodes that run an OS.
struct Labels {
    of_aks: BTreeMap<&'static str, String>,
}

impl Labels {
    fn on(os: &Arc<Profile>, inventory: &Inventory) -> Self {
        let runs_it =
            |group: &Group| matches!(&group.os, NodeOs::Known(known) if known.id == os.id);
        let mut like = inventory.nodes().filter(|(_, group)| runs_it(group));
        let like = like.next().and_then(|(name, _)| inventory.id(name));
        let value = |key: &'static str| {
            let seen = like.and_then(|id| inventory.label(id, key));
            let patterns = match key {
                IMAGE => &os.recognise.image,
                _ => &os.recognise.sku,
            };
            Some((key, seen.map(str::to_owned).or_else(|| plain(patterns))?))
        };
        Self {
            of_aks: OF_AKS.into_iter().filter_map(value).collect(),
        }
    }

    /// The node with the OS, and with labels that say so where they are there. A label that says another OS, and has no word for this one, goes.
    fn moved(&self, mut node: Node, os: &Arc<Profile>, catalogue: &Catalogue) -> Node {
        for key in OF_AKS {
            if node.labels.remove(key).is_some()
                && let Some(value) = self.of_aks.get(key)
            {
                node.labels.insert(key.to_owned(), value.clone());
            }
        }
        node.labels.retain(|key, value| {
            if !names_an_os(key, catalogue) {
                return true;
            }
            let mut own = os.recognise.labels.iter().filter(|label| label.key == *key);
            match own.find_map(|label| plain(&label.value)) {
                Some(name) => {
                    *value = name;
                    true
                }
                None => false,
            }
        });
        node.group.os = NodeOs::Known(Arc::clone(os));
        node
    }
}

/// Whether some OS is recognised by this label.
fn names_an_os(key: &str, catalogue: &Catalogue) -> bool {
    let mut labels = catalogue.iter().flat_map(|os| &os.recognise.labels);
    labels.any(|label| label.key == key)
}

/// The first of the patterns without its wildcards: `AzureLinuxOSGuard` of `AzureLinux*OSGuard*`.
fn plain(patterns: &Patterns) -> Option<String> {
    let plain = patterns.globs().first()?.replace(['*', '?'], "");
    Some(plain).filter(|plain| !plain.is_empty())
}

#[cfg(test)]
mod tests;

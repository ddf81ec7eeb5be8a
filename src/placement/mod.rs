//! Which nodes a pod could land on, and what they run: third station of the flow, between `workload` and `rules`.
//!
//! Only what is static in a pod is modelled. Everything else (resources, spreading, pod affinity, volumes) can only take nodes away, so
//! "all of them are immutable" stays true when it was.

mod label;
mod selector;
pub mod taint;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::selector::Affinity;
use crate::inventory::recognise::{EFFECTIVE_SKU, OsKey, REQUESTED_SKU, SKU};
use crate::inventory::{Inventory, Node, NodeOs};
use crate::os::{Catalogue, OsKind, Profile};
use crate::workload::pod::PodSpec;

/// Where a pod can land.
#[derive(Debug, Clone)]
pub struct Placement {
    /// What the candidates have in common.
    pub class: Class,
    /// How many candidates there are.
    pub nodes: usize,
    /// How many of them run an immutable OS or may do so.
    pub immutable: usize,
    /// The candidates by pool and OS, in the order of the pools' names.
    pub pools: Vec<Pool>,
    /// The immutable operating systems among the candidates, or the one that the pod asks for where there is no candidate; each once.
    pub immutable_os: Vec<Arc<Profile>>,
}

/// What the candidates have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// All run an immutable OS.
    Immutable,
    /// Some do, or may.
    Mixed,
    /// None does.
    General,
    /// There is no candidate.
    Unknown,
}

impl Class {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immutable => "immutable",
            Self::Mixed => "mixed",
            Self::General => "general",
            Self::Unknown => "unknown",
        }
    }
}

/// Candidates of one pool that run one OS.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// The pool's name, where the nodes say one.
    pub name: Option<String>,
    /// What these nodes run.
    pub os: NodeOs,
    /// How many they are.
    pub nodes: usize,
}

/// Where a pod of this spec can land.
pub fn place(spec: &PodSpec, inventory: &Inventory, catalogue: &Catalogue) -> Placement {
    let filter = Filter::new(spec);
    let candidates = filter.candidates(inventory);
    if candidates.is_empty() {
        return Placement {
            class: Class::Unknown,
            nodes: 0,
            immutable: 0,
            pools: Vec::new(),
            immutable_os: filter.named_os(catalogue),
        };
    }
    summarise(&candidates)
}

/// The names of the nodes on which a pod of this spec can land, in order.
pub fn candidates(spec: &PodSpec, inventory: &Inventory) -> Vec<String> {
    let candidates = Filter::new(spec).candidates(inventory);
    candidates.iter().map(|node| node.name.clone()).collect()
}

/// One node, seen from a pod.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The node's name.
    pub name: String,
    /// Its pool.
    pub pool: Option<String>,
    /// What it runs.
    pub os: NodeOs,
    /// Why the pod cannot land there; none for a candidate.
    pub reason: Option<String>,
}

/// Every node in the order of their names, candidate or not, and why not.
pub fn explain(spec: &PodSpec, inventory: &Inventory) -> Vec<Standing> {
    let candidates = candidates(spec, inventory);
    let standing = |node: &Node| Standing {
        name: node.name.clone(),
        pool: node.pool.clone(),
        os: node.os.clone(),
        reason: (!candidates.contains(&node.name)).then(|| "it does not match".to_owned()),
    };
    inventory.nodes().map(standing).collect()
}

fn summarise(candidates: &[&Node]) -> Placement {
    let mut pools: BTreeMap<(Option<&str>, OsKey), Pool> = BTreeMap::new();
    let mut immutable_os: BTreeMap<&str, &Arc<Profile>> = BTreeMap::new();
    let mut immutable = 0;
    for node in candidates {
        if let Some(os) = node.os.immutable() {
            immutable += 1;
            immutable_os.insert(&os.id, os);
        }
        pools
            .entry((node.pool.as_deref(), node.os.key()))
            .or_insert_with(|| Pool {
                name: node.pool.clone(),
                os: node.os.clone(),
                nodes: 0,
            })
            .nodes += 1;
    }
    let all_surely = candidates.iter().all(|node| node.os.is_surely_immutable());
    Placement {
        class: match immutable {
            _ if all_surely => Class::Immutable,
            0 => Class::General,
            _ => Class::Mixed,
        },
        nodes: candidates.len(),
        immutable,
        pools: pools.into_values().collect(),
        immutable_os: immutable_os.into_values().cloned().collect(),
    }
}

/// A pod's static scheduling constraints, parsed once for all nodes.
struct Filter<'a> {
    spec: &'a PodSpec,
    affinity: Option<Affinity<'a>>,
}

impl<'a> Filter<'a> {
    fn new(spec: &'a PodSpec) -> Self {
        Self {
            spec,
            affinity: spec.required_affinity().map(Affinity::parse),
        }
    }

    fn candidates<'n>(&self, inventory: &'n Inventory) -> Vec<&'n Node> {
        match self.spec.node_name.as_deref() {
            // Bound already: the scheduler is skipped, no taint and no selector moves the pod elsewhere.
            Some(name) if !name.is_empty() => inventory.node(name).into_iter().collect(),
            _ => {
                let kind = self.kind();
                inventory
                    .nodes()
                    .filter(|node| node.kind == kind && self.passes(node))
                    .collect()
            }
        }
    }

    fn passes(&self, node: &Node) -> bool {
        self.spec
            .node_selector
            .iter()
            .all(|(key, value)| node.labels.get(key) == Some(value))
            && self
                .affinity
                .as_ref()
                .is_none_or(|affinity| affinity.matches(node))
            && node
                .taints
                .iter()
                .all(|taint| taint::is_tolerated(taint, &self.spec.tolerations))
    }

    /// The immutable operating systems that the pod's own selector or affinity insists on.
    fn named_os(&self, catalogue: &Catalogue) -> Vec<Arc<Profile>> {
        SKU_LABELS
            .iter()
            .find_map(|label| {
                let named: Vec<_> = self
                    .values_of(label)?
                    .into_iter()
                    .map(|sku| catalogue.by_sku(sku))
                    .collect::<Option<_>>()?;
                let by_id: BTreeMap<&str, &Arc<Profile>> =
                    named.into_iter().map(|os| (os.id.as_str(), os)).collect();
                by_id
                    .values()
                    .all(|os| os.immutable)
                    .then(|| by_id.into_values().cloned().collect())
            })
            .unwrap_or_default()
    }

    /// The values that the pod allows for a node's label, if it allows some and no other.
    fn values_of(&self, label: &str) -> Option<Vec<&'a str>> {
        match self.spec.node_selector.get(label) {
            Some(value) => Some(vec![value]),
            None => self.affinity.as_ref()?.values_of(label),
        }
    }

    /// A pod is for Linux unless it says otherwise. The scheduler ignores `spec.os.name`; the kubelet of the other kind refuses the pod.
    fn kind(&self) -> OsKind {
        let windows = match &self.spec.os {
            Some(os) if !os.name.is_empty() => os.name == "windows",
            _ => self
                .values_of(OS_LABEL)
                .is_some_and(|kinds| kinds.iter().all(|kind| *kind == "windows")),
        };
        if windows {
            OsKind::Windows
        } else {
            OsKind::Linux
        }
    }
}

const SKU_LABELS: [&str; 3] = [EFFECTIVE_SKU, SKU, REQUESTED_SKU];
const OS_LABEL: &str = "kubernetes.io/os";

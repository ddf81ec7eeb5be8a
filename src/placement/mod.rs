//! Which nodes a pod could land on, and what they run: third station of the flow, between `workload` and `rules`.
//!
//! Only what is static in a pod is modelled, and where the volumes of its claims can be used: `filter` parses it once and asks the
//! inventory's index. Everything else (resources, spreading, pod affinity, volumes yet to be made) can only take nodes away, so "all of them
//! are immutable" stays true when it was.

mod assumed;
mod empty;
mod explain;
mod field;
mod filter;
pub(crate) mod label;
mod selector;
#[cfg(test)]
mod tests;
mod toleration;
mod volume;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::assumed::assume;
pub use self::explain::{Standing, explain};
use self::filter::{Filter, all};
use crate::inventory::recognise::OsKey;
use crate::inventory::{Group, Inventory, NodeOs};
use crate::os::{Catalogue, Profile};
use crate::storage::PodVolume;
use crate::workload::pod::PodSpec;

/// A pod that is to be placed.
#[derive(Debug, Clone, Copy)]
pub struct Pod<'a> {
    /// Its spec.
    pub spec: &'a PodSpec,
    /// What is known behind its volumes.
    pub volumes: &'a [PodVolume<'a>],
}

/// A pod of whose volumes nothing is known.
impl<'a> From<&'a PodSpec> for Pod<'a> {
    fn from(spec: &'a PodSpec) -> Self {
        Self { spec, volumes: &[] }
    }
}

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

impl Placement {
    /// No candidate at all.
    pub fn nowhere() -> Self {
        Count::default().into_placement(Catalogue::built_in(), Vec::new)
    }
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

/// Candidates of one pool that run one OS; or a pool that has no node now, and could get one that is a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// The pool's name, where the nodes say one.
    pub name: Option<String>,
    /// What these nodes run.
    pub os: NodeOs,
    /// How many they are; 0 for a pool that has none now.
    pub nodes: usize,
}

/// Where a pod can land.
pub fn place<'a>(
    pod: impl Into<Pod<'a>>,
    inventory: &Inventory,
    catalogue: &Catalogue,
) -> Placement {
    let filter = Filter::new(pod.into());
    let mut count = Count::default();
    if let Some(name) = filter.bound_to() {
        if let Some(group) = inventory.id(name).and_then(|id| inventory.group(id)) {
            count.add(group.pool.as_deref(), &group.os, 1);
        }
    } else {
        for (group, nodes) in admitted(&filter, inventory) {
            count.add(group.pool.as_deref(), &group.os, nodes);
        }
        for pool in inventory
            .pools()
            .filter(|pool| filter.fits(pool, catalogue))
        {
            count.add(Some(&pool.name), &pool.os, 0);
        }
    }
    count.into_placement(catalogue, || filter.named_os(catalogue))
}

/// Every pool that there is, as the placement of a pod has it that can land anywhere.
pub fn everywhere(inventory: &Inventory, catalogue: &Catalogue) -> Vec<Pool> {
    let mut count = Count::default();
    for (group, nodes) in inventory.counts() {
        count.add(group.pool.as_deref(), &group.os, nodes);
    }
    for pool in inventory.pools() {
        count.add(Some(&pool.name), &pool.os, 0);
    }
    count.into_placement(catalogue, Vec::new).pools
}

/// The groups of nodes that take the pod, and how many of their nodes do.
fn admitted<'i>(
    filter: &Filter,
    inventory: &'i Inventory,
) -> impl Iterator<Item = (&'i Group, usize)> {
    let selected = filter.selected(inventory);
    inventory
        .groups()
        .filter(|(group, _)| filter.admits(group, inventory))
        .map(move |(group, nodes)| {
            let count = selected
                .as_ref()
                .map_or(nodes.len(), |selected| nodes.count_in(selected));
            (group, count)
        })
        .filter(|(_, count)| *count > 0)
}

/// The names of the nodes on which a pod can land, in order.
pub fn candidates<'a>(pod: impl Into<Pod<'a>>, inventory: &Inventory) -> Vec<String> {
    let filter = Filter::new(pod.into());
    let selected = filter.selected(inventory).unwrap_or_else(|| all(inventory));
    let lands = |(name, group): &(&str, &Group)| {
        if let Some(bound) = filter.bound_to() {
            return bound == *name;
        }
        let id = inventory.id(name);
        id.is_some_and(|id| selected.contains(id as usize)) && filter.admits(group, inventory)
    };
    inventory
        .nodes()
        .filter(lands)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The candidates, counted.
#[derive(Default)]
struct Count<'a> {
    pools: BTreeMap<(Option<&'a str>, OsKey<'a>), Pool>,
    immutable_os: BTreeMap<&'a str, &'a Arc<Profile>>,
    nodes: usize,
    immutable: usize,
    /// Whether there is a candidate that is not surely immutable.
    others: bool,
}

impl<'a> Count<'a> {
    fn add(&mut self, pool: Option<&'a str>, os: &'a NodeOs, nodes: usize) {
        self.nodes += nodes;
        if let Some(immutable) = os.immutable() {
            self.immutable += nodes;
            self.immutable_os.insert(&immutable.id, immutable);
        }
        self.others |= !os.is_surely_immutable();
        self.pools
            .entry((pool, os.key()))
            .or_insert_with(|| Pool {
                name: pool.map(str::to_owned),
                os: os.clone(),
                nodes: 0,
            })
            .nodes += nodes;
    }

    /// The inventory may have been filled by an older catalogue: what is known of its systems now holds.
    fn into_placement(
        self,
        catalogue: &Catalogue,
        named_os: impl FnOnce() -> Vec<Arc<Profile>>,
    ) -> Placement {
        let none = self.pools.is_empty();
        Placement {
            class: match (none, self.immutable_os.is_empty(), self.others) {
                (true, ..) => Class::Unknown,
                (_, _, false) => Class::Immutable,
                (_, true, _) => Class::General,
                (_, false, true) => Class::Mixed,
            },
            nodes: self.nodes,
            immutable: self.immutable,
            pools: self
                .pools
                .into_values()
                .map(|pool| Pool {
                    os: pool.os.as_in(catalogue),
                    ..pool
                })
                .collect(),
            immutable_os: if none {
                named_os()
            } else {
                let systems = self.immutable_os.into_values();
                systems
                    .map(|os| Arc::clone(catalogue.current(os)))
                    .collect()
            },
        }
    }
}

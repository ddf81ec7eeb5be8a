//! A pod's static scheduling constraints, parsed once, and what passes them: nodes by the inventory's index, and pools without a node.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::selector::{Affinity, LabelRequirement, Requirements};
use super::volume::Bound;
use super::{Pod, empty, toleration};
use crate::inventory::recognise::{EFFECTIVE_SKU, REQUESTED_SKU, SKU};
use crate::inventory::set::{Bits, NodeId};
use crate::inventory::{EmptyPool, Group, Inventory, Taint};
use crate::os::{Catalogue, OsKind, Profile};
use crate::workload::pod::PodSpec;

/// The constraints of one pod.
pub(super) struct Filter<'a> {
    pub(super) spec: &'a PodSpec,
    pub(super) selector: Requirements<'a>,
    pub(super) affinity: Option<Affinity<'a>>,
    pub(super) volumes: Vec<Bound<'a>>,
    pub(super) kind: OsKind,
}

impl<'a> Filter<'a> {
    pub(super) fn new(Pod { spec, volumes }: Pod<'a>) -> Self {
        let mut filter = Self {
            spec,
            selector: Requirements::of_selector(&spec.node_selector),
            affinity: spec.required_affinity().map(Affinity::parse),
            volumes: Bound::among(volumes),
            kind: OsKind::Linux,
        };
        filter.kind = filter.wanted_kind();
        filter
    }

    /// The node that the pod is bound to: the scheduler is skipped then, no taint and no selector moves the pod elsewhere.
    pub(super) fn bound_to(&self) -> Option<&'a str> {
        self.spec
            .node_name
            .as_deref()
            .filter(|name| !name.is_empty())
    }

    /// The nodes that the selector, the affinity and the volumes leave; none stands for every node.
    pub(super) fn selected(&self, inventory: &Inventory) -> Option<Bits> {
        let has_affinity = self.affinity.is_some() || !self.volumes.is_empty();
        if self.selector.labels.is_empty() && !has_affinity {
            return None;
        }
        let mut nodes = all(inventory);
        self.selector.narrow(&mut nodes, inventory);
        if let Some(affinity) = &self.affinity {
            let mut any = Bits::with_capacity(inventory.room());
            for term in affinity.parsed() {
                let mut of_term = nodes.clone();
                term.narrow(&mut of_term, inventory);
                any.union_with(&of_term);
            }
            nodes = any;
        }
        for volume in &self.volumes {
            volume.narrow(&mut nodes, inventory);
        }
        Some(nodes)
    }

    /// Whether nodes of this group take the pod, as far as their kind and their taints go.
    pub(super) fn admits(&self, group: &Group, inventory: &Inventory) -> bool {
        group.kind == self.kind && self.not_tolerated(group, inventory).next().is_none()
    }

    /// The taints of a group that keep the pod away.
    pub(super) fn not_tolerated<'g>(
        &self,
        group: &'g Group,
        inventory: &Inventory,
    ) -> impl Iterator<Item = &'g Taint> {
        group
            .taints
            .iter()
            .filter(|taint| !self.tolerates(taint) && !inventory.is_startup_taint(taint, group))
    }

    /// Whether a taint is tolerated.
    pub(super) fn tolerates(&self, taint: &Taint) -> bool {
        toleration::is_tolerated(taint, &self.spec.tolerations)
    }

    /// Whether a node of this pool could take the pod, as far as is known.
    pub(super) fn fits(&self, pool: &EmptyPool, catalogue: &Catalogue) -> bool {
        self.bound_to().is_none()
            && pool.kind == self.kind
            && pool.taints.iter().all(|taint| self.tolerates(taint))
            && self
                .volumes
                .iter()
                .all(|volume| volume.fits(pool, catalogue))
            && match &self.affinity {
                None => empty::fits(pool, &[&self.selector], catalogue),
                Some(affinity) => affinity
                    .parsed()
                    .any(|term| empty::fits(pool, &[&self.selector, term], catalogue)),
            }
    }

    /// The immutable operating systems that the pod's own selector or affinity insists on.
    pub(super) fn named_os(&self, catalogue: &Catalogue) -> Vec<Arc<Profile>> {
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

    /// A pod is for Linux unless it says otherwise.
    fn wanted_kind(&self) -> OsKind {
        match self.bound_kind() {
            Some(OsKind::Windows) => OsKind::Windows,
            Some(OsKind::Linux) | None => OsKind::Linux,
        }
    }

    /// The kind that the pod itself insists on. The scheduler ignores `spec.os.name`; the kubelet of the other kind refuses the pod.
    pub(super) fn bound_kind(&self) -> Option<OsKind> {
        let named = match &self.spec.os {
            Some(os) if !os.name.is_empty() => vec![os.name.as_str()],
            _ => self.values_of(OS_LABEL)?,
        };
        let all = |kind: &str| named.iter().all(|name| *name == kind);
        match (all("windows"), all("linux")) {
            (true, _) => Some(OsKind::Windows),
            (_, true) => Some(OsKind::Linux),
            _ => None,
        }
    }
}

/// Every number that a node can have.
pub(super) fn all(inventory: &Inventory) -> Bits {
    let mut nodes = Bits::with_capacity(inventory.room());
    nodes.insert_range(..);
    nodes
}

/// Whether one node meets a requirement.
pub(super) fn meets(requirement: &LabelRequirement, id: NodeId, inventory: &Inventory) -> bool {
    let mut nodes = Bits::with_capacity(inventory.room());
    nodes.insert(id as usize);
    requirement.narrow(&mut nodes, inventory.labels());
    nodes.contains(id as usize)
}

pub(super) const SKU_LABELS: [&str; 3] = [EFFECTIVE_SKU, SKU, REQUESTED_SKU];
const OS_LABEL: &str = "kubernetes.io/os";

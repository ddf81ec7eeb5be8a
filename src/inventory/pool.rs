//! Pools that have no node now: what is known of the nodes that they would get.
//!
//! Three origins know of them: the configuration declares them, Karpenter's `NodePool`s describe them, and a pool that was seen and scaled to
//! zero is remembered for a while.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::node::{KARPENTER_POOL, POOL_LABELS};
use super::recognise::{EFFECTIVE_SKU, REQUESTED_SKU, SKU};
use super::{Group, NodeOs, Taint};
use crate::os::OsKind;

mod allowed;

pub use self::allowed::Allowed;

/// A pool without a node.
#[derive(Debug, Clone, PartialEq)]
pub struct EmptyPool {
    /// Its name.
    pub name: String,
    /// What its nodes would run.
    pub os: NodeOs,
    /// Linux or Windows.
    pub kind: OsKind,
    /// The taints that its nodes would have for good.
    pub taints: Vec<Taint>,
    /// The taints that they have when they start, and that are then taken away. Only Karpenter tells them.
    pub startup_taints: Vec<Taint>,
    /// What is known of their labels.
    pub labels: BTreeMap<String, Allowed>,
    /// Who knows of it.
    pub origin: Origin,
}

/// Who knows of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The configuration.
    Declared,
    /// Karpenter.
    NodePool,
    /// It had nodes. Since when it has none is known from the first look at it after that.
    Seen(Option<Timestamp>),
}

impl Origin {
    pub(super) fn is_seen(self) -> bool {
        matches!(self, Self::Seen(_))
    }
}

/// How long a pool that was scaled to zero is remembered: over a night, not over a migration.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// At most so many are; the longest gone go first. AKS allows 100 pools.
const MOST_REMEMBERED: usize = 200;

impl EmptyPool {
    /// A pool that somebody describes by the labels of its nodes.
    pub fn new(name: &str, os: NodeOs, origin: Origin) -> Self {
        let kind = os.now().map_or(OsKind::Linux, |os| os.kind);
        Self {
            name: name.to_owned(),
            os,
            kind,
            taints: Vec::new(),
            startup_taints: Vec::new(),
            labels: BTreeMap::new(),
            origin,
        }
    }

    /// With what is known of its nodes' labels, and of the kind of OS that they say where the OS itself is not known.
    #[must_use]
    pub fn with_labels(mut self, labels: impl IntoIterator<Item = (String, Allowed)>) -> Self {
        self.labels.extend(labels);
        if let (None, Some(said)) = (self.os.now(), self.labels.get("kubernetes.io/os")) {
            let mut linux = said.clone();
            linux.be_in(&["linux".to_owned()]);
            if !linux.is_possible() {
                self.kind = OsKind::Windows;
            }
        }
        self
    }

    /// A pool as its last node was.
    pub(super) fn seen<'a>(
        name: &str,
        group: &Group,
        labels: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let labels = labels
            .filter(|(key, _)| !VARIES.contains(key))
            .map(|(key, value)| (key.to_owned(), Allowed::only([value])))
            .collect();
        Self {
            kind: group.kind,
            taints: group.taints.clone(),
            labels,
            ..Self::new(name, group.os.clone(), Origin::Seen(None))
        }
    }

    /// Whether this is what is remembered of the pool of this name.
    pub(super) fn is_memory_of(&self, name: &str) -> bool {
        self.origin.is_seen() && self.name == name
    }

    /// The values that a label can have on its nodes. Of labels that Kubernetes and the cloud set by themselves, such as a zone, nothing is
    /// known unless it is said; any other that is not said is not there.
    pub fn label(&self, key: &str) -> Allowed {
        if let Some(said) = self.labels.get(key) {
            return said.clone();
        }
        match key {
            "kubernetes.io/os" => Allowed::only([match self.kind {
                OsKind::Linux => "linux",
                OsKind::Windows => "windows",
            }]),
            SKU | EFFECTIVE_SKU | REQUESTED_SKU => Allowed::anything(),
            // Of a pool of Karpenter's it is said.
            KARPENTER_POOL => Allowed::absent(),
            _ if POOL_LABELS.contains(&key) && !self.labels.contains_key(KARPENTER_POOL) => {
                Allowed::only([self.name.as_str()])
            }
            _ if POOL_LABELS.contains(&key) => Allowed::absent(),
            _ if is_set_by_itself(key) => Allowed::anything(),
            _ => Allowed::absent(),
        }
    }
}

/// Labels that differ between the nodes of one pool.
const VARIES: [&str; 6] = [
    "kubernetes.io/hostname",
    "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/zone",
    "topology.disk.csi.azure.com/zone",
    "kubernetes.azure.com/node-image-version",
    "node.kubernetes.io/instance-type",
];

/// Labels in the domains of Kubernetes, its providers and Karpenter, save those in which people put their own.
fn is_set_by_itself(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else {
        return false;
    };
    let within = |parent: &str| {
        domain
            .strip_suffix(parent)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let own = within("node-restriction.kubernetes.io") || within("node-role.kubernetes.io");
    let set = ["kubernetes.io", "k8s.io", "azure.com", "karpenter.sh"];
    set.into_iter().any(within) && !own
}

/// See [`super::Inventory::age_pools`].
pub(super) fn age(pools: &mut Vec<EmptyPool>, now: Timestamp) {
    let known: Vec<String> = pools
        .iter()
        .filter(|pool| !pool.origin.is_seen())
        .map(|pool| pool.name.clone())
        .collect();
    pools.retain_mut(|pool| match &mut pool.origin {
        Origin::Seen(since) => {
            let since = *since.get_or_insert(now);
            now.duration_since(since) < REMEMBERED && !known.contains(&pool.name)
        }
        Origin::Declared | Origin::NodePool => true,
    });
    let seen = pools.iter().filter(|pool| pool.origin.is_seen()).count();
    let mut too_many = seen.saturating_sub(MOST_REMEMBERED);
    // The oldest stand first.
    pools.retain(|pool| {
        let goes = too_many > 0 && pool.origin.is_seen();
        too_many -= usize::from(goes);
        !goes
    });
}

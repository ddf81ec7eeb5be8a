//! Which OS a node runs, and whether it is on its way to another: the order of the facts.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::os::{Catalogue, Profile};

/// What is known of a node's OS.
#[derive(Debug, Clone)]
pub enum NodeOs {
    /// It runs this one.
    Known(Arc<Profile>),
    /// It runs the one and is being moved to the other, or its facts disagree. Either is general purpose and the other immutable.
    Moving {
        /// What it runs by its strongest fact.
        now: Arc<Profile>,
        /// What a weaker fact says, or the requested SKU.
        other: Arc<Profile>,
    },
    /// No fact names an OS that we know.
    Unknown,
}

impl NodeOs {
    /// The immutable OS that the node runs, or may run.
    pub fn immutable(&self) -> Option<&Arc<Profile>> {
        match self {
            Self::Known(os) => Some(os).filter(|os| os.immutable),
            Self::Moving { now, other } => Some(if now.immutable { now } else { other }),
            Self::Unknown => None,
        }
    }

    /// Whether the node runs an immutable OS and is not about to leave it.
    pub fn is_surely_immutable(&self) -> bool {
        matches!(self, Self::Known(os) if os.immutable)
    }

    /// The same with what `catalogue` knows of these systems.
    #[must_use]
    pub fn as_in(&self, catalogue: &Catalogue) -> Self {
        let current = |os| Arc::clone(catalogue.current(os));
        match self {
            Self::Known(os) => Self::Known(current(os)),
            Self::Moving { now, other } => Self::Moving {
                now: current(now),
                other: current(other),
            },
            Self::Unknown => Self::Unknown,
        }
    }

    /// What it runs now.
    pub fn now(&self) -> Option<&Arc<Profile>> {
        match self {
            Self::Known(os) | Self::Moving { now: os, .. } => Some(os),
            Self::Unknown => None,
        }
    }
}

/// The ids of what a node runs and of what it may run instead: what tells one [`NodeOs`] from another.
pub type OsKey<'a> = (&'a str, &'a str);

impl NodeOs {
    /// See [`OsKey`].
    pub fn key(&self) -> OsKey<'_> {
        match self {
            Self::Known(os) => (&os.id, ""),
            Self::Moving { now, other } => (&now.id, &other.id),
            Self::Unknown => ("", ""),
        }
    }
}

impl PartialEq for NodeOs {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for NodeOs {}

impl PartialOrd for NodeOs {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NodeOs {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// The SKU that the pool has been asked to run.
pub const REQUESTED_SKU: &str = "kubernetes.azure.com/os-sku-requested";
/// The SKU that the node runs.
pub const EFFECTIVE_SKU: &str = "kubernetes.azure.com/os-sku-effective";
/// The SKU, on older clusters the only such label.
pub const SKU: &str = "kubernetes.azure.com/os-sku";
/// The image that the node was made from.
pub(super) const IMAGE: &str = "kubernetes.azure.com/node-image-version";

/// Reads the facts from the strongest down. The first that names a known OS decides; a weaker one that names another, or the requested SKU,
/// makes the node moving, provided that it matters: from one general purpose OS to another, or from one immutable OS to another, the
/// strongest fact holds.
pub fn recognise(
    labels: &BTreeMap<String, String>,
    os_image: &str,
    catalogue: &Catalogue,
) -> NodeOs {
    let label = |key: &str| labels.get(key).map_or("", String::as_str);
    let facts = [
        catalogue.by_sku(label(EFFECTIVE_SKU)),
        catalogue.by_sku(label(SKU)),
        catalogue.by_image(label(IMAGE)),
        catalogue
            .by_os_image(os_image)
            .or_else(|| catalogue.by_labels(labels)),
        catalogue.by_sku(label(REQUESTED_SKU)),
    ];
    // What was only asked for does not run yet.
    let Some(now) = facts[..REQUESTED].iter().flatten().next() else {
        return NodeOs::Unknown;
    };
    // The name that an OS shares with another contradicts neither.
    let shared = now.recognise.shared_os_image.matches(os_image);
    let other = facts
        .iter()
        .enumerate()
        .filter(|(index, _)| !(*index == OS_IMAGE && shared))
        .find_map(|(_, fact)| fact.filter(|os| os.immutable != now.immutable));
    match other {
        Some(other) => NodeOs::Moving {
            now: Arc::clone(now),
            other: Arc::clone(other),
        },
        None => NodeOs::Known(Arc::clone(now)),
    }
}

/// The place of `osImage` among the facts.
const OS_IMAGE: usize = 3;
/// The place of the requested SKU.
const REQUESTED: usize = 4;

#[cfg(test)]
mod tests;

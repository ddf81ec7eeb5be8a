//! The node affinity of the PersistentVolumes that a pod's claims are bound to. Used by `filter` and `explain`.
//!
//! Authority: `CheckNodeAffinity` in `k8s.io/component-helpers/storage/volume`. It looks at a node's labels alone: a field reads as empty,
//! also the node's name.

use super::empty;
use super::selector::{Affinity, Requirements};
use crate::inventory::set::Bits;
use crate::inventory::{EmptyPool, Inventory};
use crate::message::clean;
use crate::os::Catalogue;
use crate::storage::{Behind, PodVolume};

/// A volume that can be used on some nodes only.
pub(super) struct Bound<'a> {
    /// The PersistentVolume's name.
    volume: &'a str,
    claim: Option<&'a str>,
    pub(super) affinity: Affinity<'a>,
}

impl<'a> Bound<'a> {
    /// Those among the volumes of a pod.
    pub(super) fn among(volumes: &'a [PodVolume<'a>]) -> Vec<Self> {
        let bound = |volume: &'a PodVolume<'a>| match &volume.behind {
            Behind::Volume(name, behind) => Some(Self {
                volume: name,
                claim: volume.claim.as_deref(),
                affinity: Affinity::parse(behind.affinity.as_ref()?),
            }),
            Behind::Class(..) => None,
        };
        volumes.iter().filter_map(bound).collect()
    }

    /// Leaves of `nodes` those on which it can be used.
    pub(super) fn narrow(&self, nodes: &mut Bits, inventory: &Inventory) {
        let mut any = Bits::with_capacity(inventory.room());
        for term in self.terms() {
            let mut of_term = nodes.clone();
            for requirement in &term.labels {
                requirement.narrow(&mut of_term, inventory.labels());
            }
            any.union_with(&of_term);
        }
        *nodes = any;
    }

    /// Whether it could be used on a node of this pool, as far as is known.
    pub(super) fn fits(&self, pool: &EmptyPool, catalogue: &Catalogue) -> bool {
        self.terms()
            .any(|term| empty::fits(pool, &[term], catalogue))
    }

    /// `volume pv-1 of claim data`.
    pub(super) fn in_words(&self) -> String {
        let volume = clean(self.volume);
        match self.claim {
            Some(claim) => format!("volume {volume} of claim {}", clean(claim)),
            None => format!("volume {volume}"),
        }
    }

    /// The terms that can match.
    fn terms(&self) -> impl Iterator<Item = &Requirements<'a>> {
        self.affinity
            .parsed()
            .filter(|term| term.fields.iter().all(|field| field.matches("")))
    }
}

#[cfg(test)]
mod tests;

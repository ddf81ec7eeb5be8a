//! Sets of nodes, by the number that the inventory gives each: what its index is made of.
//!
//! A few are a sorted list, many are one bit each. So a label that every node has costs a hundred thousand nodes 12 KiB, one that is unique
//! to a node a few bytes, and to narrow a choice down takes a word's operation for 64 nodes.

pub(crate) use fixedbitset::FixedBitSet as Bits;

/// The number of a node in its inventory.
pub(crate) type NodeId = u32;

/// Some nodes of an inventory.
#[derive(Debug, Clone)]
pub(crate) enum NodeSet {
    /// In order.
    Few(Vec<NodeId>),
    /// The bits and how many of them are set.
    Many(Bits, usize),
}

/// The least number of nodes for bits.
const MANY: usize = 64;
/// As many bits take as much room as one number in the list.
const BITS: usize = 32;

impl NodeSet {
    pub(crate) fn new() -> Self {
        Self::Few(Vec::new())
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(ids) => ids.len(),
            Self::Many(_, count) => *count,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn insert(&mut self, id: NodeId) {
        match self {
            Self::Few(ids) => {
                if let Err(place) = ids.binary_search(&id) {
                    ids.insert(place, id);
                }
                let room = ids.last().map_or(0, |last| *last as usize + 1);
                if ids.len() > MANY && ids.len() * BITS > room {
                    let mut bits = Bits::with_capacity(room);
                    bits.extend(ids.iter().map(|id| *id as usize));
                    *self = Self::Many(bits, ids.len());
                }
            }
            Self::Many(bits, count) => {
                bits.grow(id as usize + 1);
                *count += usize::from(!bits.put(id as usize));
            }
        }
    }

    pub(crate) fn remove(&mut self, id: NodeId) {
        match self {
            Self::Few(ids) => {
                if let Ok(place) = ids.binary_search(&id) {
                    ids.remove(place);
                }
            }
            Self::Many(bits, count) => {
                if bits.contains(id as usize) {
                    bits.remove(id as usize);
                    *count -= 1;
                }
            }
        }
    }

    /// Adds these nodes to `nodes`, which has room for every node.
    pub(crate) fn add_to(&self, nodes: &mut Bits) {
        match self {
            Self::Few(ids) => ids.iter().for_each(|id| nodes.insert(*id as usize)),
            Self::Many(bits, _) => nodes.union_with(bits),
        }
    }

    /// Takes these nodes out of `nodes`.
    pub(crate) fn take_from(&self, nodes: &mut Bits) {
        match self {
            Self::Few(ids) => ids.iter().for_each(|id| nodes.set(*id as usize, false)),
            Self::Many(bits, _) => nodes.difference_with(bits),
        }
    }

    /// Leaves of `nodes` those that are in here as well.
    pub(crate) fn keep_of(&self, nodes: &mut Bits) {
        match self {
            Self::Few(ids) => {
                let both: Vec<usize> = common(ids, nodes).collect();
                nodes.clear();
                nodes.extend(both);
            }
            Self::Many(bits, _) => nodes.intersect_with(bits),
        }
    }

    /// How many of `nodes` are in here.
    pub(crate) fn count_in(&self, nodes: &Bits) -> usize {
        match self {
            Self::Few(ids) => common(ids, nodes).count(),
            Self::Many(bits, _) => bits.intersection_count(nodes),
        }
    }
}

fn common(ids: &[NodeId], nodes: &Bits) -> impl Iterator<Item = usize> {
    ids.iter()
        .map(|id| *id as usize)
        .filter(|id| nodes.contains(*id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const NODES: usize = 300;
    const IDS: NodeId = 300;

    proptest! {
        /// Against a plain set: whatever its form, and while it changes from one to the other.
        #[test]
        fn it_is_a_set(steps in proptest::collection::vec((0..IDS, any::<bool>()), 0..500), other in proptest::collection::btree_set(0..NODES, 0..NODES)) {
            let (mut set, mut plain) = (NodeSet::new(), BTreeSet::new());
            for (id, add) in steps {
                if add {
                    set.insert(id);
                    plain.insert(id as usize);
                } else {
                    set.remove(id);
                    plain.remove(&(id as usize));
                }
            }
            prop_assert_eq!((set.len(), set.is_empty()), (plain.len(), plain.is_empty()));
            let bits = || {
                let mut bits = Bits::with_capacity(NODES);
                bits.extend(other.iter().copied());
                bits
            };
            let members = |bits: &Bits| bits.ones().collect::<BTreeSet<usize>>();
            let changed = |change: fn(&NodeSet, &mut Bits)| {
                let mut bits = bits();
                change(&set, &mut bits);
                members(&bits)
            };
            prop_assert_eq!(changed(NodeSet::add_to), &other | &plain);
            prop_assert_eq!(changed(NodeSet::take_from), &other - &plain);
            prop_assert_eq!(changed(NodeSet::keep_of), &other & &plain);
            prop_assert_eq!(set.count_in(&bits()), (&other & &plain).len());
        }
    }
}

//! The inverted index of an inventory: which nodes carry a label, and with which value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::set::{NodeId, NodeSet};

/// Every label of every node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Labels {
    keys: BTreeMap<Arc<str>, Key>,
    pairs: Vec<Pair>,
    free: Vec<PairId>,
}

/// The number of a key with a value: what a node keeps of each of its labels.
pub(crate) type PairId = u32;

#[derive(Debug, Clone)]
struct Key {
    nodes: NodeSet,
    values: BTreeMap<Arc<str>, PairId>,
}

#[derive(Debug, Clone)]
struct Pair {
    key: Arc<str>,
    value: Arc<str>,
    nodes: NodeSet,
}

impl Labels {
    /// The nodes that carry label `key`.
    pub(crate) fn with_key(&self, key: &str) -> Option<&NodeSet> {
        Some(&self.keys.get(key)?.nodes)
    }

    /// The nodes that carry it with this value.
    pub(crate) fn with(&self, key: &str, value: &str) -> Option<&NodeSet> {
        let id = self.keys.get(key)?.values.get(value)?;
        Some(&self.pair(*id).nodes)
    }

    /// The values of label `key`, each with its nodes.
    pub(crate) fn values(&self, key: &str) -> impl Iterator<Item = (&str, &NodeSet)> {
        let values = self.keys.get(key).map(|key| &key.values);
        values
            .into_iter()
            .flatten()
            .map(|(value, id)| (value.as_ref(), &self.pair(*id).nodes))
    }

    /// The key and value of each of a node's labels.
    pub(crate) fn of<'a>(&'a self, ids: &'a [PairId]) -> impl Iterator<Item = (&'a str, &'a str)> {
        ids.iter().map(|id| {
            let pair = self.pair(*id);
            (pair.key.as_ref(), pair.value.as_ref())
        })
    }

    /// Whether a node's labels are exactly these.
    pub(crate) fn are(&self, ids: &[PairId], labels: &BTreeMap<String, String>) -> bool {
        let labels = labels.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        self.of(ids).eq(labels)
    }

    /// Takes in a node's labels. The ids are in the order of the keys.
    pub(crate) fn insert(
        &mut self,
        node: NodeId,
        labels: &BTreeMap<String, String>,
    ) -> Box<[PairId]> {
        let ids = labels.iter().map(|(key, value)| {
            let id = self.id_of(key, value);
            self.pairs[id as usize].nodes.insert(node);
            if let Some(key) = self.keys.get_mut(key.as_str()) {
                key.nodes.insert(node);
            }
            id
        });
        ids.collect()
    }

    /// Forgets a node's labels.
    pub(crate) fn remove(&mut self, node: NodeId, ids: &[PairId]) {
        for id in ids {
            let pair = &mut self.pairs[*id as usize];
            pair.nodes.remove(node);
            let (key, value, unused) = (&pair.key, &pair.value, pair.nodes.is_empty());
            let Some(entry) = self.keys.get_mut(key) else {
                continue;
            };
            entry.nodes.remove(node);
            if unused {
                entry.values.remove(value);
                self.free.push(*id);
            }
            if entry.values.is_empty() {
                self.keys.remove(key);
            }
        }
    }

    fn pair(&self, id: PairId) -> &Pair {
        &self.pairs[id as usize]
    }

    fn id_of(&mut self, key: &str, value: &str) -> PairId {
        if let Some(id) = self.keys.get(key).and_then(|key| key.values.get(value)) {
            return *id;
        }
        let shared = match self.keys.get_key_value(key) {
            Some((shared, _)) => Arc::clone(shared),
            None => Arc::from(key),
        };
        let pair = Pair {
            key: Arc::clone(&shared),
            value: Arc::from(value),
            nodes: NodeSet::new(),
        };
        let value = Arc::clone(&pair.value);
        let id = if let Some(id) = self.free.pop() {
            self.pairs[id as usize] = pair;
            id
        } else {
            self.pairs.push(pair);
            PairId::try_from(self.pairs.len() - 1).unwrap_or(PairId::MAX)
        };
        let entry = self.keys.entry(shared).or_insert_with(|| Key {
            nodes: NodeSet::new(),
            values: BTreeMap::new(),
        });
        entry.values.insert(value, id);
        id
    }
}

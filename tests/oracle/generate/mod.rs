//! Clusters and pods from a seed: everything that decides where a pod can land, in small alphabets, so that matches and near misses are common.

mod affinity;
mod node;
mod toleration;
pub(crate) mod words;

use serde_json::{Map, Value, json};

/// A cluster and pods to place in it.
pub(crate) struct Cluster {
    /// What it was made from.
    pub(crate) seed: u64,
    /// `nodes` and `pods`, and in `before` what the cluster once had, or nothing.
    pub(crate) case: Value,
}

impl Cluster {
    /// Anything that can be written down, accepted by an API server or not.
    pub(crate) fn generate(seed: u64) -> Self {
        let mut dice = Dice::new(seed, false);
        let most = if dice.one_in(4) { 300 } else { 40 };
        let names: Vec<String> = (0..dice.up_to(most)).map(|i| format!("node-{i}")).collect();
        let nodes = dice.nodes(&names);
        let before = if dice.one_in(2) {
            dice.before(&names, &nodes)
        } else {
            Vec::new()
        };
        let pods: Vec<Value> = (0..64).map(|_| dice.pod(&names)).collect();
        Self {
            seed,
            case: json!({"before": before, "nodes": nodes, "pods": pods}),
        }
    }

    /// How many questions it asks.
    pub(crate) fn pairs(&self) -> u64 {
        let many = |list: &str| self.case[list].as_array().map_or(0, Vec::len) as u64;
        many("nodes") * many("pods")
    }
}

impl Dice {
    /// What was there before these nodes: some of them, as they were then, and others. Of what they are now some had half.
    fn before(&mut self, names: &[String], nodes: &[Value]) -> Vec<Value> {
        let gone = (0..self.up_to(5)).map(|i| format!("gone-{i}"));
        let all = names.iter().cloned().chain(gone);
        let names: Vec<String> = all.filter(|_| !self.one_in(3)).collect();
        let mut before = self.nodes(&names);
        for old in &mut before {
            let mut now = nodes.iter();
            let now = now.find(|now| now["metadata"]["name"] == old["metadata"]["name"]);
            let half = self.pick(&["metadata", "spec", "neither"]);
            if let Some(now) = now.and_then(|now| now.get(half)) {
                old[half] = now.clone();
            }
        }
        before
    }
}

/// Where chance comes from.
pub(crate) struct Dice {
    rng: fastrand::Rng,
    /// Only what an API server accepts.
    tame: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64, tame: bool) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        Self { rng, tame }
    }

    /// A pod's spec, as far as it decides where the pod can land.
    pub(crate) fn pod(&mut self, nodes: &[String]) -> Value {
        let mut spec = Map::new();
        if self.oddly(20) {
            let name = if self.one_in(4) {
                String::new()
            } else {
                self.name(nodes)
            };
            spec.insert("nodeName".into(), name.into());
        }
        let selector = self.selector(nodes);
        self.put(&mut spec, "nodeSelector", selector);
        if !self.one_in(4) {
            spec.insert(
                "affinity".into(),
                json!({"nodeAffinity": self.affinity(nodes)}),
            );
        }
        let many = self.pick(&[0, 1, 1, 2, 2, 3]);
        let tolerations: Vec<Value> = (0..many).map(|_| self.toleration()).collect();
        self.put(&mut spec, "tolerations", tolerations);
        spec.into()
    }

    fn selector(&mut self, nodes: &[String]) -> Value {
        let mut pairs = Map::new();
        for _ in 0..self.pick(&[0, 0, 0, 0, 0, 0, 1, 1, 2]) {
            let key = self.key();
            let value = self.value(&key, nodes);
            pairs.insert(key, value.into());
        }
        pairs.into()
    }

    /// Mostly the name of one of the nodes.
    fn name(&mut self, nodes: &[String]) -> String {
        if self.one_in(8) || nodes.is_empty() {
            "elsewhere".into()
        } else {
            self.pick(nodes)
        }
    }

    /// Sets a field; where it is empty, in one of the ways to say so.
    fn put(&mut self, object: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
        let value = value.into();
        let is_empty = value == json!([]) || value == json!({}) || value == json!("");
        if !is_empty || self.one_in(3) {
            object.insert(key.into(), value);
        } else if self.one_in(2) {
            object.insert(key.into(), Value::Null);
        }
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(..of.len())].clone()
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.rng.u32(..n) == 0
    }

    /// Now and then, but never where the API server would refuse it.
    fn oddly(&mut self, n: u32) -> bool {
        !self.tame && self.one_in(n)
    }

    /// 1 to `most`.
    fn up_to(&mut self, most: usize) -> usize {
        self.rng.usize(1..=most)
    }
}

//! Nodes: some in pools that look alike, others each for itself.

use serde_json::{Map, Value, json};

use super::Dice;
use super::words::{HOSTNAME, KEYS};

impl Dice {
    /// Nodes of these names.
    pub(crate) fn nodes(&mut self, names: &[String]) -> Vec<Value> {
        let pools: Vec<(Value, Value)> = (0..self.up_to(6))
            .map(|_| (self.labels(names), self.taints()))
            .collect();
        let mut node = |name: &String| {
            let (mut labels, mut taints) = self.pick(&pools);
            if self.one_in(2) {
                labels = self.labels(names);
            }
            if self.one_in(2) {
                taints = self.taints();
            }
            if !self.one_in(4) {
                labels[HOSTNAME] = json!(name);
            }
            let (mut metadata, mut spec) = (Map::new(), Map::new());
            metadata.insert("name".into(), json!(name));
            self.put(&mut metadata, "labels", labels);
            self.put(&mut spec, "taints", taints);
            if self.oddly(10) {
                // Cordoned: a candidate all the same.
                spec.insert("unschedulable".into(), json!(true));
            }
            json!({"metadata": metadata, "spec": spec})
        };
        names.iter().map(&mut node).collect()
    }

    fn labels(&mut self, names: &[String]) -> Value {
        let mut labels = Map::new();
        for key in KEYS.into_iter().filter(|key| *key != HOSTNAME) {
            if !self.one_in(3) {
                let value = if self.oddly(12) {
                    "-5".into()
                } else {
                    self.tame_value(key, names)
                };
                labels.insert(key.into(), value.into());
            }
        }
        labels.into()
    }

    /// Nodes exist: their labels have been through the API server.
    fn tame_value(&mut self, key: &str, names: &[String]) -> String {
        let tame = std::mem::replace(&mut self.tame, true);
        let value = self.value(key, names);
        self.tame = tame;
        value
    }

    fn taints(&mut self) -> Value {
        let mut taints: Vec<Map<String, Value>> = Vec::new();
        for _ in 0..self.pick(&[0, 0, 0, 0, 1, 1, 2]) {
            let mut taint = Map::new();
            taint.insert("key".into(), self.taint_key().into());
            let effect = if self.oddly(12) {
                self.pick(&["", "noschedule"])
            } else {
                self.pick(&["NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule"])
            };
            taint.insert("effect".into(), effect.into());
            let value = self.taint_value();
            self.put(&mut taint, "value", value);
            let twice = taints
                .iter()
                .any(|other| other["key"] == taint["key"] && other["effect"] == taint["effect"]);
            if !(self.tame && twice) {
                taints.push(taint);
            }
        }
        taints.into()
    }

    pub(super) fn taint_key(&mut self) -> &'static str {
        if self.oddly(12) {
            // Not one of those that come and go: an administrator sets it.
            return "node.kubernetes.io/out-of-service";
        }
        self.pick(&["dedicated", "gpu", "example.com/rank"])
    }

    pub(super) fn taint_value(&mut self) -> String {
        if self.oddly(3) {
            return self
                .pick(&["-5", "-5", "-9223372036854775808", "-0", "+5", "-", "007"])
                .into();
        }
        if self.one_in(2) {
            self.number()
        } else {
            self.pick(&["", "a", "b"]).into()
        }
    }
}

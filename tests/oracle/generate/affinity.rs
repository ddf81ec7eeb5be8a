//! Node affinity: terms that hold, that do not, that are empty and that are invalid, side by side.

use serde_json::{Map, Value, json};

use super::Dice;

impl Dice {
    /// `nodeAffinity`.
    pub(super) fn affinity(&mut self, nodes: &[String]) -> Value {
        let mut affinity = Map::new();
        if !self.one_in(10) {
            let many = if self.oddly(15) {
                0
            } else {
                self.pick(&[1, 1, 1, 2, 2, 3, 4])
            };
            let terms: Vec<Value> = (0..many).map(|_| self.term(nodes)).collect();
            affinity.insert(
                "requiredDuringSchedulingIgnoredDuringExecution".into(),
                json!({"nodeSelectorTerms": terms}),
            );
        } else if self.one_in(2) {
            affinity.insert(
                "requiredDuringSchedulingIgnoredDuringExecution".into(),
                Value::Null,
            );
        }
        if self.one_in(6) {
            // It never filters. One that does not parse would end all scheduling of the pod, with an error.
            let (key, value) = ("disk", self.pick(&["a", "b"]));
            let wish = self.requirement(key, "In", vec![value.into()]);
            let preferred = json!([{"weight": 1, "preference": {"matchExpressions": [wish]}}]);
            affinity.insert(
                "preferredDuringSchedulingIgnoredDuringExecution".into(),
                preferred,
            );
        }
        affinity.into()
    }

    fn term(&mut self, nodes: &[String]) -> Value {
        let (expressions, fields) = self.pick(&[
            (1, 0),
            (1, 0),
            (1, 0),
            (1, 0),
            (2, 0),
            (2, 0),
            (3, 0),
            (0, 1),
            (0, 1),
            (0, 2),
            (1, 1),
            (1, 1),
            (2, 1),
            (0, 0),
        ]);
        let expressions: Vec<Value> = (0..expressions).map(|_| self.expression(nodes)).collect();
        let fields: Vec<Value> = (0..fields).map(|_| self.field(nodes)).collect();
        let mut term = Map::new();
        self.put(&mut term, "matchExpressions", expressions);
        self.put(&mut term, "matchFields", fields);
        term.into()
    }

    fn expression(&mut self, nodes: &[String]) -> Value {
        let key = self.key();
        let operator = if self.oddly(16) {
            self.pick(&["", "Like", "in", "Equals"])
        } else {
            self.pick(&[
                "In",
                "In",
                "NotIn",
                "NotIn",
                "Exists",
                "DoesNotExist",
                "Gt",
                "Lt",
            ])
        };
        let values = match operator {
            "Exists" | "DoesNotExist" if !self.oddly(12) => Vec::new(),
            "Gt" | "Lt" => self.bounds(),
            _ if self.oddly(16) => Vec::new(),
            _ => (0..self.pick(&[1, 1, 2, 3]))
                .map(|_| self.value(&key, nodes))
                .collect(),
        };
        self.requirement(&key, operator, values)
    }

    /// Where a number is expected, and just one.
    fn bounds(&mut self) -> Vec<String> {
        let many = if self.oddly(5) {
            self.pick(&[0, 2, 2])
        } else {
            1
        };
        let mut bound = || match self.rng.u32(..10) {
            0 => self.pick(&["", "", "a", "1.5", "0x1"]).into(),
            1 if !self.tame => self.pick(&["-5", "+1", "-0", "-0", "１"]).into(),
            _ => self.number(),
        };
        (0..many).map(|_| bound()).collect()
    }

    fn field(&mut self, nodes: &[String]) -> Value {
        let key = if self.oddly(8) {
            self.pick(&["spec.nodeName", "metadata.namespace", ""])
        } else {
            "metadata.name"
        };
        let operator = if self.oddly(10) {
            self.pick(&["Exists", "DoesNotExist", "Gt", ""])
        } else {
            self.pick(&["In", "NotIn"])
        };
        let many = if self.oddly(8) { self.pick(&[0, 2]) } else { 1 };
        let values = (0..many)
            .map(|_| {
                if self.oddly(10) {
                    String::new()
                } else {
                    self.name(nodes)
                }
            })
            .collect();
        self.requirement(key, operator, values)
    }

    fn requirement(&mut self, key: &str, operator: &str, values: Vec<String>) -> Value {
        let mut requirement = Map::new();
        requirement.insert("key".into(), key.into());
        requirement.insert("operator".into(), operator.into());
        self.put(&mut requirement, "values", values);
        requirement.into()
    }
}

//! Tolerations in every shape: each of their fields absent, empty, right, nearly right and unheard of.

use serde_json::{Map, Value, json};

use super::Dice;

impl Dice {
    /// One of a pod's tolerations.
    pub(super) fn toleration(&mut self) -> Value {
        let operator = if self.oddly(2) {
            self.pick(&["Gt", "Gt", "Gt", "Lt", "Lt", "Lt", "exists"])
        } else {
            self.pick(&["", "Equal", "Equal", "Exists"])
        };
        let key = match operator {
            "Exists" if self.one_in(4) => "",
            "Gt" | "Lt" if self.oddly(3) => "",
            _ if self.oddly(8) => "",
            _ => self.taint_key(),
        };
        let value = match operator {
            "Exists" if !self.oddly(4) => String::new(),
            _ => self.taint_value(),
        };
        let effect = if self.oddly(16) {
            "noschedule"
        } else {
            self.pick(&[
                "",
                "",
                "",
                "NoSchedule",
                "NoSchedule",
                "NoExecute",
                "NoExecute",
                "PreferNoSchedule",
            ])
        };
        let mut toleration = Map::new();
        for (field, text) in [
            ("operator", operator),
            ("key", key),
            ("value", &value),
            ("effect", effect),
        ] {
            self.put(&mut toleration, field, text);
        }
        if self.tame && effect == "NoExecute" && self.one_in(3) {
            // Long enough for nobody to be put out while the test looks on.
            toleration.insert("tolerationSeconds".into(), json!(3600));
        } else if self.oddly(6) {
            toleration.insert(
                "tolerationSeconds".into(),
                self.pick(&[json!(0), json!(-1), json!(300), Value::Null]),
            );
        }
        toleration.into()
    }
}

//! A path to fields of an object, with steps that go to all of a list or a map. Used by `templates`.

use serde::Deserialize;
use serde_json::Value;

/// `spec.tasks[*].template`, `spec.replicaSpecs.*.template`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Path {
    text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    EveryItem,
    EveryValue,
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (key, is_list) = match part.strip_suffix("[*]") {
                Some(key) => (key, true),
                None => (part, false),
            };
            if key.is_empty() || key.contains(['[', ']']) || (key.contains('*') && part != "*") {
                return Err(format!(
                    "{text} is no path; write keys with dots between them, [*] for every item of a list and * for every value of a map, as in spec.tasks[*].template"
                ));
            }
            steps.push(match key {
                "*" => Step::EveryValue,
                key => Step::Key(key.to_owned()),
            });
            if is_list {
                steps.push(Step::EveryItem);
            }
        }
        Ok(Self { text, steps })
    }
}

impl Path {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands there, each with the way to it; `null` is as good as nothing.
    pub fn find<'v>(&self, object: &'v Value) -> Vec<(String, &'v Value)> {
        let mut found = vec![(String::new(), object)];
        for step in &self.steps {
            found = found
                .into_iter()
                .flat_map(|(path, value)| inside(&path, value, step))
                .collect();
        }
        found.retain(|(_, value)| !value.is_null());
        found
    }
}

fn inside<'v>(path: &str, value: &'v Value, step: &Step) -> Vec<(String, &'v Value)> {
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => {
            let value = map.get(key);
            value
                .map(|value| (joined(path, key), value))
                .into_iter()
                .collect()
        }
        (Step::EveryValue, Value::Object(map)) => {
            let values = map.iter();
            values
                .map(|(key, value)| (joined(path, key), value))
                .collect()
        }
        (Step::EveryItem, Value::Array(items)) => {
            let items = items.iter().enumerate();
            items
                .map(|(index, value)| (format!("{path}[{index}]"), value))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn joined(path: &str, key: &str) -> String {
    if key.contains(['.', '[']) {
        format!("{path}[{key}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

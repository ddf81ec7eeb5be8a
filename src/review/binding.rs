//! The review of a Binding, which gives a pod its node: sent to `pods/binding` by the scheduler, to `bindings` by clients of old.

use serde::Deserialize;

use super::{Operation, Review, ReviewError};
use crate::workload::Meta;
use crate::workload::pod::nullable;

/// The kind of what gives a pod its node.
pub const BINDING: &str = "Binding";

/// A pod is given a node. What kind of pod it is, a Binding does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The pod's namespace.
    pub namespace: String,
    /// The pod's name.
    pub pod: String,
    /// The pod's uid, or empty where any pod of that name is meant.
    pub uid: String,
    /// The node's name.
    pub node: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BindingObject {
    #[serde(deserialize_with = "nullable")]
    metadata: Meta,
    #[serde(deserialize_with = "nullable")]
    target: Target,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Target {
    #[serde(deserialize_with = "nullable")]
    name: String,
}

impl Review<'_> {
    /// Whether a pod is being given a node: `pods/binding`, or `bindings` of old.
    pub fn is_binding(&self) -> bool {
        self.operation == Operation::Create
            && self.kind.group.is_empty()
            && self.kind.kind == BINDING
    }

    /// Which pod is given which node, where [`Review::is_binding`].
    pub fn binding(&self) -> Result<Binding, ReviewError> {
        let object = self
            .object
            .ok_or_else(|| self.error("request.object is missing".to_owned()))?;
        let object: BindingObject = serde_json::from_str(object.get()).map_err(|error| {
            self.error(format!(
                "request.object is no Binding that can be read: {error}"
            ))
        })?;
        let pod = if self.name.is_empty() {
            object.metadata.name
        } else {
            self.name.clone()
        };
        // They become a part of a URL: no more than a name may be in it.
        for (field, name) in [("namespace", &self.namespace), ("name", &pod)] {
            if !is_name(name) {
                return Err(self.error(format!("the Binding's {field} {name:?} is no name")));
            }
        }
        Ok(Binding {
            namespace: self.namespace.clone(),
            pod,
            uid: object.metadata.uid,
            node: object.target.name,
        })
    }
}

/// A DNS subdomain, as the names of namespaces and pods are; near enough that it is one step of a path and no other.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
    name.len() <= 253
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(plain)
}

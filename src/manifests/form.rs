//! What an object is read as, by its kind, and why it cannot be. Used by [`crate::manifests`].

use serde_json::Value;
use serde_path_to_error::{Deserializer as Tracked, Track};

use crate::message::{clean, clean_text};
use crate::workload::Kind;

/// What an object is to be read as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Workload(Kind),
    Node,
    Namespace,
    RuntimeClass,
    Volume,
    Claim,
    StorageClass,
}

/// The forms beside those of workloads, with the groups and kinds that are read so.
const FACTS: [(&str, &str, Form); 6] = [
    ("", "Node", Form::Node),
    ("", "Namespace", Form::Namespace),
    ("node.k8s.io", "RuntimeClass", Form::RuntimeClass),
    ("", "PersistentVolume", Form::Volume),
    ("", "PersistentVolumeClaim", Form::Claim),
    ("storage.k8s.io", "StorageClass", Form::StorageClass),
];

impl Form {
    /// That of objects of this kind; none for kinds that are not read.
    pub(super) fn of(group: &str, kind: &str) -> Option<Self> {
        let workload = Kind::from_api(group, kind).map(Self::Workload);
        workload.or_else(|| {
            let mut facts = FACTS.iter();
            let fact = facts.find(|fact| (fact.0, fact.1) == (group, kind));
            fact.map(|fact| fact.2)
        })
    }

    /// Whether there is one for a kind of this name in any group.
    pub(super) fn is_of(kind: &str) -> bool {
        Kind::ALL.iter().any(|known| known.as_str() == kind)
            || FACTS.iter().any(|fact| fact.1 == kind)
    }
}

/// An object that cannot be taken.
pub(super) struct Refusal {
    /// The field of it that cannot be read, from its root; none where it is the object itself.
    pub(super) field: Option<String>,
    /// Why, in words.
    pub(super) what: String,
}

/// Reads an object in a form. The field at which that fails is told.
pub(super) fn read<'v, T>(
    form: Form,
    value: &'v Value,
    deserialize: impl FnOnce(Tracked<'_, '_, &'v Value>) -> Result<T, serde_json::Error>,
) -> Result<T, Refusal> {
    let mut track = Track::new();
    let taken = deserialize(Tracked::new(value, &mut track));
    taken.map_err(|error| {
        let kind = match form {
            Form::Workload(kind) => kind.as_str(),
            Form::Node => "Node",
            Form::Namespace => "Namespace",
            Form::RuntimeClass => "RuntimeClass",
            Form::Volume => "PersistentVolume",
            Form::Claim => "PersistentVolumeClaim",
            Form::StorageClass => "StorageClass",
        };
        let name = name(value).map_or("without a name".into(), clean);
        let field = track.path().to_string();
        let why = clean_text(&format!("{field}: {error}"));
        Refusal {
            field: Some(field),
            what: format!("{kind} {name}: {why}"),
        }
    })
}

/// Its name, if it has one.
pub(super) fn name(value: &Value) -> Option<&str> {
    value["metadata"]["name"]
        .as_str()
        .filter(|name| !name.is_empty())
}

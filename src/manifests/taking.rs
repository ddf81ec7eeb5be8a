//! Objects of a file, each to its place in [`Manifests`]: the last step of reading.

use k8s_openapi::api::core::v1::Namespace as NamespaceObject;
use k8s_openapi::api::node::v1::RuntimeClass;
use serde::Deserialize as _;
use serde_json::Value;
use serde_path_to_error::{Deserializer as Tracked, Track};

use super::again::{At, Form};
use super::{Document, Manifest, Manifests, Object, Wrong, documents, objects};
use crate::inventory::node::NodeObject;
use crate::message::{clean, clean_text};
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};
use crate::workload::namespace::Namespace;
use crate::workload::{Kind, Workload};

/// More errors than this in one document, and it is enough to know the document.
pub(super) const MOST_LOCATED: usize = 20;

/// An object that cannot be taken: why, and in which form reading it fails.
struct Refusal(Form, String);

impl Manifests {
    /// Takes in one file.
    pub(super) fn take(&mut self, file: &str, bytes: &[u8]) {
        for mut document in documents(bytes) {
            self.documents += 1;
            let repeated = std::mem::take(&mut document.repeated);
            self.warnings.extend(repeated.iter().map(|path| {
                let (line, path) = (document.line, clean_text(path));
                format!("{file}:{line}: {path} stands there more than once; the last one holds")
            }));
            match std::mem::replace(&mut document.content, Ok(Value::Null)) {
                Ok(content) => self.take_objects(file, &document, content),
                Err(wrong) => self.problems.push(in_words(file, &wrong)),
            }
        }
    }

    fn take_objects(&mut self, file: &str, document: &Document<'_>, content: Value) {
        let mut located = 0;
        for object in objects(content) {
            let indices = object.indices.clone();
            let Err(Refusal(form, what)) = self.take_object(file, document.line, object) else {
                continue;
            };
            // To find the place is to read the document again, unless it is the document itself that is wrong.
            let is_document = indices.is_empty() && matches!(form, Form::Refused);
            located += usize::from(!is_document);
            let at = At {
                indices: &indices,
                form,
            };
            let found = (!is_document && located <= MOST_LOCATED)
                .then(|| document.locate(at))
                .flatten();
            let wrong = Wrong {
                line: found.as_ref().map_or(document.line, |found| found.line),
                column: found.as_ref().map_or(1, |found| found.column),
                what: format!("{}{what}", path(&indices)),
            };
            self.problems.push(in_words(file, &wrong));
        }
    }

    fn take_object(&mut self, file: &str, line: usize, object: Object) -> Result<(), Refusal> {
        check(&object)?;
        let Object {
            api_version,
            kind,
            value,
            ..
        } = object;
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        if let Some(kind) = Kind::from_api(group, &kind) {
            let form = Form::Workload(kind);
            let mut workload = read(form, &value, |value| Workload::deserialize(kind, value))?;
            if workload.namespace.is_empty() {
                "default".clone_into(&mut workload.namespace);
            }
            self.workloads.push(Manifest {
                api_version,
                workload,
                file: file.to_owned(),
                line,
            });
            return Ok(());
        }
        let facts = &mut self.facts;
        match (group, kind.as_str()) {
            ("", "Node") => {
                let node = read(Form::Node, &value, |value| NodeObject::deserialize(value))?;
                facts.nodes.push(node);
            }
            ("", "Namespace") => {
                let metadata = read(Form::Namespace, &value, |value| {
                    NamespaceObject::deserialize(value)
                })?
                .metadata;
                let namespace = Namespace::new(
                    metadata.labels.unwrap_or_default(),
                    &metadata.annotations.unwrap_or_default(),
                );
                let complaints = namespace.complaints.iter();
                self.warnings
                    .extend(complaints.map(|complaint| format!("{file}:{line}: {complaint}")));
                facts
                    .namespaces
                    .insert(metadata.name.unwrap_or_default(), namespace);
            }
            ("node.k8s.io", "RuntimeClass") => {
                let class = read(Form::RuntimeClass, &value, |value| {
                    RuntimeClass::deserialize(value)
                })?;
                let name = class.metadata.name.unwrap_or_default();
                facts
                    .runtime_classes
                    .insert(name, class.scheduling.unwrap_or_default());
            }
            ("", "PersistentVolume") => {
                let volume = read(Form::Volume, &value, |value| {
                    VolumeObject::deserialize(value)
                })?;
                facts.storage.add_volume(volume);
            }
            ("", "PersistentVolumeClaim") => {
                let claim = read(Form::Claim, &value, |value| ClaimObject::deserialize(value))?;
                facts.storage.add_claim(claim);
            }
            ("storage.k8s.io", "StorageClass") => {
                let class = read(Form::StorageClass, &value, |value| {
                    ClassObject::deserialize(value)
                })?;
                facts.storage.add_class(class);
            }
            _ if facts.karpenter.take(group, &kind, &value) => {}
            _ => *self.skipped.entry(kind).or_default() += 1,
        }
        Ok(())
    }
}

/// What every object has.
fn check(object: &Object) -> Result<(), Refusal> {
    let Object {
        api_version,
        kind,
        value,
        ..
    } = object;
    let is_ours = kind == "Node" || Kind::ALL.iter().any(|known| known.as_str() == kind);
    let what = match kind.as_str() {
        _ if !value.is_object() => {
            "it is no object of Kubernetes; each has apiVersion, kind and metadata".to_owned()
        }
        "" => "it has no kind".to_owned(),
        "List" => "its items are no list".to_owned(),
        _ if is_ours && api_version.is_empty() => format!("this {kind} has no apiVersion"),
        "Node" if api_version == "v1" && name(value).is_none() => {
            "this Node has no name".to_owned()
        }
        _ => return Ok(()),
    };
    Err(Refusal(Form::Refused, what))
}

fn read<'v, T>(
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
            Form::Refused => "object",
        };
        let name = name(value).map_or("without a name".into(), clean);
        let field = track.path().to_string();
        let why = clean_text(&format!("{field}: {error}"));
        Refusal(form, format!("{kind} {name}: {why}"))
    })
}

fn name(value: &Value) -> Option<&str> {
    value["metadata"]["name"]
        .as_str()
        .filter(|name| !name.is_empty())
}

fn in_words(file: &str, Wrong { line, column, what }: &Wrong) -> String {
    format!("{file}:{line}:{column}: {}", clean_text(what))
}

/// `items[2].items[0]: `, and nothing for a document itself.
fn path(indices: &[usize]) -> String {
    let steps: Vec<String> = indices
        .iter()
        .map(|index| format!("items[{index}]"))
        .collect();
    if steps.is_empty() {
        String::new()
    } else {
        format!("{}: ", steps.join("."))
    }
}

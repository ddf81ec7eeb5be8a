//! Objects of a file, each to its place in [`Manifests`]: the last step of reading.

use std::sync::Arc;

use serde_json::Value;

use super::documents::documents_of;
use super::form::{Form, Refusal, name, read};
use super::{Document, Field, Manifest, Manifests, Object, Reading, Wrong, objects};
use crate::inventory::karpenter::Karpenter;
use crate::message::clean_text;
use crate::workload::{Kind, Workload};

/// More errors than this in one document, and it is enough to know the document.
pub(super) const MOST_LOCATED: usize = 20;

impl Manifests {
    /// Takes in one file.
    pub(super) fn take(&mut self, file: &str, bytes: &[u8], reading: Reading<'_>) {
        let is_read = |kind: &str| {
            Form::is_of(kind) || Karpenter::is_of(kind) || reading.templates.are_in(kind)
        };
        for mut document in documents_of(bytes, is_read) {
            self.documents += 1;
            let repeated = std::mem::take(&mut document.repeated);
            self.warnings.extend(repeated.iter().map(|path| {
                let (line, path) = (document.line, clean_text(path));
                format!("{file}:{line}: {path} stands there more than once; the last one holds")
            }));
            match std::mem::replace(&mut document.content, Ok(Value::Null)) {
                Ok(content) => self.take_objects(file, &document, content, reading),
                Err(wrong) => self.problems.push(in_words(file, &wrong)),
            }
        }
    }

    fn take_objects(
        &mut self,
        file: &str,
        document: &Document<'_>,
        content: Value,
        reading: Reading<'_>,
    ) {
        let mut located = 0;
        let taken = self.workloads.len();
        for object in objects(content) {
            let indices = object.indices.clone();
            let refused = self.take_object(file, document, object, reading);
            let Err(Refusal { field, what }) = refused else {
                continue;
            };
            // To find the place is to read the document again, unless it is the document itself that is wrong.
            let is_document = indices.is_empty() && field.is_none();
            located += usize::from(!is_document);
            let path = field.as_deref().unwrap_or_default();
            let wanted = Field {
                indices: &indices,
                path,
            };
            let found = (!is_document && located <= MOST_LOCATED)
                .then(|| document.place(wanted))
                .flatten();
            let wrong = Wrong {
                line: found.map_or(document.line, |found| found.line),
                column: found.map_or(1, |found| found.column),
                what: format!("{}{what}", in_lists(&indices)),
            };
            self.problems.push(in_words(file, &wrong));
        }
        let workloads = &mut self.workloads[taken..];
        let text = (!workloads.is_empty()).then(|| document.keep()).flatten();
        let text = text.map(Arc::new);
        for manifest in workloads {
            manifest.text.clone_from(&text);
        }
    }

    fn take_object(
        &mut self,
        file: &str,
        document: &Document<'_>,
        object: Object,
        reading: Reading<'_>,
    ) -> Result<(), Refusal> {
        check(&object)?;
        if self.take_custom(file, document, &object, reading) {
            return Ok(());
        }
        let line = document.line;
        let Object {
            api_version,
            kind,
            value,
            indices,
        } = object;
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let Some(form) = Form::of(group, &kind) else {
            if !self.facts.karpenter.take(group, &kind, &value) {
                *self.skipped.entry(kind).or_default() += 1;
            }
            return Ok(());
        };
        if let Form::Workload(known) = form {
            let mut workload = read(form, &value, |value| Workload::deserialize(known, value))?;
            if workload.namespace.is_empty() {
                reading.namespace.clone_into(&mut workload.namespace);
            }
            self.workloads.push(Manifest {
                api_version,
                kind,
                workload,
                template: None,
                file: file.to_owned(),
                line,
                indices,
                text: None,
            });
            return Ok(());
        }
        let complaints = self.facts.take(form, &value, reading.namespace)?;
        let complaints = complaints.iter();
        self.warnings
            .extend(complaints.map(|complaint| format!("{file}:{line}: {complaint}")));
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
    Err(Refusal { field: None, what })
}

fn in_words(file: &str, Wrong { line, column, what }: &Wrong) -> String {
    format!("{file}:{line}:{column}: {}", clean_text(what))
}

/// `items[2].items[0]: `, and nothing for a document itself.
fn in_lists(indices: &[usize]) -> String {
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

//! Custom resources among the objects of a file: each template of a pod in them is a workload. Used by `taking`.

use super::{Document, Field, Manifest, Manifests, Object, Reading, Spot};
use crate::message::{clean, clean_text};
use crate::workload::templates::{Templated, Unreadable};

impl Manifests {
    /// Takes an object of a kind that is known to hold templates; false for any other. A template that cannot be read is a problem of its own.
    pub(super) fn take_custom(
        &mut self,
        file: &str,
        document: &Document<'_>,
        object: &Object,
        reading: Reading<'_>,
    ) -> bool {
        let version = object.api_version.as_str();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let templates = reading.templates;
        let Some(found) = templates.of(group, &object.kind, &object.value) else {
            return false;
        };
        for template in found {
            match template {
                Ok(Templated { path, mut workload }) => {
                    if workload.namespace.is_empty() {
                        reading.namespace.clone_into(&mut workload.namespace);
                    }
                    self.workloads.push(Manifest {
                        api_version: version.to_owned(),
                        kind: object.kind.clone(),
                        workload,
                        template: Some(path),
                        file: file.to_owned(),
                        line: document.line,
                        indices: object.indices.clone(),
                        text: None,
                    });
                }
                Err(unreadable) => {
                    let problem = in_words(file, document, object, &unreadable);
                    self.problems.push(problem);
                }
            }
        }
        true
    }
}

fn in_words(
    file: &str,
    document: &Document<'_>,
    object: &Object,
    Unreadable { field, why }: &Unreadable,
) -> String {
    let wanted = Field {
        indices: &object.indices,
        path: field,
    };
    let Spot { line, column } = document.place(wanted).unwrap_or(Spot {
        line: document.line,
        column: 1,
    });
    let name = object.value["metadata"]["name"].as_str();
    let name = name.map_or("without a name".into(), clean);
    let (kind, what) = (clean(&object.kind), clean_text(&format!("{field}: {why}")));
    format!("{file}:{line}:{column}: {kind} {name}: {what}")
}

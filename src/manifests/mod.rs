//! Manifests: files, folders and standard input, read as kubectl reads them. A source of workloads, part of the shell.
//!
//! ```text
//!   Source  --  chunks  --  documents  --  objects  --  Manifests: workloads, nodes; what was skipped; what is wrong, and where
//! ```
//!
//! Nothing that is wrong takes anything else with it: neither other files nor other documents of the same file nor other items of a list.

mod chunks;
mod documents;
mod objects;
mod source;
mod value;

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::Value;

pub use self::documents::{Document, Wrong, documents};
use self::objects::{At, Form};
pub use self::objects::{Object, objects};
pub use self::source::Source;
use crate::inventory::Node;
use crate::inventory::node::NodeObject;
use crate::message::{clean, clean_text};
use crate::os::Catalogue;
use crate::workload::{Kind, Workload};

/// What was read.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The workloads in the order in which they were read.
    pub workloads: Vec<Manifest>,
    /// What stands beside them and says where they can land.
    pub facts: Facts,
    /// How many objects of other kinds there are, by kind.
    pub skipped: BTreeMap<String, usize>,
    /// What may be a mistake: `FILE:LINE: words`.
    pub warnings: Vec<String>,
    /// What could not be read: `FILE:LINE:COLUMN: words`.
    pub problems: Vec<String>,
}

/// A workload of a manifest.
#[derive(Debug)]
pub struct Manifest {
    /// Its `apiVersion`, as written.
    pub api_version: String,
    /// What it is. Its namespace is `default` where it says none.
    pub workload: Workload,
    /// The file.
    pub file: String,
    /// The line on which its document begins, from 1.
    pub line: usize,
}

/// Objects that are no workloads but say where workloads can land.
#[derive(Debug, Default)]
pub struct Facts {
    /// Nodes.
    pub nodes: Vec<Node>,
}

/// Reads everything.
pub async fn load(sources: &[Source]) -> Manifests {
    let mut manifests = Manifests::default();
    for source in sources {
        for file in source.files(&mut manifests.problems) {
            let name = file.name();
            match file.contents().await {
                Ok(bytes) => manifests.take(&name, &bytes),
                Err(error) => {
                    let problem = source::cannot_be_read(&name, &error);
                    let nearest = source::nearest(&file);
                    manifests.problems.push(format!("{problem}{nearest}"));
                }
            }
        }
    }
    manifests
}

impl Manifests {
    /// Takes in one file.
    fn take(&mut self, file: &str, bytes: &[u8]) {
        for mut document in documents(bytes) {
            let repeated = std::mem::take(&mut document.repeated);
            self.warnings.extend(repeated.iter().map(|path| {
                format!(
                    "{file}:{}: {} stands there more than once; the last one holds",
                    document.line,
                    clean_text(path)
                )
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
            let Err((form, what)) = self.take_object(file, document.line, object) else {
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
            let (line, column) =
                found.map_or((document.line, 1), |wrong| (wrong.line, wrong.column));
            let what = if indices.is_empty() {
                what
            } else {
                format!("{}: {what}", path(&indices))
            };
            self.problems
                .push(in_words(file, &Wrong { line, column, what }));
        }
    }

    /// An object that cannot be taken is an error, with the form in which reading it fails.
    fn take_object(
        &mut self,
        file: &str,
        line: usize,
        object: Object,
    ) -> Result<(), (Form, String)> {
        let Object {
            api_version,
            kind,
            value,
            ..
        } = object;
        if !value.is_object() {
            return Err((
                Form::Refused,
                "it is no object of Kubernetes; each has apiVersion, kind and metadata".to_owned(),
            ));
        }
        if kind.is_empty() {
            return Err((Form::Refused, "it has no kind".to_owned()));
        }
        if kind == "List" {
            return Err((Form::Refused, "its items are no list".to_owned()));
        }
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let is_known = kind == "Node" || Kind::ALL.iter().any(|known| known.as_str() == kind);
        if is_known && api_version.is_empty() {
            return Err((Form::Refused, format!("this {kind} has no apiVersion")));
        }
        if let Some(kind) = Kind::from_api(group, &kind) {
            let name = name(&value);
            let mut workload = Workload::deserialize(kind, value).map_err(|error| {
                (
                    Form::Workload(kind),
                    format!("{kind} {name}: {}", clean_text(&error.to_string())),
                )
            })?;
            if workload.namespace.is_empty() {
                "default".clone_into(&mut workload.namespace);
            }
            self.workloads.push(Manifest {
                api_version,
                workload,
                file: file.to_owned(),
                line,
            });
        } else if (group, kind.as_str()) == ("", "Node") {
            let name = name(&value);
            let node = NodeObject::deserialize(value).map_err(|error| {
                (
                    Form::Node,
                    format!("Node {name}: {}", clean_text(&error.to_string())),
                )
            })?;
            self.facts
                .nodes
                .push(Node::new(node, Catalogue::built_in()));
        } else {
            *self.skipped.entry(kind).or_default() += 1;
        }
        Ok(())
    }
}

/// More errors than this in one document, and it is enough to know the document.
const MOST_LOCATED: usize = 20;

fn in_words(file: &str, wrong: &Wrong) -> String {
    format!(
        "{file}:{}:{}: {}",
        wrong.line,
        wrong.column,
        clean_text(&wrong.what)
    )
}

fn name(value: &Value) -> String {
    clean(
        value["metadata"]["name"]
            .as_str()
            .unwrap_or("without a name"),
    )
}

/// `items[2].items[0]`.
fn path(indices: &[usize]) -> String {
    let steps: Vec<String> = indices
        .iter()
        .map(|index| format!("items[{index}]"))
        .collect();
    steps.join(".")
}

#[cfg(test)]
mod tests;

//! Manifests: files, folders and standard input, read as kubectl reads them. A source of workloads, part of the shell.
//!
//! ```text
//!   Source  --  chunks  --  documents  --  objects  --  Manifests: workloads, facts; what was skipped; what is wrong, and where
//! ```
//!
//! Nothing that is wrong takes anything else with it: neither other files nor other documents of the same file nor other items of a list.

mod again;
mod chunks;
mod custom;
mod documents;
mod facts;
mod form;
mod objects;
mod place;
mod skim;
mod source;
mod taking;
mod value;
mod wrong;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::documents::{Document, documents};
pub use self::facts::Facts;
pub use self::objects::{Object, objects};
pub use self::place::{Field, Spot, Text};
pub use self::source::Source;
pub use self::wrong::Wrong;
use crate::workload::Workload;
use crate::workload::templates::PodTemplates;

/// What was read.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The workloads in the order in which they were read.
    pub workloads: Vec<Manifest>,
    /// What stands beside them and says where they can land.
    pub facts: Facts,
    /// How many documents there were, whatever was in them.
    pub documents: usize,
    /// How many objects of other kinds there are, by kind.
    pub skipped: BTreeMap<String, usize>,
    /// What may be a mistake: `FILE:LINE: words`.
    pub warnings: Vec<String>,
    /// What could not be read: `FILE:LINE:COLUMN: words`.
    pub problems: Vec<String>,
}

/// How manifests are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Which custom resources make pods.
    pub templates: &'a PodTemplates,
    /// The namespace of what says none.
    pub namespace: &'a str,
}

impl Default for Reading<'_> {
    fn default() -> Self {
        Self {
            templates: PodTemplates::built_in(),
            namespace: "default",
        }
    }
}

/// A workload of a manifest.
#[derive(Debug)]
pub struct Manifest {
    /// Its `apiVersion`, as written.
    pub api_version: String,
    /// Its `kind`, as written.
    pub kind: String,
    /// What it is, or what one of its templates stands for.
    pub workload: Workload,
    /// Where that template stands in a custom resource.
    pub template: Option<String>,
    /// The file.
    pub file: String,
    /// The line on which its document begins, from 1.
    pub line: usize,
    /// Where it stands in its document: see [`Object::indices`].
    pub indices: Vec<usize>,
    /// The document's text, the same for all its workloads.
    pub text: Option<Arc<Text>>,
}

/// Reads everything.
pub fn load(sources: &[Source], reading: Reading<'_>) -> Manifests {
    let mut manifests = Manifests::default();
    for source in sources {
        for file in source.files(&mut manifests.problems) {
            let name = file.name();
            match file.read() {
                Ok(bytes) => manifests.take(&name, &bytes, reading),
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

#[cfg(test)]
mod tests;

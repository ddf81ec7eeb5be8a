//! The typed form of one OS profile file.

use serde::Deserialize;
use wildmatch::WildMatch;

use super::path;
use crate::workload::pod::nullable;

/// What we know of one node OS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Profile {
    /// Stable identifier, as in reports: `azure-container-linux`.
    pub id: String,
    /// The name that people know: `Azure Container Linux`.
    pub title: String,
    /// Which kind of operating system it is.
    pub kind: OsKind,
    /// Whether most of the host's file system is read-only.
    pub immutable: bool,
    /// How a node that runs it is recognised.
    pub recognise: Recognise,
    /// What its host paths are. A path takes the fact of its nearest listed parent; what no fact covers is writable.
    #[serde(default, deserialize_with = "nullable")]
    pub paths: Vec<PathFact>,
}

impl Profile {
    /// The fact that decides what `path` is on this OS, if there is one: the one with the longest matching path.
    pub fn path_fact(&self, path: &str) -> Option<&PathFact> {
        let path = path::normalise(path);
        self.paths
            .iter()
            .filter(|fact| path::is_within(&path, &fact.path))
            .max_by_key(|fact| fact.path.len())
    }

    /// The read-only paths at or below `path`, as a broad mount (`/`, `/var`) brings them into a container.
    pub fn read_only_below(&self, path: &str) -> impl Iterator<Item = &PathFact> {
        let path = path::normalise(path);
        self.paths.iter().filter(move |fact| {
            fact.access == Access::ReadOnly && path::is_within(&fact.path, &path)
        })
    }
}

/// The two kinds of operating system between which no pod moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum OsKind {
    Linux,
    Windows,
}

/// Patterns over the facts of a node, without regard to case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Recognise {
    /// AKS SKUs: the values of the `os-sku` labels.
    pub sku: Patterns,
    /// AKS node images: the value of the `node-image-version` label.
    pub image: Patterns,
    /// `status.nodeInfo.osImage`, where it tells this OS apart from others.
    pub os_image: Patterns,
    /// `status.nodeInfo.osImage`, where this OS shares it with another: it proves nothing, and contradicts nothing.
    pub shared_os_image: Patterns,
}

/// Globs: `*` is any run of characters, `?` any one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Patterns(Vec<WildMatch>);

impl Patterns {
    /// Whether one of them matches all of `value`.
    pub fn matches(&self, value: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(value))
    }
}

impl From<Vec<String>> for Patterns {
    fn from(globs: Vec<String>) -> Self {
        Self(
            globs
                .iter()
                .map(|glob| WildMatch::new_case_insensitive(glob))
                .collect(),
        )
    }
}

/// What one host path, and all below it, is on an OS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PathFact {
    /// Absolute path in normal form.
    pub path: String,
    /// What a container can do there.
    pub access: Access,
    /// Whether the path itself is known to be there; of what lies below it this says nothing.
    #[serde(default)]
    pub exists: bool,
    /// Why, in words that complete "…, and".
    pub because: String,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// What a container can do at a host path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// A write fails.
    ReadOnly,
    /// A write works, or worked until somebody reported that it did not.
    AtRisk,
    /// A write works.
    Writable,
}

/// How well a fact is founded. None of ours was seen on a live node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in a public source.
    Cited,
    /// Follows from what was read.
    Inferred,
}

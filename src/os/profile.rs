//! What we know of one node OS, as the rules and the inventory ask it. How that is written down is `file`'s affair; what its host paths
//! are, `host`'s.

use serde::Deserialize;
use wildmatch::WildMatch;

use super::features::{AppArmor, Feature, FeatureKind, Milestone, Presence, SeLinux};
use super::host::PathFact;

/// What we know of one node OS.
#[derive(Debug, Clone)]
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
    /// What its host paths are. A path takes the fact of its nearest listed parent.
    pub paths: Vec<PathFact>,
    /// Whether its kernel has AppArmor, where that is known.
    pub app_armor: Option<AppArmor>,
    /// How it runs SELinux, where that is known.
    pub se_linux: Option<SeLinux>,
    /// What it has, or lacks, of what a pod can ask for.
    pub features: Vec<Feature>,
    /// Its support's beginnings and ends.
    pub life_cycle: Vec<Milestone>,
}

impl Profile {
    /// What is known of a feature: the last fact whose name matches, so that a correction holds against ours.
    pub fn feature(&self, kind: FeatureKind, name: &str) -> Option<&Feature> {
        self.features
            .iter()
            .rev()
            .find(|feature| feature.kind == kind && matches(&feature.name, name))
    }

    /// The same, where it is not surely there.
    pub fn lacks(&self, kind: FeatureKind, name: &str) -> Option<&Feature> {
        self.feature(kind, name)
            .filter(|feature| feature.present != Presence::Yes)
    }
}

/// Whether a glob matches all of a name; most are no globs, or match everything.
fn matches(glob: &str, name: &str) -> bool {
    match glob {
        "*" => true,
        _ if glob.contains(['*', '?']) => WildMatch::new(glob).matches(name),
        _ => glob == name,
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

impl OsKind {
    /// Its own name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
        }
    }
}

/// Patterns over the facts of a node, without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
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
    /// Other labels that name the OS, such as those of Node Feature Discovery or of another cloud; one that matches is enough.
    pub labels: Vec<LabelPattern>,
}

/// A label and what its value looks like on an OS.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelPattern {
    /// The label's key.
    pub key: String,
    /// Its value.
    pub value: Patterns,
}

/// Globs: `*` is any run of characters, `?` any one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Patterns {
    globs: Vec<String>,
    compiled: Vec<WildMatch>,
}

impl Patterns {
    /// Whether one of them matches all of `value`.
    pub fn matches(&self, value: &str) -> bool {
        self.compiled.iter().any(|pattern| pattern.matches(value))
    }

    /// As they are written.
    pub fn globs(&self) -> &[String] {
        &self.globs
    }
}

/// What is compiled follows from the globs.
impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.globs == other.globs
    }
}

impl From<Vec<String>> for Patterns {
    fn from(globs: Vec<String>) -> Self {
        let compiled = globs
            .iter()
            .map(|glob| WildMatch::new_case_insensitive(glob))
            .collect();
        Self { globs, compiled }
    }
}

/// How well a fact is founded. None of ours was seen on a live node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in a public source.
    Cited,
    /// Follows from what was read.
    Inferred,
    /// Nobody that we read knows.
    Unknown,
}

impl Confidence {
    /// Its name in a profile.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cited => "cited",
            Self::Inferred => "inferred",
            Self::Unknown => "unknown",
        }
    }
}

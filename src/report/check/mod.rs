//! What `hostfit check` shows: each workload with its decision and its findings.

mod github;
mod json;
mod junit;
mod markdown;
mod sarif;
mod table;
mod words;

use std::io::{self, Write};
use std::sync::Arc;

use clap::ValueEnum;

use super::{Formats, Style};
use crate::decision::Effect;
use crate::judge::World;
use crate::judge::ahead::{self, Outlook};
use crate::manifests::{Manifest, Manifests};
use crate::os::Profile;

/// How it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For code scanning.
    Sarif,
    /// For CI systems that show tests.
    Junit,
    /// Annotations of a workflow's run on GitHub.
    Github,
    /// For a comment or a job's summary.
    Markdown,
}

impl Formats for Format {
    const ALL: &'static [(&'static str, Self)] = &[
        ("table", Self::Table),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
        ("markdown", Self::Markdown),
    ];
}

/// The least decision that makes the command fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum FailOn {
    #[default]
    Deny,
    Warn,
    Never,
}

impl FailOn {
    fn is_met_by(self, decision: Effect) -> bool {
        match self {
            Self::Deny => decision >= Effect::Deny,
            Self::Warn => decision >= Effect::Warn,
            Self::Never => false,
        }
    }
}

/// The workloads, judged.
#[derive(Debug)]
pub struct Report<'a> {
    manifests: &'a Manifests,
    entries: Vec<Entry<'a>>,
    /// How many nodes were looked at; none where operating systems are assumed.
    nodes: Option<usize>,
}

/// A workload and what it would get.
#[derive(Debug)]
struct Entry<'a> {
    manifest: &'a Manifest,
    outlook: Outlook,
}

impl<'a> Report<'a> {
    /// Judges each workload, on these systems where some are assumed.
    pub fn new(manifests: &'a Manifests, assumed: Option<&[Arc<Profile>]>, world: &World) -> Self {
        let entry = |manifest: &'a Manifest| Entry {
            manifest,
            outlook: ahead::judge(&manifest.workload, assumed, world),
        };
        Self {
            manifests,
            entries: manifests.workloads.iter().map(entry).collect(),
            nodes: assumed.is_none().then(|| world.inventory.len()),
        }
    }

    /// What should be told beside the findings.
    pub fn notices(&self) -> impl Iterator<Item = &str> {
        let notices = self.entries.iter().flat_map(|entry| &entry.outlook.notices);
        notices.map(|notice| notice.strip_prefix("hostfit: ").unwrap_or(notice))
    }

    /// Whether some workload gets what must not be.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        let mut decisions = self.entries.iter().map(|entry| entry.outlook.decision);
        decisions.any(|decision| fail_on.is_met_by(decision))
    }

    /// Writes it in a format.
    pub fn write(
        &self,
        format: Format,
        fail_on: FailOn,
        out: &mut dyn Write,
        style: Style,
    ) -> io::Result<()> {
        match format {
            Format::Table => table::write(self, out, style),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Junit => junit::write(self, fail_on, out),
            Format::Github => github::write(self, out),
            Format::Markdown => markdown::write(self, out),
        }
    }

    /// How many workloads get a decision.
    fn count(&self, decision: Effect) -> usize {
        let decisions = self.entries.iter().map(|entry| entry.outlook.decision);
        decisions.filter(|made| *made == decision).count()
    }
}

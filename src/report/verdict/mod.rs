//! What `hostfit check` and `hostfit scan` show: each workload with its decision and its findings.

mod about;
mod admission;
mod baseline;
mod csv;
mod entry;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod migration;
mod openreports;
mod row;
mod sarif;
mod table;
mod wide;
mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::ValueEnum;

pub use self::about::About;
pub use self::admission::{Admission, Match, Needed, Prefix, Ready};
pub use self::baseline::Baseline;
pub use self::entry::{Alone, Before, Entry, Identity, Place, Reported, Running};
pub use self::migration::Assumed;
use super::{Formats, Style};
use crate::decision::Effect;

/// How it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For people with a wide window: a line for each finding.
    Wide,
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
    /// A page for a change board.
    Html,
    /// For a spreadsheet.
    Csv,
    /// For a cluster that keeps reports as objects.
    OpenReports,
}

impl Formats for Format {
    const ALL: &'static [(&'static str, Self)] = &[
        ("table", Self::Table),
        ("wide", Self::Wide),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("csv", Self::Csv),
        ("openreports", Self::OpenReports),
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
    /// Whether a workload's decision is that bad. What the baseline has does not count.
    fn is_met_by(self, entry: &Entry) -> bool {
        let least = match self {
            Self::Deny => Effect::Deny,
            Self::Warn => Effect::Warn,
            Self::Never => return false,
        };
        let counted = entry.findings.iter();
        let mut counted = counted
            .filter(|found| found.judged.effect >= least)
            .peekable();
        let is_old =
            counted.peek().is_some() && counted.all(|found| found.in_baseline == Some(true));
        entry.decision >= least && !is_old
    }
}

/// The workloads, judged.
#[derive(Debug)]
pub struct Report {
    /// The command that judged them, as it names itself: `hostfit check`.
    pub command: &'static str,
    /// When it was made, of what, and on which pools.
    pub about: About,
    /// Each workload, in the order in which it is shown.
    pub entries: Vec<Entry>,
    /// How many nodes were looked at; none where operating systems are assumed.
    pub nodes: Option<usize>,
    /// How many objects of other kinds there were, by kind.
    pub skipped: BTreeMap<String, usize>,
    /// What of the manifests could not be read: `FILE:LINE:COLUMN: words`.
    pub problems: Vec<String>,
    /// Of a cluster, what could not be read, and what is left out for it.
    pub missing: Vec<String>,
    /// The move that is assumed, if one is.
    pub assumed: Option<Assumed>,
    /// What enforcing would refuse, if that is asked.
    pub admission: Option<Admission>,
}

impl Report {
    /// What it does not speak of, since that could not be read.
    fn unread(&self) -> impl Iterator<Item = &String> {
        self.problems.iter().chain(&self.missing)
    }

    /// What should be told beside the findings.
    pub fn notices(&self) -> impl Iterator<Item = &str> {
        let notices = self.entries.iter().flat_map(|entry| &entry.notices);
        notices.map(|notice| notice.strip_prefix("hostfit: ").unwrap_or(notice))
    }

    /// Whether some workload gets what must not be.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        self.entries.iter().any(|entry| fail_on.is_met_by(entry))
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
            Format::Wide => wide::write(self, out),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Junit => junit::write(self, fail_on, out),
            Format::Github => github::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => html::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::OpenReports => openreports::write(self, out),
        }
    }

    /// Every finding, with the workload that has it.
    fn findings(&self) -> impl Iterator<Item = (&Entry, &Reported)> {
        self.entries
            .iter()
            .flat_map(|entry| entry.findings.iter().map(move |found| (entry, found)))
    }

    /// How many workloads get a decision.
    fn count(&self, decision: Effect) -> usize {
        let decisions = self.entries.iter().map(|entry| entry.decision);
        decisions.filter(|made| *made == decision).count()
    }
}

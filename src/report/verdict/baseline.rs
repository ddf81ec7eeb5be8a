//! What was found before and is accepted: a file that a report writes and a later one is compared with, so that only what is new fails.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::{Entry, Report};
use crate::findings::{Finding, Severity};

/// The findings of an earlier report.
#[derive(Debug, Default)]
pub struct Baseline(HashMap<Key, Vec<Known>>);

const SCHEMA: &str = "hostfit.dev/baseline/v1";

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a baseline: its schema and findings")]
struct File {
    schema: String,
    findings: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    key: Key,
    #[serde(flatten)]
    known: Known,
}

/// What makes a finding the same in another report.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    kind: String,
    namespace: String,
    name: String,
    rule: String,
    /// The host path, else the field: a volume that moves in its list is the same.
    what: String,
}

/// How bad it was, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    severity: String,
    os: Vec<String>,
}

impl Key {
    fn new(entry: &Entry, finding: &Finding) -> Self {
        let identity = &entry.identity;
        Self {
            kind: identity.kind.clone(),
            namespace: identity.namespace.clone(),
            name: identity.name.clone(),
            rule: finding.rule.to_owned(),
            what: what(finding),
        }
    }
}

/// The part of a finding that stays when its place in a list changes: the host path, else the field.
pub(super) fn what(finding: &Finding) -> String {
    match &finding.host_path {
        Some(host) => host.path.clone(),
        None => finding.field.clone(),
    }
}

impl Known {
    fn new(finding: &Finding) -> Self {
        let systems = finding.os.iter().map(|os| os.id.clone());
        Self {
            severity: finding.severity.as_str().to_owned(),
            os: systems.collect(),
        }
    }

    /// Whether a finding is no worse than this, and nowhere else.
    fn covers(&self, finding: &Finding) -> bool {
        let severity = [Severity::Note, Severity::AtRisk, Severity::Breaks]
            .into_iter()
            .find(|severity| severity.as_str() == self.severity);
        severity >= Some(finding.severity) && finding.os.iter().all(|os| self.os.contains(&os.id))
    }
}

impl Baseline {
    /// Reads a file. The error says where it is wrong.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let file: File = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if file.schema != SCHEMA {
            return Err(format!("its schema is {}, not {SCHEMA}", file.schema));
        }
        let mut findings: HashMap<Key, Vec<Known>> = HashMap::new();
        for Line { key, known } in file.findings {
            findings.entry(key).or_default().push(known);
        }
        Ok(Self(findings))
    }

    fn has(&self, entry: &Entry, finding: &Finding) -> bool {
        let known = self.0.get(&Key::new(entry, finding));
        known.is_some_and(|known| known.iter().any(|known| known.covers(finding)))
    }
}

impl Report {
    /// Marks which findings the baseline has.
    pub fn compare(&mut self, baseline: &Baseline) {
        for entry in &mut self.entries {
            let mut findings = std::mem::take(&mut entry.findings);
            for found in &mut findings {
                found.in_baseline = Some(baseline.has(entry, &found.judged.finding));
            }
            entry.findings = findings;
        }
    }

    /// Writes what is found, as a baseline of later reports. The order is the same whatever the workloads' is.
    pub fn write_baseline(&self, out: &mut dyn Write) -> io::Result<()> {
        let lines = self.findings().map(|(entry, found)| {
            let finding = &found.judged.finding;
            (Key::new(entry, finding), Known::new(finding))
        });
        let mut lines: Vec<(Key, Known)> = lines.collect();
        lines.sort();
        lines.dedup();
        let findings = lines.into_iter().map(|(key, known)| Line { key, known });
        let file = File {
            schema: SCHEMA.to_owned(),
            findings: findings.collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &file)?;
        writeln!(out)
    }
}

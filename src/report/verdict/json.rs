//! The report of verdicts as JSON, `hostfit.dev/report/v1`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};

use super::migration::Migration;
use super::{Admission, Alone, Entry, Identity, Place, Report, Reported, Running};
use crate::decision::Effect;
use crate::placement::{self, Placement};

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: "hostfit.dev/report/v1",
        workloads: &report.entries,
        summary: Summary {
            workloads: report.entries.len(),
            deny: report.count(Effect::Deny),
            warn: report.count(Effect::Warn),
            allow: report.count(Effect::Record),
        },
        missing: &report.missing,
        migration: report.assumed.as_ref().map(|assumed| Moves {
            assumed: assumed
                .pools
                .iter()
                .map(|(pool, os)| (pool.as_str(), os.id.as_str()))
                .collect(),
            nodes: assumed.nodes.len(),
            migration: Migration::of(&report.entries, assumed),
        }),
        admission: report.admission.as_ref(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    workloads: &'a [Entry],
    summary: Summary,
    /// What is left out.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    missing: &'a [String],
    /// What the move does that is assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    migration: Option<Moves<'a>>,
    /// What enforcing would refuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    admission: Option<&'a Admission>,
}

#[derive(serde::Serialize)]
struct Moves<'a> {
    assumed: BTreeMap<&'a str, &'a str>,
    nodes: usize,
    #[serde(flatten)]
    migration: Migration<'a>,
}

#[derive(serde::Serialize)]
struct Summary {
    workloads: usize,
    deny: usize,
    warn: usize,
    allow: usize,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Workload<'a> {
    api_version: &'a str,
    #[serde(flatten)]
    identity: &'a Identity,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source<'a>>,
    /// Of a pod that stands for itself, why.
    #[serde(skip_serializing_if = "Option::is_none")]
    alone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    running: Option<&'a Running>,
    placement: Landing<'a>,
    findings: Vec<Finding<'a>>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Before<'a>>,
}

/// Without the change that is assumed.
#[derive(serde::Serialize)]
struct Before<'a> {
    placement: Landing<'a>,
    decision: &'static str,
}

#[derive(serde::Serialize)]
struct Source<'a> {
    file: &'a str,
    line: usize,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Workload {
            api_version: &self.identity.api_version,
            identity: &self.identity,
            source: self.source.as_ref().map(|place| Source {
                file: &place.file,
                line: place.line,
            }),
            alone: self.alone.map(Alone::as_str),
            running: self.running.as_ref(),
            placement: Landing::from(&self.placement),
            findings: self.findings.iter().map(Finding::from).collect(),
            decision: self.decision.as_str(),
            before: self.before.as_ref().map(|before| Before {
                placement: Landing::from(&before.placement),
                decision: before.decision.as_str(),
            }),
        }
        .serialize(serializer)
    }
}

#[derive(serde::Serialize)]
struct Landing<'a> {
    class: &'static str,
    nodes: usize,
    immutable: usize,
    pools: Vec<Pool<'a>>,
}

impl<'a> From<&'a Placement> for Landing<'a> {
    fn from(placement: &'a Placement) -> Self {
        Self {
            class: placement.class.as_str(),
            nodes: placement.nodes,
            immutable: placement.immutable,
            pools: placement.pools.iter().map(Pool::from).collect(),
        }
    }
}

#[derive(serde::Serialize)]
struct Pool<'a> {
    /// None where the nodes do not say it, and where an OS is assumed.
    name: Option<&'a str>,
    os: &'a str,
    immutable: bool,
    nodes: usize,
}

impl<'a> From<&'a placement::Pool> for Pool<'a> {
    fn from(pool: &'a placement::Pool) -> Self {
        Self {
            name: pool.name.as_deref(),
            os: pool.os.now().map_or("unknown", |os| &os.id),
            immutable: pool.os.immutable().is_some(),
            nodes: pool.nodes,
        }
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    field: &'a str,
    os: Vec<&'a str>,
    reason: &'a str,
    detail: &'a str,
    remedy: &'a str,
    /// The exemption that lets it through.
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<&'a str>,
    /// Whether it was not there without the change that is assumed.
    #[serde(rename = "new", skip_serializing_if = "Option::is_none")]
    is_new: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_baseline: Option<bool>,
    /// Where its field stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a Place>,
}

impl<'a> From<&'a Reported> for Finding<'a> {
    fn from(reported: &'a Reported) -> Self {
        let judged = &reported.judged;
        let finding = &judged.finding;
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            field: &finding.field,
            os: finding.os.iter().map(|os| os.id.as_str()).collect(),
            reason: &finding.reason,
            detail: &finding.detail,
            remedy: &finding.remedy,
            exemption: judged.exemption.as_deref(),
            is_new: reported.is_new,
            in_baseline: reported.in_baseline,
            source: reported.place.as_ref(),
        }
    }
}

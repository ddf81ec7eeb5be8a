//! The report of a check as JSON, `hostfit.dev/report/v1`.

use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};

use super::{Entry, Report};
use crate::decision::{Effect, Judged};
use crate::placement::{self, Placement};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: "hostfit.dev/report/v1",
        workloads: &report.entries,
        summary: Summary {
            workloads: report.entries.len(),
            deny: report.count(Effect::Deny),
            warn: report.count(Effect::Warn),
            allow: report.count(Effect::Record),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    workloads: &'a [Entry<'a>],
    summary: Summary,
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
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
    source: Source<'a>,
    placement: Place<'a>,
    findings: Vec<Finding<'a>>,
    decision: &'static str,
}

#[derive(serde::Serialize)]
struct Source<'a> {
    file: &'a str,
    line: usize,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let manifest = self.manifest;
        let outlook = &self.outlook;
        Workload {
            api_version: &manifest.api_version,
            kind: manifest.workload.kind.as_str(),
            namespace: &manifest.workload.namespace,
            name: &manifest.workload.name,
            source: Source {
                file: &manifest.file,
                line: manifest.line,
            },
            placement: Place::from(&outlook.placement),
            findings: outlook.findings.iter().map(Finding::from).collect(),
            decision: outlook.decision.as_str(),
        }
        .serialize(serializer)
    }
}

#[derive(serde::Serialize)]
struct Place<'a> {
    class: &'static str,
    nodes: usize,
    immutable: usize,
    pools: Vec<Pool<'a>>,
}

impl<'a> From<&'a Placement> for Place<'a> {
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
}

impl<'a> From<&'a Judged> for Finding<'a> {
    fn from(judged: &'a Judged) -> Self {
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
        }
    }
}

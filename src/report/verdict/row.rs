//! A report as rows, for the formats that are tables of text: one for each finding, and one for a workload that has none.

use super::{Entry, Report, Reported};
use crate::placement::Pool;

/// The names of the columns.
pub(super) const COLUMNS: [&str; 20] = [
    "decision",
    "namespace",
    "kind",
    "name",
    "severity",
    "rule",
    "field",
    "os",
    "class",
    "pools",
    "nodes",
    "immutable",
    "file",
    "line",
    "apiVersion",
    "detail",
    "reason",
    "remedy",
    "exemption",
    "baseline",
];

/// The rows, in the report's order.
pub(super) fn rows(report: &Report) -> impl Iterator<Item = [String; COLUMNS.len()]> {
    report.entries.iter().flat_map(|entry| {
        let findings = entry.findings.iter().map(Some);
        let none = entry.findings.is_empty().then_some(None);
        findings.chain(none).map(|found| row(entry, found))
    })
}

/// The decision of a finding's row is the finding's own.
fn row(entry: &Entry, found: Option<&Reported>) -> [String; COLUMNS.len()] {
    let identity = &entry.identity;
    let placement = &entry.placement;
    let finding = found.map(|found| &found.judged.finding);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let place = found.map_or(entry.source.as_ref(), |found| entry.place_of(found));
    let effect = found.map_or(entry.decision, |found| found.judged.effect);
    let systems = finding.map(|finding| finding.os.iter().map(|os| os.id.as_str()));
    let pools: Vec<String> = placement.pools.iter().map(pool).collect();
    let baseline = match found.and_then(|found| found.in_baseline) {
        Some(true) => "known",
        Some(false) => "new",
        None => "",
    };
    [
        effect.as_str().to_owned(),
        identity.namespace.clone(),
        identity.kind.clone(),
        identity.name.clone(),
        text(finding.map(|finding| finding.severity.as_str())),
        text(finding.map(|finding| finding.rule)),
        text(finding.map(|finding| finding.field.as_str())),
        systems.map_or(String::new(), |ids| ids.collect::<Vec<_>>().join(" ")),
        placement.class.as_str().to_owned(),
        pools.join(" "),
        placement.nodes.to_string(),
        placement.immutable.to_string(),
        text(place.map(|place| place.file.as_str())),
        place.map_or(String::new(), |place| place.line.to_string()),
        identity.api_version.clone(),
        text(finding.map(|finding| finding.detail.as_str())),
        text(finding.map(|finding| finding.reason.as_str())),
        text(finding.map(|finding| finding.remedy.as_ref())),
        text(found.and_then(|found| found.judged.exemption.as_deref())),
        baseline.to_owned(),
    ]
}

/// Its name, or its OS where it has none.
fn pool(pool: &Pool) -> String {
    let os = || pool.os.now().map_or("unknown", |os| &os.id);
    pool.name.as_deref().unwrap_or_else(os).to_owned()
}

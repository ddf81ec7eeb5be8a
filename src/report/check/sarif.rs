//! The report of a check as SARIF 2.1.0, which code scanning shows beside the changed lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Entry, Report, words};
use crate::decision::{Effect, Judged};
use crate::rules::RULES;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = report
        .entries
        .iter()
        .flat_map(|entry| {
            entry
                .outlook
                .findings
                .iter()
                .map(|judged| result(entry, judged))
        })
        .collect();
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.summary},
                "help": {"text": format!("To fix it: {}. hostfit explain {} says more.", rule.remedy, rule.id)},
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "hostfit", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn result(entry: &Entry<'_>, judged: &Judged) -> Value {
    let finding = &judged.finding;
    let workload = &entry.manifest.workload;
    let subject = words::subject(workload);
    let level = match judged.effect {
        Effect::Deny => "error",
        Effect::Warn => "warning",
        Effect::Record => "note",
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule),
        "level": level,
        "message": {"text": format!(
            "{subject}, {}: {}. To fix it: {}.", finding.field, words::what(judged), finding.remedy
        )},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(&entry.manifest.file)},
                "region": {"startLine": entry.manifest.line},
            },
            "logicalLocations": [{"fullyQualifiedName": format!("{subject} {}", finding.field), "kind": "object"}],
        }],
        // The same finding in the next run, wherever its document has moved to.
        "partialFingerprints": {"hostfit/v1": format!("{subject} {} {}", finding.rule, finding.field)},
    });
    if judged.exemption.is_some() {
        result["suppressions"] = json!([{"kind": "external"}]);
    }
    result
}

/// A path as a relative reference, or as a `file` URI where it is absolute.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => _ = write!(uri, "%{byte:02X}"),
        }
    }
    uri
}

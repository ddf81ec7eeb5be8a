//! The report of verdicts as SARIF 2.1.0, which code scanning shows beside the changed lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Entry, Report, Reported, baseline, words};
use crate::rules::RULES;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let results: Vec<Value> = report
        .findings()
        .map(|(entry, found)| result(entry, found))
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
    let unread: Vec<Value> = report
        .unread()
        .map(|what| json!({"level": "error", "message": {"text": what}}))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "hostfit", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "invocations": [{"executionSuccessful": unread.is_empty(), "toolExecutionNotifications": unread}],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn result(entry: &Entry, reported: &Reported) -> Value {
    let judged = &reported.judged;
    let finding = &judged.finding;
    let subject = words::subject(&entry.identity);
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule),
        "level": words::level(judged.effect),
        "message": {"text": format!("{}.", words::with_remedy(entry, reported))},
        "locations": [{
            "logicalLocations": [{"fullyQualifiedName": format!("{subject} {}", finding.field), "kind": "object"}],
        }],
        // The same finding in the next run, wherever its document has moved to.
        "partialFingerprints": {"hostfit/v1": format!("{subject} {} {}", finding.rule, baseline::what(finding))},
    });
    if let Some(place) = entry.place_of(reported) {
        result["locations"][0]["physicalLocation"] = json!({
            "artifactLocation": {"uri": uri(&place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        });
    }
    if let Some(known) = reported.in_baseline {
        result["baselineState"] = json!(if known { "unchanged" } else { "new" });
    }
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

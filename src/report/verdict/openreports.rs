//! The report of verdicts as objects of the API `openreports.io/v1alpha1`, one for each workload, in a `List` that `kubectl apply` takes.
//!
//! Shape: `github.com/openreports/reports-api`, its `CustomResourceDefinition`s.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Entry, Report, Reported, words};
use crate::decision::Effect;
use crate::findings::Severity;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let items: Vec<Value> = report.entries.iter().map(object).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    serde_json::to_writer_pretty(&mut *out, &list)?;
    writeln!(out)
}

/// A workload's report. One without findings is a report too: it takes the place of an older one that had some.
fn object(entry: &Entry) -> Value {
    let identity = &entry.identity;
    let mut results: Vec<Value> = entry.findings.iter().map(result).collect();
    if results.is_empty() {
        results.push(match entry.passed {
            Some(_) => json!({"policy": "hostfit", "result": "skip"}),
            None => json!({"policy": "hostfit", "result": "pass"}),
        });
    }
    let count = |outcome: &str| {
        let outcomes = results.iter().map(|result| &result["result"]);
        outcomes.filter(|found| *found == outcome).count()
    };
    json!({
        "apiVersion": "openreports.io/v1alpha1",
        "kind": "Report",
        "metadata": {
            "name": name(entry),
            "namespace": identity.namespace,
            "labels": {"app.kubernetes.io/managed-by": "hostfit"},
        },
        "source": "hostfit",
        "scope": {
            "apiVersion": identity.api_version,
            "kind": identity.kind,
            "namespace": identity.namespace,
            "name": identity.name,
        },
        "summary": {
            "pass": count("pass"), "fail": count("fail"), "warn": count("warn"), "error": 0, "skip": count("skip"),
        },
        "results": results,
    })
}

fn result(found: &Reported) -> Value {
    let finding = &found.judged.finding;
    let outcome = match found.judged.effect {
        Effect::Deny => "fail",
        Effect::Warn => "warn",
        Effect::Record if found.judged.exemption.is_some() => "skip",
        Effect::Record => "pass",
    };
    let severity = match finding.severity {
        Severity::Breaks => "high",
        Severity::AtRisk => "medium",
        Severity::Note => "info",
    };
    let systems: Vec<&str> = finding.os.iter().map(|os| os.id.as_str()).collect();
    json!({
        "policy": "hostfit",
        "rule": finding.rule,
        "category": "Host access",
        "severity": severity,
        "result": outcome,
        "message": format!("{}. To fix it: {}", words::what(found), finding.remedy),
        "properties": {"field": finding.field, "os": systems.join(" ")},
    })
}

/// A name that objects can have, from the workload's own. Where that could be another workload's name too (its kind is not one of
/// Kubernetes' own, or something in it cannot stand in a name), a mark tells them apart.
fn name(entry: &Entry) -> String {
    let identity = &entry.identity;
    let plain = format!("hostfit-{}-{}", identity.kind.to_lowercase(), identity.name);
    let mut name: String = plain
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(200)
        .collect();
    let group = identity.api_version.split_once('/');
    let is_ours = group.is_none_or(|(group, _)| matches!(group, "apps" | "batch" | "extensions"));
    if name != plain || name.ends_with('-') || !is_ours {
        let bytes = format!("{:?} {}", group.map(|(group, _)| group), identity.name);
        let mark = bytes.bytes().fold(0_u32, |mark, byte| {
            mark.wrapping_mul(31).wrapping_add(byte.into())
        });
        name = format!("{}-{mark:08x}", name.trim_end_matches('-'));
    }
    name
}

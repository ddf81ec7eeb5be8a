//! The report of verdicts as `JUnit` XML: a test case for each workload, which fails where the command does, and one with an error for
//! everything that could not be read.

use std::io::{self, Write};

use super::{Entry, FailOn, Report, words};

pub(super) fn write(report: &Report, fail_on: FailOn, out: &mut dyn Write) -> io::Result<()> {
    let failed = |entry: &&Entry| fail_on.is_met_by(entry);
    let failures = report.entries.iter().filter(failed).count();
    let errors = report.unread().count();
    let all = report.entries.len() + errors;
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="hostfit" tests="{all}" failures="{failures}" errors="{errors}">"#
    )?;
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{all}" failures="{failures}" errors="{errors}" skipped="0">"#,
        report.command
    )?;
    for entry in &report.entries {
        let name = escape(&words::subject(&entry.identity));
        let class = match &entry.source {
            Some(place) => escape(&place.file),
            None => escape(&entry.identity.namespace),
        };
        write!(out, r#"    <testcase classname="{class}" name="{name}""#)?;
        if entry.findings.is_empty() {
            writeln!(out, "/>")?;
            continue;
        }
        writeln!(out, ">")?;
        let element = if failed(&entry) {
            let decision = entry.decision.as_str();
            let place = escape(&words::place(entry, report));
            write!(
                out,
                r#"      <failure type="{decision}" message="{place}">"#
            )?;
            "failure"
        } else {
            write!(out, "      <system-out>")?;
            "system-out"
        };
        for (index, reported) in entry.findings.iter().enumerate() {
            let judged = &reported.judged;
            let finding = &judged.finding;
            let text = format!(
                "{} {} {}{}: {}; to fix it: {}",
                finding.severity.as_str(),
                finding.rule,
                finding.field,
                words::elsewhere(entry, reported),
                words::what(reported),
                finding.remedy
            );
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}{}", escape(&text))?;
        }
        writeln!(out, "</{element}>")?;
        writeln!(out, "    </testcase>")?;
    }
    for (index, unread) in report.unread().enumerate() {
        let (number, what) = (index + 1, escape(unread));
        writeln!(
            out,
            r#"    <testcase classname="{}" name="could not be read: {number}"><error message="{what}"/></testcase>"#,
            report.command
        )?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, "</testsuites>")
}

/// For an attribute or for text. Control characters are none in XML 1.0.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.extend(c.escape_default());
            }
            c => out.push(c),
        }
    }
    out
}

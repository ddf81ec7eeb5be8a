//! The report of verdicts as `JUnit` XML: a test case for each workload, which fails where the command does.

use std::io::{self, Write};

use super::{Entry, FailOn, Report, words};

pub(super) fn write(report: &Report, fail_on: FailOn, out: &mut dyn Write) -> io::Result<()> {
    let failed = |entry: &&Entry| fail_on.is_met_by(entry);
    let failures = report.entries.iter().filter(failed).count();
    let all = report.entries.len();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="hostfit" tests="{all}" failures="{failures}">"#
    )?;
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{all}" failures="{failures}" errors="0" skipped="0">"#,
        report.command
    )?;
    for entry in &report.entries {
        let name = escape(&words::subject(&entry.identity));
        match &entry.source {
            Some(place) => {
                let (file, line) = (escape(&place.file), place.line);
                write!(
                    out,
                    r#"    <testcase classname="{file}" name="{name}" file="{file}" line="{line}""#
                )?;
            }
            None => {
                let namespace = escape(&entry.identity.namespace);
                write!(
                    out,
                    r#"    <testcase classname="{namespace}" name="{name}""#
                )?;
            }
        }
        if entry.findings.is_empty() {
            writeln!(out, "/>")?;
            continue;
        }
        let (element, decision) = if failed(&entry) {
            ("failure", entry.decision.as_str())
        } else {
            ("system-out", "")
        };
        writeln!(out, ">")?;
        match decision {
            "" => write!(out, "      <{element}>")?,
            decision => write!(
                out,
                r#"      <{element} type="{decision}" message="{}">"#,
                escape(&words::place(entry, report))
            )?,
        }
        for (index, reported) in entry.findings.iter().enumerate() {
            let judged = &reported.judged;
            let finding = &judged.finding;
            let text = format!(
                "{} {} {}{}: {}; to fix it: {}",
                finding.severity.as_str(),
                finding.rule,
                finding.field,
                words::elsewhere(entry, reported),
                words::what(judged),
                finding.remedy
            );
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}{}", escape(&text))?;
        }
        writeln!(out, "</{element}>")?;
        writeln!(out, "    </testcase>")?;
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

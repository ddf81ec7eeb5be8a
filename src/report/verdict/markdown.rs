//! The report of verdicts in Markdown, for a comment on a change or a job's summary: a table of what counts, and a line that sums up.

use std::io::{self, Write};

use super::{Report, words};
use crate::decision::Effect;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "**{}**: {}",
        report.command,
        escape(&words::summary(report))
    )?;
    let mut findings = report
        .findings()
        .filter(|(_, found)| {
            found.judged.effect > Effect::Record && found.in_baseline != Some(true)
        })
        .peekable();
    if findings.peek().is_none() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(
        out,
        "| decision | workload | severity | rule | what and why | to fix it |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (entry, reported) in findings {
        let judged = &reported.judged;
        let finding = &judged.finding;
        writeln!(
            out,
            "| {} | {}{} | {} | {} | {}<br>{} | {} |",
            judged.effect.as_str(),
            escape(&words::subject(&entry.identity)),
            entry.source.as_ref().map_or(String::new(), |place| {
                format!("<br>{}:{}", escape(&place.file), place.line)
            }),
            finding.severity.as_str(),
            finding.rule,
            escape(&finding.field),
            escape(&words::what(reported)),
            escape(&finding.remedy)
        )?;
    }
    Ok(())
}

/// What an owner wrote is text here: no cell's end, no HTML, no link, no emphasis, nobody's name.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Inside a word it would still be somebody's name.
            '@' => out.push_str("&#64;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', c]),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

//! The report of verdicts for people: a line for each workload, below it its findings, and a last line that sums up.

use std::io::{self, Write};

use super::{Entry, Report, Reported, Style, words};
use crate::decision::Effect;
use crate::message::clean_text;

pub(super) fn write(report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    for entry in &report.entries {
        heading(entry, report, out, style)?;
        for reported in &entry.findings {
            finding(entry, reported, out, style)?;
        }
    }
    if !report.entries.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", words::summary(report))
}

fn heading(entry: &Entry, report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let decision = entry.decision;
    let subject = words::subject(&entry.identity);
    writeln!(
        out,
        "{}{}  {}  {}",
        entry.source.as_ref().map_or(String::new(), |place| format!(
            "{}:{}  ",
            place.file, place.line
        )),
        style.paint(Style::BOLD, &subject),
        style.paint(color(decision), decision.as_str()),
        words::place(entry, report)
    )
}

/// Its rule and field, what is wrong, and what to do. What is exempt needs no remedy.
fn finding(
    entry: &Entry,
    reported: &Reported,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let judged = &reported.judged;
    let finding = &judged.finding;
    let severity = format!("{:7}", finding.severity.as_str());
    writeln!(
        out,
        "  {}  {}  {}{}",
        style.paint(color(judged.effect), &severity),
        finding.rule,
        clean_text(&finding.field),
        words::elsewhere(entry, reported)
    )?;
    writeln!(out, "           {}", words::what(reported))?;
    if judged.exemption.is_none() {
        writeln!(out, "           to fix it: {}", finding.remedy)?;
    }
    Ok(())
}

fn color(effect: Effect) -> &'static str {
    match effect {
        Effect::Deny => Style::RED,
        Effect::Warn => Style::YELLOW,
        Effect::Record => Style::GREEN,
    }
}

//! The report of verdicts for people: a line for each workload, below it its findings, and a last line that sums up.

use std::io::{self, Write};

use super::{Entry, Report, Reported, Style, admission, migration, words};
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
    writeln!(out, "{}", words::summary(report))?;
    migration::write(report, out, style)?;
    admission::write(report, out, style)
}

fn heading(entry: &Entry, report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let decision = entry.decision;
    let subject = words::subject(&entry.identity);
    let before = match &entry.before {
        Some(before) => format!(" (now {})", before.decision.as_str()),
        None => String::new(),
    };
    writeln!(
        out,
        "{}{}  {}{before}  {}",
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
    let new = match reported.is_new {
        Some(true) => format!("  {}", style.paint(Style::BOLD, "NEW")),
        _ => String::new(),
    };
    let severity = format!("{:7}", finding.severity.as_str());
    writeln!(
        out,
        "  {}  {}  {}{}{new}",
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

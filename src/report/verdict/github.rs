//! The report of verdicts as workflow commands of GitHub Actions: an annotation for each finding that is not let through.
//!
//! Escapes: `docs.github.com`, "Workflow commands for GitHub Actions", and `@actions/core`'s `command.ts`.

use std::io::{self, Write};

use super::{Report, Reported, words};
use crate::decision::Effect;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.entries {
        let subject = words::subject(&entry.identity);
        for reported in entry
            .findings
            .iter()
            .filter(|found| found.in_baseline != Some(true))
        {
            let Reported { judged, place, .. } = reported;
            let level = match judged.effect {
                Effect::Deny => "error",
                Effect::Warn => "warning",
                Effect::Record => continue,
            };
            let finding = &judged.finding;
            let message = format!(
                "{subject}, {}: {}. To fix it: {}",
                finding.field,
                words::what(reported),
                finding.remedy
            );
            let place = place.as_ref().or(entry.source.as_ref());
            let place = place.map_or(String::new(), |place| {
                let (file, line, column) = (property(&place.file), place.line, place.column);
                format!("file={file},line={line},col={column},")
            });
            writeln!(
                out,
                "::{level} {place}title={}::{}",
                property(&format!("hostfit {}", finding.rule)),
                data(&message)
            )?;
        }
    }
    writeln!(out, "{}", words::summary(report))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

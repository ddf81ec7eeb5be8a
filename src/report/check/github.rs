//! The report of a check as workflow commands of GitHub Actions: an annotation for each finding that is not let through.
//!
//! Escapes: `docs.github.com`, "Workflow commands for GitHub Actions", and `@actions/core`'s `command.ts`.

use std::io::{self, Write};

use super::{Report, words};
use crate::decision::Effect;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.entries {
        let subject = words::subject(&entry.manifest.workload);
        for judged in &entry.outlook.findings {
            let level = match judged.effect {
                Effect::Deny => "error",
                Effect::Warn => "warning",
                Effect::Record => continue,
            };
            let finding = &judged.finding;
            let message = format!(
                "{subject}, {}: {}. To fix it: {}",
                finding.field,
                words::what(judged),
                finding.remedy
            );
            writeln!(
                out,
                "::{level} file={},line={},title={}::{}",
                property(&entry.manifest.file),
                entry.manifest.line,
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

//! The report of verdicts as workflow commands of GitHub Actions: an annotation for each finding that is not let through.
//!
//! Escapes: `docs.github.com`, "Workflow commands for GitHub Actions", and `@actions/core`'s `command.ts`.

use std::io::{self, Write};

use super::{Report, words};
use crate::decision::Effect;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (entry, found) in report.findings() {
        let effect = found.judged.effect;
        if effect == Effect::Record || found.in_baseline == Some(true) {
            continue;
        }
        let place = entry.place_of(found).map_or(String::new(), |place| {
            let (file, line, column) = (property(&place.file), place.line, place.column);
            format!("file={file},line={line},col={column},")
        });
        writeln!(
            out,
            "::{} {place}title={}::{}",
            words::level(effect),
            property(&format!("hostfit {}", found.judged.finding.rule)),
            data(&words::with_remedy(entry, found))
        )?;
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

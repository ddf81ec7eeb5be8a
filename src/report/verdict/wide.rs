//! The report of verdicts for people with a wide window: a line for each finding, and a last line that sums up.

use std::io::{self, Write};

use comfy_table::Table;
use comfy_table::presets::NOTHING;

use super::{Report, row, words};
use crate::message::clean_text;

/// The columns that stand in it: who reads more reads another format.
const SHOWN: usize = 14;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(row::COLUMNS.map(str::to_uppercase).into_iter().take(SHOWN));
    for row in row::rows(report) {
        let cells = row.iter().take(SHOWN).map(|cell| match cell.as_str() {
            "" => "-".to_owned(),
            text => clean_text(text),
        });
        table.add_row(cells);
    }
    if !report.entries.is_empty() {
        for line in table.lines() {
            writeln!(out, "{}", line.trim())?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", words::summary(report))
}

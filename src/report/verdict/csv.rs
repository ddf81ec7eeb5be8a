//! The report of verdicts as comma-separated values, for a spreadsheet.

use std::io::{self, Write};

use csv::ErrorKind;

use super::{Report, row};
use crate::message::clean_text;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(row::COLUMNS).map_err(in_io)?;
    for row in row::rows(report) {
        csv.write_record(row.map(|cell| harmless(&cell)))
            .map_err(in_io)?;
    }
    csv.flush()
}

/// The writer's own error, so that a closed pipe is known as one.
fn in_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// What an owner wrote is text: a spreadsheet would take it for a formula.
///
/// Source: OWASP, "CSV Injection".
fn harmless(cell: &str) -> String {
    let cell = clean_text(cell);
    if cell.starts_with(['=', '+', '-', '@']) {
        format!("'{cell}")
    } else {
        cell
    }
}

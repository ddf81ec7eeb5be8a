//! What is wrong in a file, and where: the errors of the parsers, in our own words and with places in the file. Used by `documents`.

use super::chunks::Chunk;
use super::documents::Before;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line in the file, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

impl Wrong {
    /// An error of YAML, so many lines after the file's beginning.
    pub(super) fn in_yaml(error: &serde_saphyr::Error, before: usize) -> Self {
        let error = error.without_snippet();
        let at = error.location();
        Self {
            line: before + at.map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)),
            column: at.map_or(1, |at| usize::try_from(at.column()).unwrap_or(1)),
            what: without_place(&error.to_string()),
        }
    }

    /// The same for JSON.
    pub(super) fn in_json(error: &serde_json::Error, before: Before) -> Self {
        let line = error.line().max(1);
        let of_line = if line == 1 { before.characters } else { 0 };
        Self {
            line: before.lines + line,
            column: of_line + error.column().max(1),
            what: without_place(&error.to_string()),
        }
    }

    /// A chunk that is no UTF-8 after so many bytes.
    pub(super) fn no_text(chunk: &Chunk<'_>, valid: usize) -> Self {
        let good: Vec<&[u8]> = chunk.bytes[..valid].split(|byte| *byte == b'\n').collect();
        let last = good.last().copied().unwrap_or_default();
        Self {
            line: chunk.before + good.len(),
            column: String::from_utf8_lossy(last).chars().count() + 1,
            what: "it is no text: this byte is not UTF-8".to_owned(),
        }
    }
}

/// An error's words in one line; its place is told in our own way.
fn without_place(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let what = match line.split_once(": ") {
        Some((place, what)) if place.starts_with("line ") => what,
        _ => line,
    };
    what.split_once(" at line ")
        .map_or(what, |(what, _)| what)
        .to_owned()
}

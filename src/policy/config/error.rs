//! What is wrong with a configuration file, in one line: where, what, and the nearest known word.

use crate::nearest::did_you_mean;

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    pub(in crate::policy) fn new(what: String) -> Self {
        Self(what)
    }
}

/// One line: where, what, and for a word that is not known the nearest that is.
pub(super) fn explain(error: &serde_saphyr::Error) -> String {
    let error = error.without_snippet();
    let place = error.location().map_or(String::new(), |at| {
        format!("line {}, column {}: ", at.line(), at.column())
    });
    let what = match error {
        serde_saphyr::Error::SerdeUnknownField {
            field, expected, ..
        } => unknown("key", field, expected),
        serde_saphyr::Error::SerdeUnknownVariant {
            variant, expected, ..
        } => unknown("value", variant, expected),
        other => {
            // The place stands in front already, in our words.
            let text = other.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.split_once(" at line ")
                .map_or(line, |(what, _)| what)
                .to_owned()
        }
    };
    format!("{place}{what}")
}

fn unknown(what: &str, word: &str, known: &[&'static str]) -> String {
    format!(
        "{what} {word} is not known, only {}{}",
        known.join(", "),
        did_you_mean(word, known.iter().copied())
    )
}

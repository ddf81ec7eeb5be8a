//! YAML of which nothing is read on: whether it is sound, and of which kind. Used by `documents`, before it reads a document as it is.
//!
//! Most of what people keep beside their workloads, by size, is definitions and configuration of other kinds. They are parsed like everything
//! else, so that no mistake in them goes unseen, but nothing in them is kept: that costs half. What is unusual in any way is left to the one
//! reader that knows YAML as kubectl reads it.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use serde_json::{Value, json};
use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, options};

/// What stands for a document that is sound, repeats no key, and is one object of a kind that is not read: its kind.
pub(super) fn skim(text: &str, is_read: impl Fn(&str) -> bool) -> Option<Value> {
    let kind = kind(text).filter(|kind| !is_read(kind))?;
    let options: Options = options! { emit_comments: false };
    let mut skim = Skim::default();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.ok()?;
        skim.take(&event)?;
    }
    (skim.kind.as_deref() == Some(kind)).then(|| json!({ "kind": kind }))
}

/// What the document says it is, if it says so at the beginning of a line, as nearly all do.
fn kind(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    let kind = lines.find_map(|line| line.strip_prefix("kind:"))?.trim();
    let is_plain = kind.len() >= SHORTEST && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_plain.then_some(kind)
}

/// Shorter words may be more than words: `Null`, `False`.
const SHORTEST: usize = 6;

/// A document as far as it is parsed.
#[derive(Default)]
struct Skim {
    /// The maps and lists that have not ended.
    open: Vec<Open>,
    /// A hash of every key in those maps. Two alike are very likely a key that is repeated.
    keys: Vec<u64>,
    /// It had an object, and that has ended.
    is_done: bool,
    is_kind_next: bool,
    kind: Option<String>,
}

#[derive(Clone, Copy)]
enum Open {
    List,
    Map {
        /// How many of the keys are those of maps around it.
        before: usize,
        is_key_next: bool,
    },
}

impl Skim {
    /// Nothing for what is unusual.
    fn take(&mut self, event: &Event<'_>) -> Option<()> {
        match event {
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd => {}
            Event::Scalar(text, style, _, None) => {
                let is_plain = matches!(style, ScalarStyle::Plain);
                if self.is_key()? {
                    self.key(text, is_plain)?;
                } else if self.is_kind_next {
                    self.is_kind_next = false;
                    self.kind = Some(text.to_string());
                } else if is_plain && may_be_too_large(text) {
                    return None;
                }
            }
            Event::MappingStart(_, _, None) => {
                if self.open.is_empty() {
                    // Another document behind the first is not what a chunk holds.
                    if std::mem::replace(&mut self.is_done, true) {
                        return None;
                    }
                } else if self.is_key()? || self.is_kind_next {
                    return None;
                }
                self.open.push(Open::Map {
                    before: self.keys.len(),
                    is_key_next: true,
                });
            }
            Event::SequenceStart(_, _, None) => {
                if self.is_key()? || self.is_kind_next {
                    return None;
                }
                self.open.push(Open::List);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(Open::Map { before, .. }) = self.open.pop() {
                    let keys = self.keys.get_mut(before..)?;
                    keys.sort_unstable();
                    if keys.windows(2).any(|pair| pair.first() == pair.last()) {
                        return None;
                    }
                    self.keys.truncate(before);
                }
            }
            // Tags, aliases, and what another version of the parser may bring.
            _ => return None,
        }
        Some(())
    }

    /// Whether what comes now is a key. Nothing where it is no part of an object.
    fn is_key(&mut self) -> Option<bool> {
        match self.open.last_mut()? {
            Open::List => Some(false),
            Open::Map { is_key_next, .. } => {
                *is_key_next = !*is_key_next;
                Some(!*is_key_next)
            }
        }
    }

    fn key(&mut self, text: &str, is_plain: bool) -> Option<()> {
        let is_first_letter = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        if is_plain && (!is_first_letter || text.eq_ignore_ascii_case("null")) {
            return None;
        }
        if self.open.len() == 1 {
            self.is_kind_next = text == "kind";
            // It may be a list of objects.
            if text == "items" {
                return None;
            }
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        self.keys.push(hasher.finish());
        Some(())
    }
}

/// Numbers that JSON has no words for are refused: `.inf`, `1e999`.
fn may_be_too_large(text: &str) -> bool {
    let is_number = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    is_number && (text.len() > LONGEST || text.contains(['e', 'E', 'n', 'N']))
}

/// As many digits as any number has that is not too large.
const LONGEST: usize = 300;

#[cfg(test)]
mod tests;

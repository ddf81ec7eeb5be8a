//! A file's bytes to its documents, as kubectl reads them: YAML and streams of JSON, mixed by `---`. First step of [`crate::manifests`].
//!
//! What stands between separators is parsed by itself, so that a document that is broken takes no other with it.

use serde_json::Value;

use super::chunks::{Chunk, chunks};
use super::place::{self, Field, Spot};
use super::skim::skim;
use super::value::Lenient;
use super::wrong::Wrong;

/// A document of a file.
#[derive(Debug)]
pub struct Document<'a> {
    /// The line, from 1, on which it begins.
    pub line: usize,
    /// What it holds.
    pub content: Result<Value, Wrong>,
    /// The keys that stand more than once in one map, by their path from the document's root. The last one holds.
    pub repeated: Vec<String>,
    text: Text<'a>,
}

/// The text of a document, and what of the file stands before it.
#[derive(Debug, Clone, Copy)]
enum Text<'a> {
    /// So many lines.
    Yaml(&'a str, usize),
    Json(&'a str, Before),
    Binary,
}

/// So many lines, and so many characters of the line in which it begins.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) lines: usize,
    pub(super) characters: usize,
}

impl Before {
    /// What stands before whatever follows this text.
    fn after(mut self, text: &str) -> Self {
        let mut last = text;
        for (at, _) in text.match_indices('\n') {
            self.lines += 1;
            self.characters = 0;
            last = &text[at + 1..];
        }
        self.characters += last.chars().count();
        self
    }
}

impl Document<'_> {
    /// Where a field of one of its objects stands, or what is nearest around it. To find that is to read the document again.
    pub(super) fn place(&self, field: Field<'_>) -> Option<Spot> {
        *self.keep()?.places(&[field]).first()?
    }

    /// Its text, to keep.
    pub(super) fn keep(&self) -> Option<place::Text> {
        let (content, is_json, before) = match self.text {
            Text::Yaml(text, lines) => {
                let characters = 0;
                (text, false, Before { lines, characters })
            }
            Text::Json(text, before) => (text, true, before),
            Text::Binary => return None,
        };
        Some(place::Text {
            content: content.into(),
            is_json,
            before,
        })
    }
}

/// The documents of a file; those that hold nothing but comments are none.
///
/// They are read one after the other: the values of one file need not be in memory at once.
pub fn documents(bytes: &[u8]) -> impl Iterator<Item = Document<'_>> {
    documents_of(bytes, |_| true)
}

/// The same where only kinds that `is_read` says are read on. Of another object there may be nothing but its kind.
pub(super) fn documents_of(
    bytes: &[u8],
    is_read: impl Fn(&str) -> bool + Copy,
) -> impl Iterator<Item = Document<'_>> {
    let chunks = chunks(bytes).into_iter();
    chunks.flat_map(move |chunk| parse(chunk, is_read))
}

fn parse(chunk: Chunk<'_>, is_read: impl Fn(&str) -> bool) -> Vec<Document<'_>> {
    let Chunk { skip, line, .. } = chunk;
    let text = match std::str::from_utf8(chunk.bytes) {
        Ok(text) => text,
        Err(error) => {
            let wrong = Wrong::no_text(&chunk, error.valid_up_to());
            return vec![Document::new(line, Err(wrong), Text::Binary)];
        }
    };
    // Separators and comments are bytes of ASCII: the content begins at a character.
    let content = text.get(skip..).unwrap_or_default();
    if !is_json(content) {
        return vec![match skim(text, is_read) {
            Some(value) => Document::new(line, Ok(value.into()), Text::Yaml(text, chunk.before)),
            None => yaml(text, chunk.before, line),
        }];
    }
    let documents = json_stream(content, line - 1);
    if documents.iter().all(|document| document.content.is_ok()) {
        return documents;
    }
    // YAML may begin like JSON and go on otherwise.
    let document = yaml(text, chunk.before, line);
    if document.content.is_ok() {
        return vec![document];
    }
    documents
}

/// YAML can begin with a brace as well, but hardly with a quoted key after it.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{');
    inside.is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

fn yaml(text: &str, before: usize, line: usize) -> Document<'_> {
    // Repeated keys are passed on: `Lenient` keeps the last one and tells of it.
    let options = options(serde_saphyr::DuplicateKeyPolicy::PassThrough);
    let parsed = serde_saphyr::from_str_with_options(text, options);
    Document::new(
        line,
        parsed.map_err(|error| Wrong::in_yaml(&error, before)),
        Text::Yaml(text, before),
    )
}

/// How every YAML of a user's is read.
pub(super) fn options(duplicate_keys: serde_saphyr::DuplicateKeyPolicy) -> serde_saphyr::Options {
    serde_saphyr::options! {
        // The file is its user's own, and a list of thousands of objects is longer than the limits meant for strangers' files. The limit
        // of what aliases may expand to stays.
        budget: None,
        duplicate_keys: duplicate_keys,
        legacy_octal_numbers: true,
        with_snippet: false,
        // Nobody reads them, and to pass them on is a tenth of the work.
        emit_comments: false,
    }
}

/// One object after the other. After a broken one it goes on at the next line that begins with a brace.
fn json_stream(text: &str, lines: usize) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    let mut at = 0;
    let mut before = Before {
        lines,
        characters: 0,
    };
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        before = before.after(&rest[..blank]);
        let rest = &rest[blank..];
        if rest.is_empty() {
            return documents;
        }
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Lenient>();
        let parsed = stream.next().transpose();
        let end = match &parsed {
            Ok(_) => stream.byte_offset(),
            Err(error) => {
                let known = offset_of_line(rest, error.line());
                rest[known..]
                    .find("\n{")
                    .map_or(rest.len(), |next| known + next + 1)
            }
        };
        let content = parsed
            .map(Option::unwrap_or_default)
            .map_err(|error| Wrong::in_json(&error, before));
        let text = Text::Json(&rest[..end], before);
        documents.push(Document::new(before.lines + 1, content, text));
        before = before.after(&rest[..end]);
        at += blank + end;
    }
}

/// Where this line, counted from 1, begins.
fn offset_of_line(text: &str, line: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    before.map(str::len).sum()
}

impl<'a> Document<'a> {
    fn new(line: usize, parsed: Result<Lenient, Wrong>, text: Text<'a>) -> Self {
        let (content, repeated) = match parsed {
            Ok(Lenient { value, repeated }) => (Ok(value), repeated),
            Err(wrong) => (Err(wrong), Vec::new()),
        };
        Self {
            line,
            content,
            repeated,
            text,
        }
    }
}

#[cfg(test)]
mod tests;

//! A file's bytes to its documents, as kubectl reads them: YAML and streams of JSON, mixed by `---`. First step of [`crate::manifests`].
//!
//! What stands between separators is parsed by itself, so that a document that is broken takes no other with it.

use serde::de::DeserializeSeed;
use serde_json::Value;

use super::chunks::{Chunk, chunks};
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

/// The text of a document, and how many lines of the file stand before it.
#[derive(Debug, Clone, Copy)]
enum Text<'a> {
    Yaml(&'a str, usize),
    Json(&'a str, usize),
    Binary,
}

impl Document<'_> {
    /// Reads the document once more, in a way of the caller's: to learn where it cannot be read that way.
    pub(super) fn locate<S>(&self, seed: S) -> Option<Wrong>
    where
        S: for<'de> DeserializeSeed<'de>,
    {
        match self.text {
            Text::Yaml(text, before) => {
                let mut options = options(serde_saphyr::DuplicateKeyPolicy::LastWins);
                // A number or truth value without quotes is no text: in a value it was a number already.
                options.no_schema = true;
                serde_saphyr::with_deserializer_from_str_with_options(text, options, |yaml| {
                    seed.deserialize(yaml).map(drop)
                })
                .err()
                .map(|error| Wrong::in_yaml(&error, before))
            }
            Text::Json(text, before) => seed
                .deserialize(&mut serde_json::Deserializer::from_str(text))
                .err()
                .map(|error| Wrong::in_json(&error, before)),
            Text::Binary => None,
        }
    }
}

/// The documents of a file; those that hold nothing but comments are none.
pub fn documents(bytes: &[u8]) -> Vec<Document<'_>> {
    chunks(bytes).into_iter().flat_map(parse).collect()
}

fn parse(chunk: Chunk<'_>) -> Vec<Document<'_>> {
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
        return vec![yaml(text, chunk.before, line)];
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

fn options(duplicate_keys: serde_saphyr::DuplicateKeyPolicy) -> serde_saphyr::Options {
    serde_saphyr::options! {
        // The file is its user's own, and a list of thousands of objects is longer than the limits meant for strangers' files. The limit
        // of what aliases may expand to stays.
        budget: None,
        duplicate_keys: duplicate_keys,
        legacy_octal_numbers: true,
        with_snippet: false,
    }
}

/// One object after the other. After a broken one it goes on at the next line that begins with a brace.
fn json_stream(text: &str, before: usize) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    let mut at = 0;
    let mut before = before;
    loop {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        before += lines_in(&rest[..blank]);
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
        documents.push(Document::new(before + 1, content, text));
        before += lines_in(&rest[..end]);
        at += blank + end;
    }
}

fn lines_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
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

//! Where one document ends and the next begins: a file's bytes, cut at its separators. Used by `documents`.
//!
//! It is sound to cut before anything is parsed: in YAML a line that begins with `---` ends a document wherever it stands, in a block scalar
//! too, and in JSON no string goes over a line's end.

/// What stands between two separators, if it is more than comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk<'a> {
    pub(super) bytes: &'a [u8],
    /// How many lines of the file stand before it.
    pub(super) before: usize,
    /// How many of its bytes lie before its first line with content.
    pub(super) skip: usize,
    /// The number of that line in the file, from 1.
    pub(super) line: usize,
}

/// The chunks of a file, in order.
pub(super) fn chunks(bytes: &[u8]) -> Vec<Chunk<'_>> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut chunks = Vec::new();
    let mut current = Current::default();
    let mut at = 0;
    for (before, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let end = at + line.len();
        if after_marker(line, END).is_some() {
            chunks.extend(current.chunk(bytes, end));
            current = Current::beginning(end, before + 1);
        } else {
            let begins = after_marker(line, BEGIN);
            if begins.is_some() && (current.is_marked || current.content.is_some()) {
                chunks.extend(current.chunk(bytes, at));
                current = Current::beginning(at, before);
            }
            current.is_marked |= begins.is_some();
            let is_directive = !current.is_marked && line.starts_with(b"%");
            if current.content.is_none() && !is_directive && has_content(begins.unwrap_or(line)) {
                current.content = Some((at, before + 1));
            }
        }
        at = end;
    }
    chunks.extend(current.chunk(bytes, at));
    chunks
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const BEGIN: &[u8] = b"---";
const END: &[u8] = b"...";

/// A chunk whose end is not found yet.
#[derive(Debug, Default)]
struct Current {
    begin: usize,
    before: usize,
    /// It has its `---`: what came before, directives and comments, belongs to it as well.
    is_marked: bool,
    /// Where its first line with content begins, and that line's number.
    content: Option<(usize, usize)>,
}

impl Current {
    fn beginning(begin: usize, before: usize) -> Self {
        Self {
            begin,
            before,
            ..Self::default()
        }
    }

    fn chunk<'a>(&self, bytes: &'a [u8], end: usize) -> Option<Chunk<'a>> {
        let (at, line) = self.content?;
        Some(Chunk {
            bytes: &bytes[self.begin..end],
            before: self.before,
            skip: at - self.begin,
            line,
        })
    }
}

/// What follows a marker on its line, if the line begins with one.
fn after_marker<'a>(line: &'a [u8], marker: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(marker)
        .filter(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn has_content(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    !text.is_empty() && !text.starts_with(b"#")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The chunks, each with the number of its first line with content.
    #[rstest]
    #[case::none("# nothing\n---\n\n--- # still nothing\n...\n", &[])]
    #[case::one("a: 1", &[(1, "a: 1")])]
    #[case::marked("# why\n---\na: 1\n", &[(3, "# why\n---\na: 1\n")])]
    #[case::two("a: 1\n---\nb: 2\n", &[(1, "a: 1\n"), (3, "---\nb: 2\n")])]
    #[case::empty_between("a: 1\n---\n---\r\nb: 2\n", &[(1, "a: 1\n"), (4, "---\r\nb: 2\n")])]
    #[case::on_the_marker("--- {a: 1}\n--- {b: 2}", &[(1, "--- {a: 1}\n"), (2, "--- {b: 2}")])]
    #[case::not_a_marker("a: |\n  ---\n ---\n----\n---x\n", &[(1, "a: |\n  ---\n ---\n----\n---x\n")])]
    #[case::ended("a: 1\n...\n# and\nb: 2\n", &[(1, "a: 1\n...\n"), (4, "# and\nb: 2\n")])]
    #[case::directives("%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 2\n", &[(3, "%YAML 1.2\n---\na: 1\n...\n"), (7, "%YAML 1.2\n---\nb: 2\n")])]
    #[case::byte_order_mark("\u{feff}a: 1\n", &[(1, "a: 1\n")])]
    fn files_are_cut_at_their_separators(#[case] file: &str, #[case] expected: &[(usize, &str)]) {
        let chunks = chunks(file.as_bytes());
        let found: Vec<_> = chunks
            .iter()
            .map(|chunk| (chunk.line, std::str::from_utf8(chunk.bytes).unwrap()))
            .collect();
        assert_eq!(found, expected);
        for chunk in chunks {
            // The numbers agree: so many lines stand before the chunk, so many of its bytes before its content.
            let skipped = chunk.bytes[..chunk.skip]
                .split(|byte| *byte == b'\n')
                .count()
                - 1;
            assert_eq!(chunk.before + skipped + 1, chunk.line);
        }
    }
}

//! Where fields stand: the text of a document, kept until it is known of which of its fields something is to be told, and read again only
//! then. Used by the commands, after the verdict.

mod field;
mod json;
mod yaml;

use std::collections::BTreeMap;

use self::field::Step;
use super::again::Objects;
use super::documents::Before;

/// The text of a document.
#[derive(Debug)]
pub struct Text {
    pub(super) content: Box<str>,
    pub(super) is_json: bool,
    /// What of the file stands before it.
    pub(super) before: Before,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A field of one of a document's objects.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Where the object stands: see [`super::Object::indices`].
    pub indices: &'a [usize],
    /// The field, from the object's root: `spec.volumes[0].hostPath`.
    pub path: &'a str,
}

impl Text {
    /// Where the values of these fields stand; of one that is not there, where the nearest stands that it would be part of. Of a value that
    /// is an alias or merged, where it is written. One reading is enough for all.
    pub fn places(&self, fields: &[Field]) -> Vec<Option<Spot>> {
        let mut of: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
        for (number, field) in fields.iter().enumerate() {
            of.entry(field.indices).or_default().push(number);
        }
        let steps: Vec<Vec<Step>> = fields
            .iter()
            .map(|field| field::steps(field.path))
            .collect();
        let mut places = vec![None; fields.len()];
        let wanted: Vec<&[usize]> = of.keys().copied().collect();
        if self.is_json {
            let mut offsets = Vec::new();
            for (indices, object) in json::objects(&self.content, &wanted) {
                for number in of.get(indices).into_iter().flatten() {
                    let offset = json::offset(&self.content, object, &steps[*number]);
                    offsets.push((offset, *number));
                }
            }
            json::spots(&self.content, self.before, offsets, &mut places);
        } else {
            for (indices, object) in yaml::objects(&self.content, &wanted) {
                for number in of.get(indices).into_iter().flatten() {
                    places[*number] = yaml::spot(&object, &steps[*number], self.before.lines);
                }
            }
        }
        places
    }
}

/// Reads the objects of a document that stand at these indices.
fn seed<'w, T>(wanted: &'w [&'w [usize]]) -> Objects<'w, T> {
    Objects::new(wanted)
}

#[cfg(test)]
mod tests;

//! Fields in YAML: an object as a tree in which every value says where it is written. Used by `place`.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed as _, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::{Spot, Step, seed};
use crate::manifests::documents::options;

/// A value, as far as the way through it goes.
#[derive(Debug)]
pub(super) enum Node {
    Map(Vec<(String, Spanned<Node>)>),
    Seq(Vec<Spanned<Node>>),
    Leaf,
}

/// The objects at these indices.
pub(super) fn objects<'w>(
    text: &str,
    wanted: &'w [&'w [usize]],
) -> Vec<(&'w [usize], Spanned<Node>)> {
    // As the document itself was read: of a repeated key the last one holds.
    let options = options(serde_saphyr::DuplicateKeyPolicy::PassThrough);
    serde_saphyr::with_deserializer_from_str_with_options(text, options, |yaml| {
        seed(wanted).deserialize(yaml)
    })
    .unwrap_or_default()
}

/// Where the field's value is written, or that of the nearest field around it.
pub(super) fn spot(object: &Spanned<Node>, steps: &[Step], before: usize) -> Option<Spot> {
    let mut way = vec![object];
    for step in steps {
        match way.last().and_then(|node| node.value.inside(*step)) {
            Some(next) => way.push(next),
            None => break,
        }
    }
    // What is not written at all, as a key without a value, has no place of its own.
    way.iter().rev().find_map(|node| {
        let line = usize::try_from(node.defined.line()).ok()?;
        let column = usize::try_from(node.defined.column()).ok()?;
        (line > 0 && column > 0).then(|| Spot {
            line: before + line,
            column,
        })
    })
}

impl Node {
    fn inside(&self, step: Step) -> Option<&Spanned<Self>> {
        let (Step::Key(wanted) | Step::Item(_, wanted)) = step;
        match (self, step) {
            (Self::Map(entries), _) => {
                let entry = entries.iter().rfind(|(key, _)| key == wanted);
                entry.map(|(_, value)| value)
            }
            (Self::Seq(items), Step::Item(index, _)) => items.get(index),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_str<E>(self, _: &str) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Leaf)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = items.next_element()? {
            nodes.push(node);
        }
        Ok(Node::Seq(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            nodes.push(entry);
        }
        Ok(Node::Map(nodes))
    }
}

//! What a rule means, and how to fix what it finds.

use super::page::{Block, Page};
use crate::rules::Rule;

pub(super) fn page(rule: &'static Rule) -> Page {
    let fields = rule
        .fields
        .iter()
        .map(|field| format!("`{field}`"))
        .collect();
    let weight = if rule.is_host_use {
        "It stands for a use of the host as such: under `strictness: strict` it counts however well that works, under `compatible` by its severity."
    } else {
        "It stands for something that an OS lacks, and counts by its severity under either `strictness`: what cannot start is refused, what may fail is warned of."
    };
    Page {
        title: rule.id.to_owned(),
        blocks: vec![
            Block::Text(format!("Found where {}.", rule.summary)),
            Block::Text(weight.to_owned()),
            Block::Heading("What it reads, from the pod's spec"),
            Block::List(fields),
            Block::Heading("What to do"),
            Block::Text(format!("To fix it: {}.", rule.remedy)),
            Block::Heading("Before"),
            Block::Yaml(rule.before),
            Block::Heading("After"),
            Block::Yaml(rule.after),
        ],
    }
}

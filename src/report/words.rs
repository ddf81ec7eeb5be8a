//! What several reports say in the same words.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::message::clean;

/// More kinds than this tell nobody more than their number.
const MOST_KINDS: usize = 8;

/// `3 workloads: 1 immutable, 2 mixed; other kinds skipped: 2 Service, 1 ConfigMap; 1 error`.
pub(super) fn summary(
    workloads: usize,
    skipped: &BTreeMap<String, usize>,
    problems: usize,
    counts: &[(&str, usize)],
) -> String {
    let mut text = count(workloads, "workload");
    let counts: Vec<String> = counts
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(what, n)| format!("{n} {what}"))
        .collect();
    if !counts.is_empty() {
        text = format!("{text}: {}", counts.join(", "));
    }
    if !skipped.is_empty() {
        text = format!("{text}; other kinds skipped: {}", in_words(skipped));
    }
    match problems {
        0 => text,
        errors => format!("{text}; {}", count(errors, "error")),
    }
}

fn in_words(skipped: &BTreeMap<String, usize>) -> String {
    let kinds = skipped.iter();
    let mut listed: Vec<String> = kinds
        .clone()
        .take(MOST_KINDS)
        .map(|(kind, n)| format!("{n} {}", clean(kind)))
        .collect();
    let rest: usize = kinds.skip(MOST_KINDS).map(|(_, n)| n).sum();
    if rest > 0 {
        listed.push(format!("and {rest} more"));
    }
    listed.join(", ")
}

/// `DaemonSet monitoring/agent`.
pub(super) fn subject(kind: &str, namespace: &str, name: &str) -> String {
    format!("{} {}/{}", clean(kind), clean(namespace), named(name))
}

/// The name of a workload, which a manifest can lack.
pub(super) fn named(name: &str) -> Cow<'_, str> {
    match name {
        "" => "(without a name)".into(),
        name => clean(name),
    }
}

/// `1 node`, `2 nodes`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

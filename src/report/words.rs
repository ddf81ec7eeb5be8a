//! What several reports say in the same words.

use crate::manifests::Manifests;
use crate::message::clean;

/// `3 workloads: 1 immutable, 2 mixed; skipped: 2 Service, 1 ConfigMap; 1 could not be read`.
pub(super) fn summary(manifests: &Manifests, counts: &[(&str, usize)]) -> String {
    let listed = |counts: Vec<(&str, usize)>| {
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(what, n)| format!("{n} {what}"))
            .collect();
        counts.join(", ")
    };
    let mut text = count(manifests.workloads.len(), "workload");
    let counts: Vec<_> = counts.iter().filter(|(_, n)| *n > 0).copied().collect();
    if !counts.is_empty() {
        text = format!("{text}: {}", listed(counts));
    }
    if !manifests.skipped.is_empty() {
        let skipped = manifests
            .skipped
            .iter()
            .map(|(k, v)| (k.as_str(), *v))
            .collect();
        text = format!("{text}; other kinds skipped: {}", clean(&listed(skipped)));
    }
    match manifests.problems.len() {
        0 => text,
        1 => format!("{text}; 1 error"),
        many => format!("{text}; {many} errors"),
    }
}

/// `1 node`, `2 nodes`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

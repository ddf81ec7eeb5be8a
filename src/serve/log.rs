//! The log line of a review that was not plainly allowed: who wanted what, where it could land, what was found. Never what is in the pod.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::decision::{Decision, Verdict};
use crate::message::clean;
use crate::review::Review;

/// More findings than this are counted.
const MOST_FINDINGS: usize = 10;

/// Logs a review, unless it was plainly allowed. Everything that a pod's owner can write is made harmless.
pub(super) fn review(review: &Review, decision: &Decision) {
    if decision.verdict == Verdict::Allow && decision.findings.is_empty() {
        return;
    }
    let exemptions: BTreeSet<&str> = decision
        .findings
        .iter()
        .filter_map(|judged| judged.exemption.as_deref())
        .collect();
    let exemptions: Vec<&str> = exemptions.into_iter().collect();
    tracing::info!(
        uid = &*clean(&review.uid),
        kind = &*clean(&review.kind.kind),
        namespace = &*clean(&review.namespace),
        name = &*clean(&review.name),
        operation = review.operation.as_str(),
        user = &*clean(&review.user.username),
        dry_run = review.dry_run,
        decision = decision.verdict.as_str(),
        mode = decision.mode.as_str(),
        // What was found has its place among the annotations already.
        placement = decision.audit.get("placement"),
        node = decision.audit.get("node"),
        findings = findings(decision),
        exemption = (!exemptions.is_empty()).then(|| clean(&exemptions.join(", ")).into_owned()),
        "review"
    );
}

fn findings(decision: &Decision) -> String {
    let mut words: Vec<String> = decision
        .findings
        .iter()
        .take(MOST_FINDINGS)
        .map(|judged| [judged.finding.rule, &*clean(&judged.finding.field)].join(" "))
        .collect();
    if let Some(more) = decision.findings.len().checked_sub(MOST_FINDINGS + 1) {
        words.push(format!("and {} more", more + 1));
    }
    words.join("; ")
}

/// Logs a namespace's labels and annotations that make no sense: each once, however many reviews it meets.
pub(super) fn complaints(namespace: &str, complaints: &[String]) {
    if complaints.is_empty() {
        return;
    }
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    // So many are a flood already; from there on some are told again.
    if told.len() > MOST_TOLD {
        told.clear();
    }
    for complaint in complaints {
        if told.insert(format!("{namespace}: {complaint}")) {
            tracing::warn!(
                namespace = &*clean(namespace),
                complaint,
                "a part of the namespace is ignored"
            );
        }
    }
}

static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
const MOST_TOLD: usize = 1000;

//! `host-network`: a pod in the node's network namespace.
//!
//! Reads `hostNetwork`. It is a note: the network namespace is the same on every Linux, immutable or not.

use super::{Case, Hit, Rule};
use crate::findings::Severity;

pub(super) const RULE: Rule = Rule {
    id: "host-network",
    summary: "the pod joins the node's network namespace",
    remedy: "drop hostNetwork",
    check,
};

fn check(Case { spec, .. }: &Case) -> Vec<Hit> {
    let hit = || Hit {
        field: "hostNetwork".to_owned(),
        severity: Severity::Note,
        reason: "it is known to work there".to_owned(),
        detail: "hostNetwork joins the host's network namespace".to_owned(),
        host_path: None,
    };
    spec.host_network.then(hit).into_iter().collect()
}

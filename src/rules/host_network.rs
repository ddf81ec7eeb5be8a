//! `host-network`: a pod in the node's network namespace.
//!
//! Reads `hostNetwork`. It is a note: the network namespace is the same on every Linux, immutable or not.

use super::{Case, Hit, Rule};
use crate::findings::Severity;

pub(super) const RULE: Rule = Rule {
    id: "host-network",
    summary: "the pod joins the node's network namespace",
    fields: &["hostNetwork"],
    remedy: "drop hostNetwork and offer the port through a Service or a hostPort",
    before: include_str!("remedies/host-network/before.yaml"),
    after: include_str!("remedies/host-network/after.yaml"),
    is_host_use: true,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = || Hit {
        field: "hostNetwork".to_owned(),
        severity: Severity::Note,
        reason: "it is known to work there".to_owned(),
        detail: "hostNetwork joins the host's network namespace".to_owned(),
        host_path: None,
    };
    case.spec.host_network.then(hit).into_iter().collect()
}

//! `host-pid`: a pod in the node's PID namespace.
//!
//! Reads `hostPID`. It is at risk: what enters the host's processes meets the host's file system.

use super::{Case, Hit, Rule};
use crate::findings::Severity;

pub(super) const RULE: Rule = Rule {
    id: "host-pid",
    summary: "the pod joins the node's PID namespace",
    fields: &["hostPID"],
    remedy: "leave the node's processes alone (drop hostPID)",
    before: include_str!("remedies/host-pid/before.yaml"),
    after: include_str!("remedies/host-pid/after.yaml"),
    is_host_use: true,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = || Hit {
        field: "hostPID".to_owned(),
        severity: Severity::AtRisk,
        reason: "what it starts or enters on the host meets a read-only /usr there".to_owned(),
        detail: "hostPID joins the host's PID namespace".to_owned(),
        host_path: None,
    };
    case.spec.host_pid.then(hit).into_iter().collect()
}

//! `host-ipc`: a pod in the node's IPC namespace.
//!
//! Reads `hostIPC`. It is at risk: nobody has shown that shared memory of the host's processes can be reached where SELinux is enforcing.

use super::{Case, Hit, Rule};
use crate::findings::Severity;

pub(super) const RULE: Rule = Rule {
    id: "host-ipc",
    summary: "the pod joins the node's IPC namespace",
    fields: &["hostIPC"],
    remedy: "drop hostIPC and put what shares memory into one pod",
    before: include_str!("remedies/host-ipc/before.yaml"),
    after: include_str!("remedies/host-ipc/after.yaml"),
    is_host_use: true,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = || Hit {
        field: "hostIPC".to_owned(),
        severity: Severity::AtRisk,
        reason: "what it shares with the host's processes may be behind SELinux there".to_owned(),
        detail: "hostIPC joins the host's IPC namespace".to_owned(),
        host_path: None,
    };
    case.spec.host_ipc.then(hit).into_iter().collect()
}

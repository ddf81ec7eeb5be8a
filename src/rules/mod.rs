//! The rules, one file each, and how they are run: between `placement` and `findings`.

mod host_ipc;
mod host_network;
mod host_path;
mod host_pid;
mod host_volume;

use std::collections::HashMap;
use std::sync::Arc;

use crate::findings::{Finding, HostPathUse, Severity};
use crate::os::Profile;
use crate::storage::PodVolume;
use crate::workload::Workload;
use crate::workload::pod::PodSpec;

/// Every rule, in the order in which findings are reported.
pub const RULES: &[Rule] = &[
    host_path::RULE,
    host_pid::RULE,
    host_network::RULE,
    host_ipc::RULE,
    host_volume::RULE,
];

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, as in configuration and reports.
    pub id: &'static str,
    /// What it looks for, in a sentence.
    pub summary: &'static str,
    /// What the workload's owner can do.
    pub remedy: &'static str,
    /// Looks at one pod for one OS; reports in the order of the fields.
    check: fn(&Case) -> Vec<Hit>,
}

/// What a rule looks at.
struct Case<'a> {
    spec: &'a PodSpec,
    /// What is known behind its volumes.
    volumes: &'a [PodVolume<'a>],
    os: &'a Profile,
}

impl Rule {
    /// The rule of this id.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.id == id)
    }
}

/// What a rule says of one field on one OS.
#[derive(Debug)]
struct Hit {
    /// The field, from the pod spec: `volumes[0].hostPath`; with a dot before it, from the object's root.
    field: String,
    severity: Severity,
    reason: String,
    detail: String,
    host_path: Option<HostPathUse>,
}

/// Runs every rule for every OS. One finding stands for one field, with the severity and the words of the worst OS.
pub fn run(workload: &Workload, volumes: &[PodVolume], systems: &[Arc<Profile>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in RULES {
        let mut by_field: HashMap<String, usize> = HashMap::new();
        for os in systems {
            let case = Case {
                spec: &workload.spec,
                volumes,
                os,
            };
            for hit in (rule.check)(&case) {
                if let Some(&index) = by_field.get(&hit.field) {
                    merge(&mut findings[index], hit, os);
                } else {
                    by_field.insert(hit.field.clone(), findings.len());
                    findings.push(finding(rule, workload.kind.pod_spec_path(), hit, os));
                }
            }
        }
    }
    findings
}

fn finding(rule: &Rule, pod_spec_path: &str, hit: Hit, os: &Arc<Profile>) -> Finding {
    Finding {
        rule: rule.id,
        severity: hit.severity,
        field: match hit.field.strip_prefix('.') {
            Some(from_root) => from_root.to_owned(),
            None => format!("{pod_spec_path}.{}", hit.field),
        },
        os: vec![Arc::clone(os)],
        reason: hit.reason,
        detail: hit.detail,
        remedy: rule.remedy,
        host_path: hit.host_path,
    }
}

fn merge(finding: &mut Finding, hit: Hit, os: &Arc<Profile>) {
    finding.os.push(Arc::clone(os));
    if hit.severity > finding.severity {
        finding.severity = hit.severity;
        finding.reason = hit.reason;
        finding.detail = hit.detail;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_every_rule_says_what_it_does_and_what_to_do() {
        let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            assert!(
                !rule.summary.is_empty() && !rule.remedy.is_empty(),
                "{} is documented",
                rule.id
            );
        }
    }
}

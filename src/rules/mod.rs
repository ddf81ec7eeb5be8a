//! The rules, one file each, and how they are run: between `placement` and `findings`.

mod apparmor;
mod device;
mod flex_volume;
mod host_access;
mod host_ipc;
mod host_network;
mod host_package;
mod host_path;
mod host_pid;
mod host_volume;
mod kernel_module;
mod runtime_class;
mod selinux;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::agents;
use crate::findings::{Finding, HostPathUse, Severity};
use crate::os::Profile;
use crate::os::features::Presence;
use crate::os::profile::Confidence;
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
    flex_volume::RULE,
    apparmor::RULE,
    selinux::RULE,
    runtime_class::RULE,
    device::RULE,
    kernel_module::RULE,
    host_package::RULE,
];

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, as in configuration and reports.
    pub id: &'static str,
    /// What it looks for, in a sentence.
    pub summary: &'static str,
    /// What it reads, from the pod spec; `*containers` are containers, init containers and ephemeral containers. What stands in the pod's
    /// metadata begins with `metadata`.
    pub fields: &'static [&'static str],
    /// What the workload's owner can do.
    pub remedy: &'static str,
    /// A pod that it finds something in, as YAML.
    pub before: &'static str,
    /// The same after the remedy: it finds nothing there.
    pub after: &'static str,
    /// Whether it stands for a use of the host as such, which `strictness: strict` weighs alike at any severity.
    pub is_host_use: bool,
    /// Looks at one pod spec for one OS; reports in the order of the fields.
    check: fn(&Case) -> Vec<Hit>,
}

/// What a rule looks at: one pod on one OS.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The pod's spec, as written.
    pub spec: &'a PodSpec,
    /// The pod's annotations, or those of its template.
    pub annotations: &'a BTreeMap<String, String>,
    /// What is known behind its volumes.
    pub volumes: &'a [PodVolume<'a>],
    /// The OS.
    pub os: &'a Profile,
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
    /// The field, from the pod spec: `volumes[0].hostPath`; one of the pod's metadata begins with `metadata.`, one from the object's root
    /// with a dot.
    field: String,
    severity: Severity,
    reason: String,
    detail: String,
    host_path: Option<HostPathUse>,
}

impl Hit {
    /// What a rule says of anything but a host path.
    fn new(field: String, severity: Severity, detail: String, reason: String) -> Self {
        Self {
            field,
            severity,
            reason,
            detail,
            host_path: None,
        }
    }
}

/// How bad it is to ask for what the kubelet or the runtime refuses where it is missing. Only what was read makes it certain.
fn refused_unless(present: Presence, confidence: Confidence) -> Option<Severity> {
    match (present, confidence) {
        (Presence::Yes, _) => None,
        (Presence::No, Confidence::Cited) => Some(Severity::Breaks),
        (Presence::No | Presence::Unsure, _) => Some(Severity::AtRisk),
    }
}

/// Runs every rule for every OS. One finding stands for one field, with the severity and the words of the worst OS.
pub fn run(workload: &Workload, volumes: &[PodVolume], systems: &[Arc<Profile>]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in RULES {
        let mut by_field: HashMap<String, usize> = HashMap::new();
        for os in systems {
            for hit in (rule.check)(&case(workload, volumes, os)) {
                if let Some(&index) = by_field.get(&hit.field) {
                    merge(&mut findings[index], hit, os);
                } else {
                    by_field.insert(hit.field.clone(), findings.len());
                    findings.push(finding(rule, workload.kind.pod_spec_path(), hit, os));
                }
            }
        }
    }
    agents::advise(workload, &mut findings);
    findings
}

fn case<'a>(workload: &'a Workload, volumes: &'a [PodVolume], os: &'a Profile) -> Case<'a> {
    Case {
        spec: &workload.spec,
        annotations: &workload.pod_meta.annotations,
        volumes,
        os,
    }
}

fn finding(rule: &Rule, pod_spec_path: &str, hit: Hit, os: &Arc<Profile>) -> Finding {
    Finding {
        rule: rule.id,
        severity: hit.severity,
        field: field(pod_spec_path, &hit.field),
        os: vec![Arc::clone(os)],
        severities: Vec::new(),
        reason: hit.reason,
        detail: hit.detail,
        remedy: Cow::Borrowed(rule.remedy),
        is_host_use: rule.is_host_use,
        host_path: hit.host_path,
    }
}

/// A field from the object's root: the pod's metadata stands beside its spec.
fn field(pod_spec_path: &str, field: &str) -> String {
    if let Some(from_root) = field.strip_prefix('.') {
        return from_root.to_owned();
    }
    let beside = pod_spec_path.strip_suffix("spec").unwrap_or(pod_spec_path);
    if field.starts_with("metadata.") {
        [beside, field].concat()
    } else {
        [pod_spec_path, ".", field].concat()
    }
}

fn merge(finding: &mut Finding, hit: Hit, os: &Arc<Profile>) {
    if finding.severities.is_empty() {
        finding.severities.push(finding.severity);
    }
    finding.severities.push(hit.severity);
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

    use serde_json::json;

    use super::*;
    use crate::os::Catalogue;
    use crate::workload::Kind;

    #[test]
    fn a_finding_knows_how_bad_it_is_on_each_os() {
        let object = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {
                "volumes": [{"name": "bin", "hostPath": {"path": "/usr/src"}}],
                "containers": [{"name": "c", "volumeMounts": [{"name": "bin", "mountPath": "/host"}]}],
            },
        });
        let workload = Workload::parse(Kind::Pod, &object.to_string()).unwrap();
        let systems = ["flatcar", "azure-container-linux"].map(|id| {
            let os = Catalogue::built_in().by_id(id);
            Arc::clone(os.unwrap())
        });
        let on = |systems: &[Arc<Profile>]| {
            let findings = run(&workload, &[], systems);
            let found = findings.iter().map(|found| {
                let on =
                    ["flatcar", "azure-container-linux", "ubuntu"].map(|os| found.severity_on(os));
                (found.severity, on)
            });
            found.collect::<Vec<_>>()
        };
        let (breaks, at_risk) = (Some(Severity::Breaks), Some(Severity::AtRisk));
        assert_eq!(on(&systems), [(Severity::Breaks, [breaks, at_risk, None])]);
        assert_eq!(
            on(&systems[1..]),
            [(Severity::AtRisk, [None, at_risk, None])]
        );
    }

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

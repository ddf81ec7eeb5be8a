//! How workloads are recognised, and what they are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::os::Catalogue;
use crate::rules::{self, Rule};
use crate::workload::Kind;

fn pod(image: &str, label: (&str, &str), path: &str) -> Workload {
    let pod = json!({
        "metadata": {"name": "p", "labels": {label.0: label.1}},
        "spec": {"hostPID": true, "volumes": [{"name": "v", "hostPath": {"path": path}}],
                 "containers": [{"name": "side", "image": "busybox"}, {"name": "c", "image": image}]}});
    Workload::parse(Kind::Pod, &pod.to_string()).unwrap()
}

#[test]
fn every_agent_is_whole_and_says_whose_findings_a_setting_avoids() {
    let ids: BTreeSet<&str> = all().iter().map(|agent| agent.id.as_str()).collect();
    assert_eq!(ids.len(), all().len());
    for agent in all() {
        assert!(
            !agent.images.is_empty() && !agent.knowledge.is_empty(),
            "{}",
            agent.id
        );
        assert!(
            agent.images.iter().all(|glob| glob.literal.len() > 3),
            "{}",
            agent.id
        );
        for known in &agent.knowledge {
            let id = &agent.id;
            assert!(
                known.source.starts_with("https://") && !known.says.is_empty(),
                "{id}"
            );
            assert_eq!(
                known.set.is_some(),
                !known.rules.is_empty(),
                "{id}: {}",
                known.says
            );
            assert!(
                known.rules.iter().all(|rule| Rule::by_id(rule).is_some()),
                "{id}"
            );
        }
    }
}

#[rstest]
#[case::image("docker.io/falcosecurity/falco:0.41", ("a", "b"), Some("falco"))]
#[case::labels("registry.example.com/mirror/f:1", ("app.kubernetes.io/name", "falco"), Some("falco"))]
#[case::image_before_labels("quay.io/cilium/cilium:v1", ("app.kubernetes.io/name", "falco"), Some("cilium"))]
#[case::another("docker.io/falcosecurity/falcosidekick:2", ("app.kubernetes.io/name", "other"), None)]
fn a_workload_is_recognised(
    #[case] image: &str,
    #[case] label: (&str, &str),
    #[case] id: Option<&str>,
) {
    let workload = pod(image, label, "/usr");
    assert_eq!(of(&workload).map(|agent| agent.id.as_str()), id);
}

/// What is said of the host path of a pod of this image.
fn remedy(image: &str, path: &str, os: &str) -> (String, bool) {
    let os = Catalogue::built_in().by_id(os).unwrap();
    let findings = rules::run(&pod(image, ("a", "b"), path), &[], &[Arc::clone(os)]);
    let of = |rule: &str| {
        findings
            .iter()
            .find(|finding| finding.rule == rule)
            .unwrap()
    };
    let pid_is_plain = of("host-pid").remedy == Rule::by_id("host-pid").unwrap().remedy;
    (of("host-path").remedy.to_string(), pid_is_plain)
}

#[test]
fn the_remedy_is_the_setting_that_its_project_documents() {
    let (falco, others_are_plain) = remedy(
        "docker.io/falcosecurity/falco:0.41",
        "/usr/lib/modules",
        "azure-container-linux",
    );
    assert_eq!(
        falco,
        "use the documented setting of Falco (helm value: driver.kind=modern_ebpf)"
    );
    assert!(others_are_plain, "host-pid is no finding that it avoids");
    let plain = Rule::by_id("host-path").unwrap().remedy;
    let elsewhere = remedy(
        "docker.io/falcosecurity/falco:0.41",
        "/srv",
        "azure-container-linux",
    );
    assert_eq!(elsewhere.0, plain, "no path that the setting is about");
    let nothing_to_set = remedy("quay.io/cilium/cilium:v1", "/usr", "flatcar");
    assert_eq!(nothing_to_set.0, plain);
    assert_eq!(remedy("busybox", "/usr", "flatcar").0, plain);
}

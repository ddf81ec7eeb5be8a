//! Operating systems of the configuration: what it says of one holds for nodes that were recognised before it said so.

use serde_json::json;

use super::world::{create_pod, decide, message, mounting, verdict};

const OPT: &str = "{operatingSystems: [{id: azure-container-linux, title: Our Linux, paths: [
    {path: /opt, is: read-only, exists: true, because: '/opt is sealed on ours', source: a node of ours, confidence: cited}]}]}";

#[test]
fn a_corrected_fact_holds_and_the_others_stay() {
    let on = |path| create_pod(&mounting("a", path));
    let compatible = "strictness: compatible";
    assert_eq!(verdict(&decide(compatible, &[], &on("/opt"))), "allow");
    let corrected = format!("{}, {compatible}}}", OPT.strip_suffix('}').unwrap());
    assert_eq!(verdict(&decide(&corrected, &[], &on("/opt"))), "warn");
    assert_eq!(verdict(&decide(&corrected, &[], &on("/var"))), "allow");
}

#[test]
fn the_words_are_those_of_the_configuration() {
    let decision = decide(OPT, &[], &create_pod(&mounting("a", "/opt/agent")));
    let start = "pod team/p does not fit Our Linux (pool a, 2 nodes): host-path:";
    assert!(message(&decision).starts_with(start), "{decision:?}");
    assert!(message(&decision).contains("/opt is sealed on ours"));
}

#[test]
fn a_selector_can_ask_for_a_system_of_the_configuration() {
    let mut spec = mounting("", "/usr");
    spec["nodeSelector"] = json!({"kubernetes.azure.com/os-sku": "Plan9"});
    let config = "{operatingSystems: [{id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {sku: [Plan9]}}]}";
    let decision = decide(config, &[], &create_pod(&spec));
    let start =
        "pod team/p does not fit Plan 9 (its own selector asks for it; no such node exists now)";
    assert!(message(&decision).starts_with(start), "{decision:?}");
    assert_eq!(verdict(&decide("{}", &[], &create_pod(&spec))), "allow");
}

/// A configuration in which the immutable OS ends on these days.
fn ending(days: [&str; 2], more: &str) -> String {
    let [retired, removed] = days;
    format!(
        "{{{more} operatingSystems: [{{id: azure-container-linux, lifeCycle: [
            {{date: {retired}, event: retires on AKS, end: true, source: s, confidence: cited}},
            {{date: {removed}, event: node images are removed from AKS, end: true, source: s, confidence: cited}},
            {{date: 2026-11-01, event: begins, end: false, source: s, confidence: cited}}]}}]}}"
    )
}

#[test]
fn the_end_of_an_os_is_said_once_where_something_counts() {
    let mut spec = mounting("a", "/usr");
    spec["hostPID"] = true.into();
    let pod = create_pod(&spec);
    let ends = "Azure Container Linux: retires on AKS on 2026-06-08, node images are removed from AKS on 2027-05-23";
    let denied = decide(&ending(["2026-06-08", "2027-05-23"], ""), &[], &pod);
    assert!(
        message(&denied).ends_with(&format!(". {ends}")),
        "{denied:?}"
    );
    assert_eq!(message(&denied).matches("retires").count(), 1);

    let warned = decide(
        &ending(["2026-06-08", "2027-05-23"], "mode: audit,"),
        &[],
        &pod,
    );
    assert_eq!(warned.warnings.len(), 3);
    assert_eq!(warned.warnings[2], format!("hostfit: {ends}"));
}

#[test]
fn an_end_that_is_far_is_not_said_nor_any_where_nothing_counts() {
    let pod = create_pod(&mounting("a", "/usr"));
    // Half a year and a day.
    let far = decide(&ending(["2027-05-24", "2027-05-24"], ""), &[], &pod);
    assert!(!message(&far).contains("AKS on"), "{far:?}");
    let lax = ending(["2026-06-08", "2026-09-08"], "strictness: compatible,");
    let fine = decide(&lax, &[], &create_pod(&mounting("a", "/var")));
    assert_eq!((verdict(&fine), fine.warnings.len()), ("allow", 0));
}

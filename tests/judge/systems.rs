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

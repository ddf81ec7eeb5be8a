//! Pools that have no node: judged like those that have some, and said to be without.

use serde_json::{Value, json};

use super::world::{create, create_pod, decide, message, mounting, verdict};

/// Pool `new` has no node; nor have `more`, which is Ubuntu, and `a`, which has some: it is as its nodes are.
const POOLS: &str = "{pools: [
    {name: new, os: azure-container-linux, labels: {team: blue}, taints: [{key: new, effect: NoSchedule}]},
    {name: more, os: ubuntu, taints: [{key: more, effect: NoSchedule}]},
    {name: a, os: ubuntu, labels: {team: red}}]}";

/// Mounts `/usr/bin`, tolerates these taints, and goes to nodes where the key has one of the values.
fn spec(tolerated: &[&str], key: &str, values: &[&str]) -> Value {
    let mut spec = mounting("", "/usr/bin");
    let tolerations = tolerated
        .iter()
        .map(|key| json!({"key": key, "operator": "Exists"}));
    spec["tolerations"] = tolerations.collect();
    let expression = json!({"key": key, "operator": "In", "values": values});
    let terms = json!([{"matchExpressions": [expression]}]);
    spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"] =
        terms;
    spec
}

#[test]
fn a_pod_that_only_such_a_pool_can_take_is_refused() {
    let pod = create_pod(&spec(&["new"], "team", &["blue"]));
    let decision = decide(POOLS, &[], &pod);
    let start = "pod team/p does not fit Azure Container Linux (pool new, no node yet): host-path:";
    assert!(message(&decision).starts_with(start), "{decision:?}");
    assert_eq!(
        decision.audit["placement"],
        "immutable 0/0, and pool new without a node yet"
    );
    assert_eq!(
        verdict(&decide("{}", &[], &pod)),
        "allow",
        "undeclared, there is no such pool"
    );
}

#[test]
fn in_audit_mode_it_is_warned_of() {
    let pod = create_pod(&spec(&["new"], "team", &["blue"]));
    let config = POOLS.replacen('{', "{mode: audit, ", 1);
    let decision = decide(&config, &[], &pod);
    let end = "; its only candidates are nodes yet to come: Azure Container Linux (pool new)";
    assert!(decision.warnings[0].contains(end), "{decision:?}");
}

#[test]
fn a_pod_that_other_nodes_can_take_as_well_is_warned_of() {
    let pool = "kubernetes.azure.com/agentpool";
    let on_nodes = create_pod(&spec(&["new"], pool, &["new", "u"]));
    let decision = decide(POOLS, &[], &on_nodes);
    assert_eq!(verdict(&decision), "warn");
    let end = "its only candidate node is not immutable, but one yet to come may be Azure Container Linux (pool new)";
    assert!(decision.warnings[0].contains(end), "{decision:?}");

    let on_others = create_pod(&spec(&["new", "more"], pool, &["new", "more"]));
    let decision = decide(POOLS, &[], &on_others);
    let end =
        "its only candidates are nodes yet to come, some of them Azure Container Linux (pool new)";
    assert!(decision.warnings[0].contains(end), "{decision:?}");
}

#[test]
fn a_pool_that_has_nodes_is_as_they_are() {
    let by_pool = create_pod(&spec(&[], "kubernetes.azure.com/agentpool", &["a"]));
    let decision = decide(POOLS, &[], &by_pool);
    assert!(message(&decision).contains("(pool a, 2 nodes)"));
    let by_declared_label = create_pod(&spec(&[], "team", &["red"]));
    assert_eq!(verdict(&decide(POOLS, &[], &by_declared_label)), "allow");
}

#[test]
fn a_taint_of_the_pool_keeps_away() {
    let pod = create_pod(&spec(&["more"], "team", &["blue"]));
    assert_eq!(verdict(&decide(POOLS, &[], &pod)), "allow");
}

#[test]
fn a_warning_stays_within_its_bounds() {
    let pools: Vec<String> = (0..9)
        .map(|index| format!("{{name: {}{index}, os: flatcar}}", "p".repeat(100)))
        .collect();
    let config = format!("{{mode: audit, pools: [{}]}}", pools.join(", "));
    let template = json!({"spec": mounting("", "/usr/bin")});
    let deployment = create("Deployment", &json!({"spec": {"template": template}}));
    let warnings = decide(&config, &[], &deployment).warnings;
    assert!(warnings[0].contains("one yet to come may be Flatcar"));
    assert!(warnings.iter().all(|it| it.chars().count() <= 256));
}

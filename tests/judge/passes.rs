//! What is never judged, and by what it is known.

use hostfit::decision::Passed;
use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create, create_pod, decide, mounting, verdict};

fn denied_pod() -> Value {
    create_pod(&mounting("a", "/usr/bin"))
}

#[rstest]
#[case("hostfit-system", Some(Passed::Excluded))]
#[case("kube-system", Some(Passed::Excluded))]
#[case("team", None)]
fn excluded_namespaces_and_our_own_pass(#[case] namespace: &str, #[case] passed: Option<Passed>) {
    let mut review = denied_pod();
    review["request"]["namespace"] = namespace.into();
    // What the object itself says of its namespace decides nothing.
    review["request"]["object"]["metadata"]["namespace"] = "kube-system".into();
    assert_eq!(
        decide("{excludedNamespaces: [kube-system]}", &[], &review).passed,
        passed
    );
}

#[rstest]
#[case::by_its_node("system:node:a-0", "system:nodes", Some(Passed::Mirror))]
#[case::by_a_user("dev", "system:authenticated", None)]
#[case::by_a_user_in_the_group("dev", "system:nodes", None)]
#[case::by_a_user_of_that_name("system:node:a-0", "system:authenticated", None)]
fn a_mirror_pod_passes_when_its_node_makes_it(
    #[case] user: &str,
    #[case] group: &str,
    #[case] passed: Option<Passed>,
) {
    let mut review = denied_pod();
    review["request"]["object"]["metadata"]["annotations"] =
        json!({"kubernetes.io/config.mirror": "x"});
    review["request"]["userInfo"] = json!({"username": user, "groups": [group]});
    assert_eq!(decide("{}", &[], &review).passed, passed);
}

#[rstest]
#[case("DELETE", "")]
#[case("CONNECT", "")]
#[case("CREATE", "binding")]
#[case("UPDATE", "status")]
#[case("UPDATE", "resize")]
fn other_operations_and_subresources_pass(#[case] operation: &str, #[case] sub_resource: &str) {
    let mut review = denied_pod();
    review["request"]["operation"] = operation.into();
    review["request"]["subResource"] = sub_resource.into();
    assert_eq!(decide("{}", &[], &review).passed, Some(Passed::NotOurs));
}

#[test]
fn a_kind_of_another_group_passes() {
    let mut review = denied_pod();
    review["request"]["kind"]["group"] = "example.com".into();
    assert_eq!(decide("{}", &[], &review).passed, Some(Passed::NotOurs));
}

#[test]
fn a_workload_that_a_controller_made_gets_no_advice() {
    let object = json!({"metadata": {"name": "web-1", "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": true}]},
                        "spec": {"template": {"spec": mounting("a", "/usr/bin")}}});
    assert_eq!(
        decide("{}", &[], &create("ReplicaSet", &object)).passed,
        Some(Passed::Controlled)
    );
}

#[rstest]
#[case("off", "allow")]
#[case("audit", "warn")]
#[case("enforce", "deny")]
fn a_namespace_label_sets_the_mode(#[case] mode: &str, #[case] expected: &str) {
    assert_eq!(
        verdict(&decide("{}", &[("hostfit.dev/mode", mode)], &denied_pod())),
        expected
    );
}

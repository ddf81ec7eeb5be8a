//! A template and the pod that the API server makes of it: the same nodes, so that a workload's warning and its pods' verdict agree.

use std::collections::BTreeMap;

use hostfit::placement::Placement;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespace;
use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create, create_pod, decide_in, mounting, verdict};

/// A namespace with this annotation, by the last part of its key; `-` for none.
fn namespace(annotation: &str, text: &str) -> Namespace {
    let key = format!("scheduler.alpha.kubernetes.io/{annotation}");
    Namespace::new(BTreeMap::new(), &BTreeMap::from([(key, text.to_owned())]))
}

fn classes() -> RuntimeClasses {
    let gpu = json!({"nodeSelector": {"kubernetes.azure.com/agentpool": "g"}, "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]});
    RuntimeClasses::from([("gpu".to_owned(), serde_json::from_value(gpu).unwrap())])
}

fn with(field: &str, value: Value) -> Value {
    let mut spec = mounting("", "/usr/bin");
    spec[field] = value;
    spec
}

fn summary(placement: &Placement) -> String {
    let pools = placement
        .pools
        .iter()
        .map(|pool| format!("{}:{}", pool.name.as_deref().unwrap_or("?"), pool.nodes));
    format!(
        "{} {}",
        placement.class.as_str(),
        pools.collect::<Vec<_>>().join(" ")
    )
}

/// The annotation and its text, the template's field, the fields of the pod as the API server makes it; where both land.
#[rstest]
#[case::namespace_node_selector(
    ("node-selector", "kubernetes.azure.com/agentpool=a"), json!({}),
    json!({"nodeSelector": {"kubernetes.azure.com/agentpool": "a"}}), "immutable a:2"
)]
#[case::namespace_tolerations(
    ("defaultTolerations", r#"[{"key": "dedicated", "operator": "Exists"}]"#), json!({}),
    json!({"tolerations": [{"key": "dedicated", "operator": "Exists"}]}), "mixed a:2 m:1 u:1"
)]
#[case::requested_device(
    ("-", ""), json!({"containers": [{"name": "c", "resources": {"requests": {"nvidia.com/gpu": 1}}}]}),
    json!({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]}), "mixed a:2 g:1 u:1"
)]
#[case::limited_device(
    ("-", ""), json!({"initContainers": [{"name": "c", "resources": {"limits": {"nvidia.com/gpu": 1}}}]}),
    json!({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]}), "mixed a:2 g:1 u:1"
)]
#[case::runtime_class(
    ("-", ""), json!({"runtimeClassName": "gpu"}),
    json!({"nodeSelector": {"kubernetes.azure.com/agentpool": "g"}, "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}]}), "immutable g:1"
)]
fn a_template_lands_where_its_pod_does(
    #[case] annotation: (&str, &str),
    #[case] written: Value,
    #[case] added: Value,
    #[case] expected: &str,
) {
    let namespace = namespace(annotation.0, annotation.1);
    let mut template = mounting("", "/usr/bin");
    let fields = |value: Value| value.as_object().unwrap().clone();
    template.as_object_mut().unwrap().extend(fields(written));
    let mut pod = template.clone();
    pod.as_object_mut().unwrap().extend(fields(added));

    let deployment = create(
        "Deployment",
        &json!({"spec": {"template": {"spec": template}}}),
    );
    for review in [deployment, create_pod(&pod)] {
        let decision = decide_in(&namespace, &classes(), &review);
        assert_eq!(summary(decision.placement.as_ref().unwrap()), expected);
        assert_ne!(verdict(&decision), "allow");
    }
}

/// What is added to a pod is in it by now; what is not was not added, whatever an annotation says since.
#[test]
fn a_pod_is_taken_as_the_api_server_made_it() {
    let namespace = namespace("node-selector", "kubernetes.azure.com/agentpool=u");
    let decision = decide_in(
        &namespace,
        &classes(),
        &create_pod(&mounting("a", "/usr/bin")),
    );
    assert_eq!(verdict(&decision), "deny");
}

#[test]
fn a_daemon_set_keeps_to_the_nodes_of_its_controller() {
    let namespace = namespace("defaultTolerations", r#"[{"operator": "Exists"}]"#);
    let daemon_set =
        json!({"spec": {"template": {"spec": with("runtimeClassName", json!("unknown"))}}});
    let decision = decide_in(&namespace, &classes(), &create("DaemonSet", &daemon_set));
    assert_eq!(
        summary(decision.placement.as_ref().unwrap()),
        "mixed a:2 u:1"
    );
}

#[test]
fn a_template_whose_pods_the_api_server_refuses_lands_nowhere() {
    let namespace = namespace("node-selector", "kubernetes.azure.com/agentpool=u");
    let deployment = json!({"spec": {"template": {"spec": mounting("a", "/usr/bin")}}});
    let decision = decide_in(&namespace, &classes(), &create("Deployment", &deployment));
    assert_eq!(summary(decision.placement.as_ref().unwrap()), "unknown ");
    assert_eq!(verdict(&decision), "allow");
}

#[test]
fn an_annotation_that_makes_no_sense_is_ignored_and_complained_of() {
    let namespace = namespace("node-selector", "agentpool");
    let deployment = json!({"spec": {"template": {"spec": mounting("a", "/usr/bin")}}});
    let decision = decide_in(&namespace, &classes(), &create("Deployment", &deployment));
    assert_eq!(verdict(&decision), "warn");
    assert!(
        decision.complaints[0].starts_with(
            "namespace annotation scheduler.alpha.kubernetes.io/node-selector is ignored"
        ),
        "{:?}",
        decision.complaints
    );
}

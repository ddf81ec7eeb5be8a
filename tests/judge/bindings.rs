//! The backstop: a pod that is given an immutable node against its verdict, judged on that node alone.

use hostfit::decision::{Decision, Passed};
use hostfit::judge::binding::{Asked, AtMost, ask, judge};
use hostfit::review::{Binding, Review};
use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create_pod, decide, in_world, message, mounting, verdict};

/// The scheduler gives pod `p` of namespace `team` a node, as the API server writes it.
pub(crate) fn bind(node: &str) -> Value {
    json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u-1", "kind": {"group": "", "version": "v1", "kind": "Binding"}, "resource": {"group": "", "version": "v1", "resource": "pods"},
        "subResource": "binding", "name": "p", "namespace": "team", "operation": "CREATE",
        "userInfo": {"username": "system:kube-scheduler", "groups": ["system:authenticated"]},
        "object": {"metadata": {"name": "p", "namespace": "team", "uid": "pod-1"}, "target": {"kind": "Node", "name": node}}}})
}

/// A pod of this spec, as the API server has it.
pub(crate) fn stored(spec: &Value) -> Value {
    json!({"metadata": {"name": "p", "namespace": "team", "uid": "pod-1"}, "spec": spec})
}

/// A stored pod of a Deployment.
fn of_deployment(spec: &Value) -> Value {
    let mut pod = stored(spec);
    pod["metadata"]["labels"] = json!({"pod-template-hash": "5d4f"});
    pod["metadata"]["ownerReferences"] = json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f", "uid": "r", "controller": true}]);
    pod
}

/// What becomes of the Binding of such a pod, in both steps.
fn outcome(
    config: &str,
    labels: &[(&str, &str)],
    review: &Value,
    pod: &Value,
    at_most: AtMost,
) -> Decision {
    in_world(config, labels, review, |review, world| {
        match ask(review, world).unwrap() {
            Asked::Decided(decision) => *decision,
            Asked::Pod(binding) => {
                judge(review, &binding, &pod.to_string(), world, at_most).unwrap()
            }
        }
    })
}

#[test]
fn a_pod_that_came_in_with_a_warning_is_judged_on_its_node() {
    let spec = mounting("", "/usr/bin");
    assert_eq!(
        verdict(&decide("{}", &[], &create_pod(&spec))),
        "warn",
        "it could land on either"
    );
    let decision = outcome("{}", &[], &bind("a-0"), &stored(&spec), AtMost::Warn);
    insta::assert_yaml_snapshot!((verdict(&decision), &decision.warnings, &decision.audit), @r#"
    - warn
    - - "hostfit: host-path: volume \"v\" mounts /usr/bin read-write in container \"c\"; its node a-0 is Azure Container Linux (pool a), and /usr is read-only there"
    - decision: warn
      findings: "host-path at-risk spec.volumes[0].hostPath"
      node: a-0
      placement: immutable 1/1
    "#);

    let decision = outcome("{}", &[], &bind("a-0"), &stored(&spec), AtMost::Deny);
    let (message, audit) = (message(&decision), &decision.audit);
    assert!(
        message.starts_with(
            "pod team/p does not fit Azure Container Linux (pool a, 1 node): host-path: "
        ),
        "{message}"
    );
    assert_eq!(
        (audit["decision"].as_str(), audit["node"].as_str()),
        ("deny", "a-0")
    );
}

#[rstest]
#[case::enforce("enforce", AtMost::Deny, "deny")]
#[case::enforce_but_told_only("enforce", AtMost::Warn, "warn")]
#[case::audit("audit", AtMost::Deny, "warn")]
#[case::off("off", AtMost::Deny, "allow")]
fn the_mode_of_the_namespace_holds(
    #[case] mode: &str,
    #[case] at_most: AtMost,
    #[case] expected: &str,
) {
    let labels = [("hostfit.dev/mode", mode)];
    let pod = stored(&mounting("", "/usr/bin"));
    let decision = outcome("{}", &labels, &bind("a-0"), &pod, at_most);
    assert_eq!(
        (verdict(&decision), decision.mode.as_str()),
        (expected, mode)
    );
}

/// `/var/log` is known to work.
#[rstest]
#[case("strict", "deny")]
#[case("compatible", "allow")]
fn the_strictness_holds(#[case] strictness: &str, #[case] expected: &str) {
    let pod = stored(&mounting("", "/var/log"));
    let config = format!("strictness: {strictness}");
    assert_eq!(
        verdict(&outcome(&config, &[], &bind("a-0"), &pod, AtMost::Deny)),
        expected
    );
}

#[test]
fn a_pod_without_host_access_is_let_through_without_a_word() {
    let pod = stored(&json!({"containers": [{"name": "c"}]}));
    let decision = outcome("{}", &[], &bind("a-0"), &pod, AtMost::Deny);
    assert_eq!((verdict(&decision), decision.audit.len()), ("allow", 0));
}

#[rstest]
#[case::immutable("a-0", None)]
#[case::general("u-0", Some(Passed::OtherNode))]
#[case::on_the_move("m-0", Some(Passed::OtherNode))]
#[case::unknown("new-0", Some(Passed::OtherNode))]
fn only_for_an_immutable_node_is_the_pod_looked_at(
    #[case] node: &str,
    #[case] passed: Option<Passed>,
) {
    in_world("onMixed: deny", &[], &bind(node), |review, world| {
        match (ask(review, world).unwrap(), passed) {
            (Asked::Decided(decision), passed) => assert_eq!(decision.passed, passed),
            (Asked::Pod(binding), passed) => {
                assert_eq!((binding.node.as_str(), passed), (node, None));
            }
        }
    });
}

#[rstest]
#[case::ours("{}", "hostfit-system")]
#[case::excluded("excludedNamespaces: [team]", "team")]
fn in_an_excluded_namespace_the_pod_is_not_looked_at(
    #[case] config: &str,
    #[case] namespace: &str,
) {
    let mut review = bind("a-0");
    review["request"]["namespace"] = namespace.into();
    let pod = stored(&mounting("", "/usr/bin"));
    let decision = outcome(config, &[], &review, &pod, AtMost::Deny);
    assert_eq!(decision.passed, Some(Passed::Excluded));
}

#[test]
fn another_pod_of_that_name_is_not_judged() {
    let mut pod = stored(&mounting("", "/usr/bin"));
    pod["metadata"]["uid"] = "pod-2".into();
    let decision = outcome("{}", &[], &bind("a-0"), &pod, AtMost::Deny);
    assert_eq!(decision.passed, Some(Passed::Unseen));
    // A Binding by hand may leave the uid out.
    let mut review = bind("a-0");
    review["request"]["object"]["metadata"]["uid"] = Value::Null;
    assert_eq!(
        verdict(&outcome("{}", &[], &review, &pod, AtMost::Deny)),
        "deny"
    );
}

#[rstest]
#[case::of_the_deployment("{kinds: [Deployment], names: [web]}", "allow")]
#[case::of_another("{kinds: [Deployment], names: [db]}", "deny")]
#[case::of_its_controller(
    "{users: ['system:serviceaccount:kube-system:replicaset-controller']}",
    "allow"
)]
#[case::of_someone_else("{groups: [debuggers]}", "deny")]
fn exemptions_hold_for_pods_of_a_controller(#[case] matches: &str, #[case] expected: &str) {
    let pod = of_deployment(&mounting("", "/usr/bin"));
    let decision = outcome(&exempt(matches), &[], &bind("a-0"), &pod, AtMost::Deny);
    assert_eq!(verdict(&decision), expected);
    assert_eq!(
        decision.audit.get("exemption").map(String::as_str),
        (expected == "allow").then_some("e")
    );
}

/// Whoever made a bare pod does not show in it: it may have been someone whom the exemption is for.
#[rstest]
#[case::by_its_name("{names: [p]}", "allow")]
#[case::maybe_by_its_maker("{groups: [debuggers]}", "warn")]
#[case::maybe_by_its_maker("{users: [admin], namespaces: [team]}", "warn")]
#[case::not_even_maybe("{groups: [debuggers], namespaces: [other]}", "deny")]
fn a_bare_pod_has_the_benefit_of_the_doubt(#[case] matches: &str, #[case] expected: &str) {
    let pod = stored(&mounting("", "/usr/bin"));
    let decision = outcome(&exempt(matches), &[], &bind("a-0"), &pod, AtMost::Deny);
    assert_eq!(verdict(&decision), expected);
}

fn exempt(matches: &str) -> String {
    format!("exemptions: [{{name: e, reason: r, match: {matches}, rules: [host-path]}}]")
}

/// A name becomes a part of a URL.
#[rstest]
#[case("../../secrets/hostfit-tls", "team")]
#[case("p", "team/../kube-system")]
#[case("p?watch=true", "team")]
#[case("..", "team")]
#[case("", "team")]
fn what_is_no_name_is_an_error(#[case] pod: &str, #[case] namespace: &str) {
    let mut review = bind("a-0");
    review["request"]["name"] = pod.into();
    review["request"]["object"]["metadata"]["name"] = pod.into();
    review["request"]["namespace"] = namespace.into();
    let error = in_world("{}", &[], &review, |review, world| {
        ask(review, world).unwrap_err()
    });
    assert!(error.to_string().ends_with("is no name"), "{error}");
}

#[test]
fn a_pod_that_cannot_be_read_is_an_error() {
    let error = in_world("{}", &[], &bind("a-0"), |review, world| {
        let binding = review.binding().unwrap();
        judge(review, &binding, r#"{"spec": 7}"#, world, AtMost::Deny).unwrap_err()
    });
    assert!(
        error
            .to_string()
            .starts_with("the pod of this Binding cannot be read: "),
        "{error}"
    );
}

/// Bodies that an API server sent: by the scheduler, by kubectl, and to the resource of old.
#[rstest]
#[case::scheduler(include_bytes!("../reviews/binding-create-bare.json"), "bare", "931db009-b69a-4001-bc3c-33b7f18c694b", "aks-ubuntu-20000002-vmss000000")]
#[case::admin(include_bytes!("../reviews/binding-create-by-admin.json"), "manual2", "", "aks-flatcar-40000004-vmss000000")]
#[case::legacy(include_bytes!("../reviews/legacy-bindings-create.json"), "manual", "", "aks-flatcar-40000004-vmss000000")]
fn recorded_bindings_are_read(
    #[case] bytes: &[u8],
    #[case] pod: &str,
    #[case] uid: &str,
    #[case] node: &str,
) {
    let review = Review::parse(bytes).unwrap();
    assert!(review.is_binding());
    let [namespace, pod, uid, node] = ["default", pod, uid, node].map(str::to_owned);
    assert_eq!(
        review.binding().unwrap(),
        Binding {
            namespace,
            pod,
            uid,
            node
        }
    );
}

#[test]
fn nothing_else_is_a_binding() {
    for (field, value) in [
        ("operation", json!("DELETE")),
        ("kind", json!({"group": "example.com", "kind": "Binding"})),
    ] {
        let mut review = bind("a-0");
        review["request"][field] = value;
        assert!(
            !in_world("{}", &[], &review, |review, _| review.is_binding()),
            "{review}"
        );
    }
    assert!(!in_world(
        "{}",
        &[],
        &create_pod(&json!({})),
        |review, _| review.is_binding()
    ));
}

//! The router without a network: what is answered when something is wrong, by mode. The judge is the real one, or one that fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::super::bindings::Bindings;
use super::super::body::LONGEST;
use super::*;
use crate::certificate::Served;
use crate::decision::Decision;
use crate::inventory::Node;
use crate::judge::binding::AtMost;
use crate::judge::{World, judge};
use crate::os::Catalogue;
use crate::policy::Policy;
use crate::review::{Review, ReviewError};
use crate::workload::namespace::Namespace;

fn state(mode: &str) -> Arc<State> {
    let policy = Policy::parse(&format!("mode: \"{mode}\"")).expect("a valid configuration");
    Arc::new(State::new(policy, "hostfit".to_owned(), Served::new()))
}

fn buggy(_: &Review, _: &World) -> Result<Decision, ReviewError> {
    panic!("a test of what a bug does")
}

async fn send(state: &Arc<State>, judge: Judge, body: impl Into<Body>) -> (u16, String) {
    let request = Request::post(PATH).body(body.into()).expect("a request");
    let response = router(Arc::clone(state), judge)
        .oneshot(request)
        .await
        .expect("an answer");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.expect("a body");
    (
        status,
        String::from_utf8(body.to_bytes().into()).expect("text"),
    )
}

/// The uid comes early, as the API server writes it.
fn review(object: &Value) -> String {
    format!(
        r#"{{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{{"uid":"ab-12","kind":{{"group":"","version":"v1","kind":"Pod"}},"namespace":"team","operation":"CREATE","object":{object}}}}}"#
    )
}

/// The `response` of an AdmissionReview that must carry the request's uid.
fn response(text: &str) -> Value {
    let answer: Value = serde_json::from_str(text).expect("an AdmissionReview");
    assert_eq!(answer["response"]["uid"], "ab-12");
    answer["response"].clone()
}

fn metric(state: &State, line: &str) -> bool {
    let text = state.metrics.expose(&state.inventory.read(), &state.served);
    text.lines().any(|found| found == line)
}

#[tokio::test]
async fn a_bug_lets_the_request_through_and_says_so() {
    let state = state("enforce");
    let (status, text) = send(&state, buggy, review(&json!({}))).await;
    assert_eq!(status, 200);
    insta::assert_json_snapshot!(response(&text), @r#"
    {
      "allowed": true,
      "auditAnnotations": {
        "decision": "not-judged"
      },
      "uid": "ab-12",
      "warnings": [
        "hostfit did not judge this object because of a bug in Hostfit; its log has the place"
      ]
    }
    "#);
    assert!(metric(&state, r#"hostfit_errors_total{kind="panic"} 1"#));
    assert!(metric(&state, "hostfit_reviews_in_flight 0"));
}

const BROKEN: &str = r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"ab-12","object":{"#;

#[rstest]
#[case::body("enforce", BROKEN.to_owned(), false)]
#[case::body("audit", BROKEN.to_owned(), true)]
#[case::body("off", BROKEN.to_owned(), true)]
#[case::object("enforce", review(&json!({"spec": {"volumes": "\u{7}none"}})), false)]
#[case::object("audit", review(&json!({"spec": {"volumes": "\u{7}none"}})), true)]
#[case::too_long("enforce", review(&json!({"x": "x".repeat(LONGEST)})), false)]
#[case::too_long("audit", review(&json!({"x": "x".repeat(LONGEST)})), true)]
#[tokio::test]
async fn what_cannot_be_read_is_refused_where_hostfit_enforces(
    #[case] mode: &str,
    #[case] body: String,
    #[case] allowed: bool,
) {
    let state = state(mode);
    let (status, text) = send(&state, judge, body).await;
    let response = response(&text);
    assert_eq!((status, &response["allowed"]), (200, &json!(allowed)));
    let told = if allowed {
        &response["warnings"][0]
    } else {
        &response["status"]["message"]
    };
    let told = told.as_str().expect("a text");
    assert!(
        told.starts_with("hostfit ") && !told.contains(char::is_control),
        "{told}"
    );
    assert_eq!(told.contains("hostfit.dev/mode=off"), !allowed, "{told}");
}

#[tokio::test]
async fn a_namespace_that_is_only_audited_is_never_refused() {
    let state = state("enforce");
    let labels = [("hostfit.dev/mode".to_owned(), "audit".to_owned())];
    let namespace = Namespace::new(labels.into(), &BTreeMap::new());
    let namespaces = [("team".to_owned(), namespace)];
    *state.namespaces.write() = namespaces.into();
    let (_, text) = send(&state, judge, review(&json!({"spec": 7}))).await;
    assert_eq!(response(&text)["allowed"], true);
}

#[tokio::test]
async fn a_workload_that_makes_pods_is_never_refused() {
    let body = review(&json!({"spec": 7})).replace(
        r#""group":"","version":"v1","kind":"Pod""#,
        r#""group":"apps","version":"v1","kind":"Deployment""#,
    );
    let (_, text) = send(&state("enforce"), judge, body).await;
    assert_eq!(response(&text)["allowed"], true);
}

#[rstest]
#[case::nothing(String::new())]
#[case::no_json("hello".to_owned())]
#[case::no_request(r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}"#.to_owned())]
#[case::other_version(r#"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{}}"#.to_owned())]
#[tokio::test]
async fn without_a_uid_only_an_http_error_is_left(#[case] body: String) {
    let (status, text) = send(&state("enforce"), judge, body).await;
    assert_eq!(status, 400);
    assert!(text.starts_with("hostfit: the "), "{text}");
}

#[tokio::test]
async fn no_label_holds_what_a_client_wrote() {
    let state = state("enforce");
    let body = review(&json!({}))
        .replace("\"Pod\"", "\"Evil\"")
        .replace("CREATE", "EVIL");
    send(&state, judge, body).await;
    let line = r#"hostfit_reviews_total{decision="allow",mode="enforce",operation="other",kind="other"} 1"#;
    assert!(metric(&state, line));
}

/// A state that judges Bindings, knows an immutable node, and finds this at the API server.
fn binding_state(at_most: AtMost, status: u16, pod: &Value) -> Arc<State> {
    let node = json!({"metadata": {"name": "a-0", "labels": {"kubernetes.azure.com/os-sku": "AzureContainerLinux"}}});
    let node = serde_json::from_value(node).expect("a node");
    let pod = pod.to_string();
    let server = tower::service_fn(move |_: Request<kube::client::Body>| {
        let response = http_body_util::Full::new(bytes::Bytes::from(pod.clone()));
        let response = axum::http::Response::builder()
            .status(status)
            .body(response);
        async { Ok::<_, std::convert::Infallible>(response.expect("a response")) }
    });
    let policy = Policy::default();
    let mut state = State::new(policy, "hostfit".to_owned(), Served::new());
    state.bindings = Some(Bindings::new(kube::Client::new(server, "default"), at_most));
    *state.inventory.write() = [Node::new(node, Catalogue::built_in())]
        .into_iter()
        .collect();
    Arc::new(state)
}

fn binding_review() -> String {
    review(&json!({"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "a-0"}}))
        .replace(r#""kind":"Pod""#, r#""kind":"Binding""#)
        .replace(r#""namespace""#, r#""name":"p","namespace""#)
}

#[rstest]
#[case(AtMost::Warn, true, "warn")]
#[case(AtMost::Deny, false, "deny")]
#[tokio::test]
async fn a_binding_is_judged_by_its_pod(
    #[case] at_most: AtMost,
    #[case] allowed: bool,
    #[case] decision: &str,
) {
    let pod = json!({"metadata": {"name": "p"}, "spec": {"hostPID": true}});
    let state = binding_state(at_most, 200, &pod);
    let (status, text) = send(&state, judge, binding_review()).await;
    let response = response(&text);
    assert_eq!((status, &response["allowed"]), (200, &json!(allowed)));
    assert_eq!(response["auditAnnotations"]["node"], "a-0");
    if !allowed {
        assert_eq!(response["status"]["code"], 403);
    }
    let line = format!(
        r#"hostfit_reviews_total{{decision="{decision}",mode="enforce",operation="CREATE",kind="Binding"}} 1"#
    );
    assert!(metric(&state, &line));
}

#[rstest]
#[case::gone(404, "binding-pod-gone")]
#[case::forbidden(403, "binding-pod-forbidden")]
#[case::failed(500, "binding-pod-failed")]
#[tokio::test]
async fn a_binding_whose_pod_cannot_be_seen_is_let_through_without_a_word(
    #[case] code: u16,
    #[case] kind: &str,
) {
    let answer = json!({"kind": "Status", "status": "Failure", "message": "no", "reason": "no", "code": code});
    let state = binding_state(AtMost::Deny, code, &answer);
    let (_, text) = send(&state, judge, binding_review()).await;
    assert_eq!(response(&text), json!({"uid": "ab-12", "allowed": true}));
    assert!(metric(
        &state,
        &format!(r#"hostfit_errors_total{{kind="{kind}"}} 1"#)
    ));
    let line = r#"hostfit_reviews_total{decision="not-judged",mode="enforce",operation="CREATE",kind="Binding"} 1"#;
    assert!(metric(&state, line));
}

/// It would be refused if it were a pod: a Binding never is, for what Hostfit cannot read.
#[tokio::test]
async fn a_binding_whose_pod_cannot_be_read_is_let_through() {
    let state = binding_state(AtMost::Deny, 200, &json!({"spec": 7}));
    let (_, text) = send(&state, judge, binding_review()).await;
    assert_eq!(response(&text)["allowed"], true);
}

#[tokio::test]
async fn where_bindings_are_off_nobody_looks_at_a_pod() {
    let state = state("enforce");
    let (_, text) = send(&state, judge, binding_review()).await;
    assert_eq!(response(&text), json!({"uid": "ab-12", "allowed": true}));
}

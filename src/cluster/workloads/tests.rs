//! Lists against answers that are given one after the other.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use hyper::{Request, Response};
use kube::client::Body;
use serde_json::{Value, json};

use super::*;

/// Lists pods of these namespaces; returns their names, the paths with their queries, and what was told.
async fn listed(
    namespaces: &[&str],
    answers: Vec<(u16, Value)>,
) -> (Result<Vec<String>, String>, Vec<String>, Vec<usize>) {
    let answers = Mutex::new(answers.into_iter());
    let queries = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&queries);
    let service = tower::service_fn(move |request: Request<Body>| {
        asked.lock().unwrap().push(request.uri().to_string());
        let (status, body) = answers.lock().unwrap().next().expect("no more is asked");
        let body = Body::from(body.to_string().into_bytes());
        let response = Response::builder().status(status).body(body).unwrap();
        async { Ok::<_, Infallible>(response) }
    });
    let client = Client::new(service, "default");
    let namespaces: Vec<String> = namespaces.iter().map(|name| (*name).to_owned()).collect();
    let paths = paths("v1", "pods", &namespaces);
    let told = Mutex::new(Vec::new());
    let tell = |_: &str, count| told.lock().unwrap().push(count);
    let take = |json: &str, names: &mut Vec<String>| {
        let pod = Workload::parse(Kind::Pod, json).unwrap();
        names.push(pod.name);
    };
    let names = list(&client, &paths, None, "pods", &tell, take).await;
    let queries = queries.lock().unwrap().clone();
    (names, queries, told.into_inner().unwrap())
}

fn page_of(names: &[&str], token: &str) -> (u16, Value) {
    let items: Vec<Value> = names
        .iter()
        .map(|name| json!({"metadata": {"name": name}}))
        .collect();
    (
        200,
        json!({"kind": "PodList", "metadata": {"continue": token}, "items": items}),
    )
}

fn failure(code: u16, token: &str) -> (u16, Value) {
    let status = json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "message": "No", "reason": "No", "code": code,
        "metadata": {"continue": token}});
    (code, status)
}

#[tokio::test]
async fn a_long_list_is_asked_for_in_pages() {
    let (names, queries, told) =
        listed(&[], vec![page_of(&["a", "b"], "next"), page_of(&["c"], "")]).await;
    assert_eq!(names.unwrap(), ["a", "b", "c"]);
    assert_eq!(
        queries,
        [
            "/api/v1/pods?&limit=250",
            "/api/v1/pods?&limit=250&continue=next"
        ]
    );
    assert_eq!(told, [2, 3]);
}

#[tokio::test]
async fn each_namespace_that_is_named_is_asked_for() {
    let (names, queries, _) =
        listed(&["x", "y"], vec![page_of(&["a"], ""), page_of(&["b"], "")]).await;
    assert_eq!(names.unwrap(), ["a", "b"]);
    assert_eq!(
        queries,
        [
            "/api/v1/namespaces/x/pods?&limit=250",
            "/api/v1/namespaces/y/pods?&limit=250"
        ]
    );
}

#[tokio::test]
async fn a_list_that_grew_too_old_goes_on_where_the_api_server_says() {
    let answers = vec![
        page_of(&["a"], "old"),
        failure(410, "fresh"),
        page_of(&["c"], ""),
    ];
    let (names, queries, _) = listed(&[], answers).await;
    assert_eq!(names.unwrap(), ["a", "c"]);
    assert_eq!(
        queries.last().unwrap(),
        "/api/v1/pods?&limit=250&continue=fresh"
    );
}

#[tokio::test]
async fn or_it_is_asked_for_anew_and_whole() {
    let mut gone = failure(410, "");
    gone.1["metadata"] = json!({});
    let answers = vec![page_of(&["gone"], "old"), gone, page_of(&["b", "c"], "")];
    let (names, queries, _) = listed(&[], answers).await;
    assert_eq!(names.unwrap(), ["b", "c"]);
    assert_eq!(queries.last().unwrap(), "/api/v1/pods?");
}

#[tokio::test]
async fn half_a_list_is_none_and_the_reason_is_told() {
    let (names, ..) = listed(&[], vec![page_of(&["a"], "next"), failure(500, "")]).await;
    assert_eq!(names.unwrap_err(), "its pods cannot be read: No (500)");
    let (names, ..) = listed(&[], vec![failure(403, "")]).await;
    assert_eq!(
        names.unwrap_err(),
        "refuses: No (403); let this account list pods"
    );
    let (names, ..) = listed(&[], vec![(200, json!({"items": 7}))]).await;
    let why = names.unwrap_err();
    assert!(
        why.contains("its pods cannot be read: the answer is no list"),
        "{why}"
    );
}

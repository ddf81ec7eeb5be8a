//! A look at a pod, at an API server that answers in every way there is.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request as Http, Response};
use rstest::rstest;
use tower::service_fn;

use super::*;

fn binding() -> Binding {
    Binding {
        namespace: "team".to_owned(),
        pod: "p".to_owned(),
        uid: String::new(),
        node: "a-0".to_owned(),
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(2)
}

/// Looks where every request is answered with this.
async fn look(status: u16, body: &'static str) -> Result<String, Unseen> {
    let answer = service_fn(move |request: Http<_>| async move {
        let _: &Http<kube::client::Body> = &request;
        assert_eq!(request.uri().path(), "/api/v1/namespaces/team/pods/p");
        let response = Response::builder().status(status).body(Body::from(body));
        Ok::<_, Infallible>(response.expect("a response"))
    });
    let bindings = Bindings::new(Client::new(answer, "default"), AtMost::Warn);
    bindings.pod(&binding(), soon()).await
}

const FORBIDDEN: &str = r#"{"kind":"Status","status":"Failure","message":"pods \"p\" is forbidden","reason":"Forbidden","code":403}"#;
const GONE: &str = r#"{"kind":"Status","status":"Failure","message":"pods \"p\" not found","reason":"NotFound","code":404}"#;

#[rstest]
#[case::there(200, r#"{"kind":"Pod"}"#, Ok(r#"{"kind":"Pod"}"#.to_owned()))]
#[case::gone(404, GONE, Err(Unseen::Gone))]
#[case::forbidden(403, FORBIDDEN, Err(Unseen::Forbidden("pods \"p\" is forbidden".to_owned())))]
#[tokio::test]
async fn what_the_api_server_says_is_told_apart(
    #[case] status: u16,
    #[case] body: &'static str,
    #[case] seen: Result<String, Unseen>,
) {
    assert_eq!(look(status, body).await, seen);
}

#[tokio::test]
async fn any_other_answer_is_a_failure_with_its_reason() {
    let seen = look(500, "etcd is gone").await;
    assert!(
        matches!(&seen, Err(Unseen::Failed(why)) if why.contains("500")),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_api_server_that_does_not_answer_is_not_waited_for_beyond_the_deadline() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let silent = service_fn(move |_: Http<kube::client::Body>| {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<Result<Response<Body>, Infallible>>()
    });
    let bindings = Arc::new(Bindings::new(Client::new(silent, "default"), AtMost::Warn));
    let start = Instant::now();
    let looks = (0..AT_ONCE * 3).map(|_| {
        let bindings = Arc::clone(&bindings);
        tokio::spawn(async move { bindings.pod(&binding(), soon()).await })
    });
    for look in looks.collect::<Vec<_>>() {
        assert_eq!(look.await.expect("no panic"), Err(Unseen::TooSlow));
    }
    // The clock is the test's own: nothing else takes time.
    assert_eq!(start.elapsed().as_secs(), PATIENCE.as_secs());
    assert_eq!(asked.load(Ordering::Relaxed), AT_ONCE, "never more at once");

    let earlier = Instant::now() + PATIENCE / 4;
    let seen = bindings.pod(&binding(), earlier).await;
    assert_eq!(seen, Err(Unseen::TooSlow));
    assert!(Instant::now() < earlier + PATIENCE / 4);
}

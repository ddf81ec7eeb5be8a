//! The watch over an API server that gets Karpenter's resources, and loses them.

use std::sync::Arc;

use hyper::{Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tower::service_fn;

use super::*;

/// What the API server has: nothing of Karpenter's, no right for us to see it, a fault, or these objects; or it does not answer yet.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Has {
    NoAnswer,
    Nothing,
    NoRight,
    Fault,
    Objects,
}

/// An API server that answers so. A watch tells nothing until that is over.
fn api_server(has: watch::Receiver<Has>) -> Client {
    let answer = move |request: Request<Body>| {
        let mut has = has.clone();
        async move {
            let uri = request.uri().to_string();
            if uri.contains("watch=true") {
                let _ = has.wait_for(|has| *has != Has::Objects).await;
            }
            let has = has.wait_for(|has| *has != Has::NoAnswer).await;
            let has = has.map_or(Has::Nothing, |has| *has);
            let (code, body) = match has {
                Has::NoAnswer | Has::Nothing => (404, refused(404, "404 page not found")),
                Has::NoRight => (403, refused(403, "nodepools is forbidden")),
                Has::Fault => (500, refused(500, "etcd is away")),
                Has::Objects => (200, list(&uri)),
            };
            let body = Body::from(serde_json::to_vec(&body).unwrap());
            Response::builder().status(code).body(body)
        }
    };
    Client::new(service_fn(answer), "default")
}

fn refused(code: u16, message: &str) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code})
}

fn list(uri: &str) -> Value {
    let objects = if uri.contains("/nodepools") {
        json!([
            {"metadata": {"name": "a"}, "spec": {"template": {"spec": {
                "nodeClassRef": {"group": "karpenter.azure.com", "kind": "AKSNodeClass", "name": "acl"}, "requirements": []}}}},
            {"metadata": {"name": "b", "deletionTimestamp": "2026-11-24T00:00:00Z"}, "spec": {}},
        ])
    } else {
        json!([{"metadata": {"name": "acl"}, "spec": {"imageFamily": "AzureContainerLinux"}}])
    };
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": objects})
}

/// What is compiled in, for good.
fn ours() -> Catalogues {
    watch::Sender::new(Arc::clone(Catalogue::built_in())).subscribe()
}

/// What is told last, once it satisfies.
async fn told(news: &mut mpsc::UnboundedReceiver<Told>, satisfies: impl Fn(&Told) -> bool) -> Told {
    loop {
        let told = news.recv().await.unwrap();
        if satisfies(&told) {
            return told;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_resources_come_and_go() {
    let (now, has) = watch::channel(Has::Nothing);
    let client = api_server(has);
    let (tell, mut news) = mpsc::unbounded_channel();
    let watch = watch(
        Line::over(client.clone()),
        Line::over(client),
        ours(),
        |told| {
            tell.send(told).unwrap();
        },
    );
    let story = async {
        let none = told(&mut news, |_| true).await;
        assert!(
            none.pools.is_empty() && none.trouble.is_none(),
            "what is not there is no trouble: {none:?}"
        );
        now.send(Has::Objects).unwrap();
        let known = |told: &Told| {
            let oses = told.pools.iter().map(|pool| pool.os.key().0);
            oses.eq(["azure-container-linux"])
        };
        let some = told(&mut news, known).await;
        assert_eq!((some.pools[0].name.as_str(), some.left_out), ("a", 0));
        now.send(Has::Nothing).unwrap();
        let none = told(&mut news, |told| told.pools.is_empty()).await;
        assert_eq!(none.trouble, None);
    };
    tokio::select! {
        _ = watch => unreachable!(),
        () = story => {}
    }
}

#[tokio::test(start_paused = true)]
async fn without_the_right_what_was_known_stays() {
    let (now, has) = watch::channel(Has::Objects);
    let client = api_server(has);
    let (tell, mut news) = mpsc::unbounded_channel();
    let watch = watch(
        Line::over(client.clone()),
        Line::over(client),
        ours(),
        |told| {
            tell.send(told).unwrap();
        },
    );
    let story = async {
        told(&mut news, |told| told.pools.len() == 1).await;
        now.send(Has::NoRight).unwrap();
        let broken = told(&mut news, |told| told.trouble.is_some()).await;
        assert_eq!(broken.trouble.unwrap(), "nodepools is forbidden (403)");
        assert_eq!(broken.pools.len(), 1);
        now.send(Has::Objects).unwrap();
        told(&mut news, |told| told.trouble.is_none()).await;
    };
    tokio::select! {
        _ = watch => unreachable!(),
        () = story => {}
    }
}

/// Whoever waits for the first that is told waits for both resources, and not longer than for any answer.
#[rstest::rstest]
#[case(Has::Objects, None)]
#[case(Has::Nothing, None)]
#[case(Has::NoRight, Some("nodepools is forbidden (403)"))]
#[case(Has::Fault, Some("etcd is away (500)"))]
#[tokio::test(start_paused = true)]
async fn something_is_told_as_soon_as_both_have_answered(
    #[case] classes: Has,
    #[case] trouble: Option<&str>,
) {
    let (_open, of_pools) = watch::channel(Has::Objects);
    let (now, of_classes) = watch::channel(Has::NoAnswer);
    let lines = [of_pools, of_classes].map(|has| Line::over(api_server(has)));
    let [node_pools, node_classes] = lines;
    let (tell, mut news) = mpsc::unbounded_channel();
    let watch = watch(node_pools, node_classes, ours(), |told| {
        tell.send(told).unwrap();
    });
    let story = async {
        let patience = sleep(LOOK_AGAIN * 10);
        tokio::select! {
            told = news.recv() => panic!("told before the classes have answered: {told:?}"),
            () = patience => {}
        }
        now.send(classes).unwrap();
        let first = news.recv().await.unwrap();
        assert_eq!(first.pools.len(), 1);
        assert_eq!(first.trouble.as_deref(), trouble);
    };
    tokio::select! {
        _ = watch => unreachable!(),
        () = story => {}
    }
}

//! The watch without a cluster: events in, news out.

use std::cell::RefCell;
use std::time::Duration;

use futures::stream;
use hyper::{Request, Response};
use kube::Client;
use kube::client::Body;
use kube::core::ObjectMeta;
use kube::core::response::Status;
use serde_json::json;

use super::*;

fn node(name: &str) -> NodeObject {
    let metadata = ObjectMeta {
        name: Some(name.to_owned()),
        ..ObjectMeta::default()
    };
    NodeObject {
        metadata,
        ..NodeObject::default()
    }
}

fn failure(code: u16) -> Error {
    Error::WatchError(Box::new(Status::failure("no", "No").with_code(code)))
}

/// What is told of these events, in short: the nodes that are shared by then, or what is broken.
async fn news_of(events: Vec<Result<Event<NodeObject>, Error>>) -> Vec<String> {
    let shared = Shared::<Inventory>::default();
    let news = RefCell::new(Vec::new());
    let count = events.len();
    let seen = std::cell::Cell::new(0);
    let stream = stream::iter(events)
        .inspect(|_| seen.set(seen.get() + 1))
        .map_ok(|event| recognised(event, Catalogue::built_in()));
    let listener = |event: News| {
        news.borrow_mut().push(match event {
            News::Current => {
                let inventory = shared.read();
                let names: Vec<&str> = inventory.nodes().map(|(name, _)| name).collect();
                names.join(" ")
            }
            News::Broken(why) => format!("broken: {why}"),
        });
    };
    let _ = tokio::time::timeout(
        Duration::from_secs(60),
        follow(stream, &Notify::new(), &shared, listener),
    )
    .await;
    assert_eq!(seen.get(), count);
    news.into_inner()
}

#[tokio::test(start_paused = true)]
async fn a_list_is_published_when_it_is_complete() {
    let events = vec![
        Ok(Event::Init),
        Ok(Event::InitApply(node("a"))),
        Ok(Event::InitApply(node("b"))),
        Ok(Event::InitDone),
        Ok(Event::Apply(node("c"))),
        Ok(Event::Delete(node("a"))),
    ];
    assert_eq!(news_of(events).await, ["a b", "a b c", "b c"]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_cluster_is_known_too() {
    assert_eq!(
        news_of(vec![Ok(Event::Init), Ok(Event::InitDone)]).await,
        [""]
    );
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_is_not_published() {
    let events = vec![
        Ok(Event::Init),
        Ok(Event::InitApply(node("a"))),
        Ok(Event::InitDone),
        Ok(Event::Apply(node("a"))),
        Ok(Event::Delete(node("z"))),
    ];
    assert_eq!(news_of(events).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_broken_watch_keeps_what_was_known_until_the_new_list_is_complete() {
    let events = vec![
        Ok(Event::Init),
        Ok(Event::InitApply(node("a"))),
        Ok(Event::InitDone),
        Err(failure(500)),
        Err(failure(500)),
        Ok(Event::Init),
        Ok(Event::InitApply(node("b"))),
        Err(failure(503)),
        Ok(Event::Init),
        Ok(Event::InitApply(node("c"))),
        Ok(Event::InitDone),
    ];
    assert_eq!(
        news_of(events).await,
        [
            "a",
            "broken: no (500)",
            "broken: no (500)",
            "broken: no (503)",
            "c"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_fell_behind_is_not_broken() {
    let events = vec![Ok(Event::Init), Ok(Event::InitDone), Err(failure(410))];
    assert_eq!(news_of(events).await, [""]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_goes_on_without_news_is_restored_by_an_answer() {
    let answered = Notify::new();
    let broken = vec![Ok(Event::Init), Ok(Event::InitDone), Err(failure(500))];
    let events = stream::iter(broken).chain(stream::once(async {
        answered.notify_waiters();
        tokio::time::sleep(Duration::from_secs(1)).await;
        Err(failure(503))
    }));
    let shared = Shared::<Inventory>::default();
    let news = RefCell::new(Vec::new());
    let listener = |event: News| news.borrow_mut().push(event);
    let events = events.chain(stream::pending());
    let following = follow(events, &answered, &shared, listener);
    let _ = tokio::time::timeout(Duration::from_secs(60), following).await;
    assert_eq!(
        news.into_inner(),
        [
            News::Current,
            News::Broken("no (500)".to_owned()),
            News::Current,
            News::Broken("no (503)".to_owned())
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_no_sign_of_life() {
    let events = vec![
        Ok(Event::Init),
        Err(failure(500)),
        Ok(Event::Init),
        Ok(Event::InitApply(node("a"))),
        Err(failure(503)),
        Ok(Event::Init),
        Ok(Event::InitDone),
    ];
    assert_eq!(
        news_of(events).await,
        ["broken: no (500)", "broken: no (503)", ""]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_goes_on_where_it_broke_is_restored() {
    let events = vec![
        Ok(Event::Init),
        Ok(Event::InitApply(node("a"))),
        Ok(Event::InitDone),
        Err(failure(500)),
        Ok(Event::Apply(node("a"))),
    ];
    assert_eq!(news_of(events).await, ["a", "broken: no (500)", "a"]);
}

#[test]
fn a_namespace_is_kept_while_it_decides_something() {
    let namespace = |labels: &[(&str, &str)], annotations: &[(&str, &str)]| {
        let map = |pairs: &[(&str, &str)]| {
            let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
            Some(pairs.iter().map(owned).collect())
        };
        PartialObjectMeta::<NamespaceObject> {
            metadata: ObjectMeta {
                name: Some("team-a".to_owned()),
                labels: map(labels),
                annotations: map(annotations),
                ..ObjectMeta::default()
            },
            ..PartialObjectMeta::default()
        }
    };
    let selector = ("scheduler.alpha.kubernetes.io/node-selector", "a=1");
    let audit = ("hostfit.dev/mode", "audit");
    let mut namespaces = Namespaces::new();
    for (labels, annotations, changes) in [
        (&[("app", "x")][..], &[("note", "x")][..], false),
        (&[("app", "x"), audit], &[], true),
        (&[("app", "y"), audit], &[("note", "y")], false),
        (&[audit], &[selector], true),
        (&[("app", "y")], &[selector], true),
        (&[("app", "y")], &[], true),
    ] {
        let object = namespace(labels, annotations);
        let changed = Cache::apply(&mut namespaces, object);
        assert_eq!(changed, changes, "{labels:?} {annotations:?}");
    }
    assert!(namespaces.is_empty());
}

#[test]
fn a_runtime_class_is_kept_while_it_decides_something() {
    let class = |scheduling: &str| {
        let yaml = format!("{{metadata: {{name: r}}, handler: runc{scheduling}}}");
        serde_saphyr::from_str::<RuntimeClass>(&yaml).unwrap()
    };
    let mut classes = RuntimeClasses::new();
    for (scheduling, changes) in [
        ("", false),
        (", scheduling: {nodeSelector: {a: '1'}}", true),
        (", scheduling: {nodeSelector: {a: '1'}}", false),
        (", scheduling: {tolerations: [{key: t}]}", true),
    ] {
        let changed = Cache::apply(&mut classes, class(scheduling));
        assert_eq!(changed, changes, "{scheduling}");
    }
    assert!(classes["r"].tolerations.is_some());
    assert!(Cache::apply(&mut classes, class("")) && classes.is_empty());
}

/// An API server with one node of an OS that is ours not, whose watch brings nothing.
fn one_odd_node() -> Client {
    let answer = |request: Request<Body>| async move {
        if request.uri().to_string().contains("watch=true") {
            std::future::pending::<()>().await;
        }
        let node =
            json!({"metadata": {"name": "a"}, "status": {"nodeInfo": {"osImage": "Plan 9"}}});
        let list = json!({"apiVersion": "v1", "kind": "NodeList", "metadata": {"resourceVersion": "1"}, "items": [node]});
        Response::builder().body(Body::from(serde_json::to_vec(&list).unwrap()))
    };
    Client::new(tower::service_fn(answer), "default")
}

#[tokio::test(start_paused = true)]
async fn nodes_are_recognised_anew_by_another_catalogue() {
    let plan9 = "{id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {osImage: ['Plan 9*']}}";
    let entries = vec![serde_saphyr::from_str(plan9).unwrap()];
    let with_plan9 = Catalogue::built_in().with(entries).unwrap();
    let catalogue = tokio::sync::watch::Sender::new(Arc::clone(Catalogue::built_in()));
    let shared = Shared::<Inventory>::default();
    let (tell, mut news) = tokio::sync::mpsc::unbounded_channel();
    let watch = nodes(
        Line::over(one_odd_node()),
        catalogue.subscribe(),
        &shared,
        |_| {
            let inventory = shared.read();
            let first = inventory.nodes().next();
            tell.send(first.map(|(_, group)| group.os.key().0.to_owned()))
                .unwrap();
        },
    );
    let story = async {
        // Time passes at once while nothing else happens.
        let mut recognised = async || {
            let first = tokio::time::timeout(Duration::from_secs(60), news.recv()).await;
            first.expect("listed").unwrap().unwrap()
        };
        assert_eq!(recognised().await, "");
        catalogue.send(Arc::new(with_plan9)).unwrap();
        assert_eq!(recognised().await, "plan9");
    };
    tokio::select! {
        _ = watch => unreachable!(),
        () = story => {}
    }
}

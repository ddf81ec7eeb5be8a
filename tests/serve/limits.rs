//! What is too long, too slow or too much: answered all the same, and nobody else suffers.

use std::path::PathBuf;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;

use crate::client::{Offer, read_to_the_end, tls};
use crate::server::{ALLOWED, DENIED, Server, eventually};

const MIB: usize = 1024 * 1024;

/// A review that says its uid first and is as long as wanted.
fn long_review(length: usize) -> String {
    let head = r#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"long-1","object":""#;
    let tail = "\"}}";
    format!(
        "{head}{}{tail}",
        "x".repeat(length - head.len() - tail.len())
    )
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_its_uid_on_a_connection_that_goes_on() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    let reply = connection
        .post("/validate", long_review(20 * MIB + 1))
        .await;
    let response = &reply.json()["response"];
    assert_eq!(
        (reply.status, &response["uid"], &response["allowed"]),
        (200, &"long-1".into(), &false.into())
    );
    assert_eq!(response["status"]["code"], 413);
    assert_eq!(connection.post("/validate", ALLOWED).await.status, 200);
    server
        .counts(r#"hostfit_errors_total{kind="too-long"} 1"#)
        .await;
}

#[tokio::test]
async fn in_audit_mode_a_body_over_the_limit_is_let_through_with_a_warning() {
    let server = Server::with(&[("c.yaml", "mode: audit")], &["--config=DIR/c.yaml"]).await;
    let response = server.review(&long_review(25 * MIB)).await;
    assert_eq!(
        (&response["uid"], &response["allowed"]),
        (&"long-1".into(), &true.into())
    );
    assert_eq!(
        response["warnings"][0],
        "hostfit did not judge this object: the request is longer than 20 MiB"
    );
}

#[tokio::test]
async fn a_body_at_the_limit_is_judged() {
    let server = Server::start().await;
    let padding = " ".repeat(20 * MIB - DENIED.len());
    assert_eq!(
        server.review(&format!("{DENIED}{padding}")).await["status"]["code"],
        403
    );
}

#[tokio::test]
async fn a_body_that_does_not_come_in_the_callers_time_is_given_up() {
    let server = Server::start().await;
    let mut stream = tls(&server.https, &server.path("ca.crt"), &Offer::default())
        .await
        .unwrap();
    let head = "POST /validate?timeout=1s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = read_to_the_end(&mut stream).await;
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
    server
        .counts(r#"hostfit_errors_total{kind="too-slow"} 1"#)
        .await;
}

#[tokio::test]
async fn a_head_that_does_not_end_closes_the_connection() {
    let server = Server::start().await;
    let mut stream = tls(&server.https, &server.path("ca.crt"), &Offer::default())
        .await
        .unwrap();
    // Not the first one of its connection: each has the limit anew.
    for _ in 0..2 {
        let request = "GET /validate HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        while !reply.ends_with("with an AdmissionReview\n") {
            reply.push(stream.read_u8().await.unwrap().into());
        }
    }
    stream.write_all(b"POST /validate HT").await.unwrap();
    assert_eq!(read_to_the_end(&mut stream).await, "");
}

#[tokio::test]
async fn more_bodies_than_the_budget_are_turned_away_until_there_is_room() {
    let server = Server::start().await;
    let mut crowd = JoinSet::new();
    for _ in 0..5 {
        crowd.spawn(never_done(server.https.clone(), server.path("ca.crt")));
    }
    let answer = || async { server.connect().await.post("/validate", ALLOWED).await };
    let turned_away = eventually("a request that is turned away", || async {
        Some(answer().await).filter(|reply| reply.status == 503)
    });
    assert_eq!(
        turned_away.await.text,
        "hostfit: too many large requests at once; try again\n"
    );
    crowd.shutdown().await;
    eventually("a request that has room", || async {
        (answer().await.status == 200).then_some(())
    })
    .await;
}

/// A client that sends most of a large body and waits, again and again.
async fn never_done(address: String, ca: PathBuf) {
    let length = 16 * MIB + 1;
    let head = format!(
        "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    );
    loop {
        // Each of these may fail: the server has better things to do.
        let Ok(mut stream) = tls(&address, &ca, &Offer::default()).await else {
            continue;
        };
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(&vec![b' '; length - 1]).await;
        let _ = stream.flush().await;
        read_to_the_end(&mut stream).await;
    }
}

#[tokio::test]
async fn a_client_that_only_announces_takes_nothing_of_the_budget() {
    let server = Server::start().await;
    let mut waiting = Vec::new();
    for _ in 0..8 {
        let mut stream = tls(&server.https, &server.path("ca.crt"), &Offer::default())
            .await
            .unwrap();
        let head = format!(
            "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{{",
            20 * MIB
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    server.counts("hostfit_reviews_in_flight 8").await;
    assert_eq!(server.review(DENIED).await["allowed"], false);
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let server = Server::start().await;
    let mut stream = tls(&server.https, &server.path("ca.crt"), &Offer::default())
        .await
        .unwrap();
    let head = "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    server.counts("hostfit_reviews_in_flight 1").await;
    drop(stream);
    server.counts("hostfit_reviews_in_flight 0").await;
}

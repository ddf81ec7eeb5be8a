//! The end: nobody's call is lost, and a second signal is obeyed at once.

use hyper::header;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{Offer, read_to_the_end, tls};
use crate::server::{DENIED, Server, eventually};

#[tokio::test]
async fn the_first_signal_drains() {
    let mut server = Server::with(&[], &["--drain=3"]).await;
    let mut kept = server.connect().await;
    assert_eq!(kept.post("/validate", DENIED).await.status, 200);
    server.signal("TERM");

    let reply = server.reports("[-] shutting down").await;
    assert_eq!(reply.status, 503);
    // On the connection from before, and on a new one, which a client that has not heard of it makes.
    for connection in [&mut kept, &mut server.connect().await] {
        let reply = connection.post("/validate", DENIED).await;
        assert_eq!(reply.json()["response"]["status"]["code"], 403);
        assert_eq!(reply.header(header::CONNECTION), Some("close"));
    }
    assert!(server.ended().await.success());
    assert_eq!(server.lines("stopped").len(), 1);
}

#[tokio::test]
async fn a_request_in_flight_is_finished_after_the_listener_has_closed() {
    let mut server = Server::with(&[], &["--drain=0"]).await;
    let mut stream = tls(&server.https, &server.path("ca.crt"), &Offer::default())
        .await
        .unwrap();
    let (first, second) = DENIED.split_at(DENIED.len() / 2);
    let head = format!(
        "POST /validate?timeout=30s HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{first}",
        DENIED.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    server.counts("hostfit_reviews_in_flight 1").await;

    server.signal("TERM");
    eventually("a closed listener", || async {
        TcpStream::connect(&server.https).await.err()
    })
    .await;
    stream.write_all(second.as_bytes()).await.unwrap();
    let reply = read_to_the_end(&mut stream).await;
    assert!(
        reply.starts_with("HTTP/1.1 200 ") && reply.contains(r#""code":403"#),
        "{reply}"
    );
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    for (name, code) in [("TERM", 143), ("INT", 130)] {
        let mut server = Server::with(&[], &["--drain=3600"]).await;
        server.signal(name);
        server.reports("[-] shutting down").await;
        server.signal(name);
        assert_eq!(server.ended().await.code(), Some(code));
    }
}

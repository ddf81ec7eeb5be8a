//! Reviews: what is answered, counted and logged.

use hyper::{Method, header};

use crate::server::{ALLOWED, DENIED, Server};

#[tokio::test]
async fn the_same_pod_is_denied_on_the_immutable_pool_and_allowed_on_ubuntu() {
    let server = Server::start().await;
    let denied = server.review(DENIED).await;
    assert_eq!(denied["allowed"], false);
    assert_eq!(denied["uid"], "6a3f0c1e-8d5b-4f27-9b1a-2c7e5d904f31");
    assert_eq!(denied["status"]["code"], 403);
    let message = denied["status"]["message"].as_str().unwrap();
    for word in [
        "default/installer",
        "Azure Container Linux",
        "acl1",
        "3 nodes",
        "/usr/bin",
    ] {
        assert!(message.contains(word), "{word} in {message}");
    }
    let allowed = server.review(ALLOWED).await;
    assert_eq!(
        (&allowed["allowed"], &allowed["warnings"]),
        (&true.into(), &().into())
    );

    for (decision, kind) in [("deny", "Pod"), ("allow", "Pod")] {
        let labels =
            format!(r#"decision="{decision}",mode="enforce",operation="CREATE",kind="{kind}""#);
        server
            .counts(&format!("hostfit_reviews_total{{{labels}}} 1"))
            .await;
    }
    server
        .counts(r#"hostfit_findings_total{rule="host-path",severity="at-risk"} 1"#)
        .await;
    server
        .counts("hostfit_review_duration_seconds_count 2")
        .await;
    server.counts("hostfit_reviews_in_flight 0").await;
    server
        .counts(r#"hostfit_nodes{os="azure-container-linux",state="immutable"} 3"#)
        .await;
}

#[tokio::test]
async fn a_review_that_is_not_plainly_allowed_gets_one_line_in_the_log() {
    let server = Server::start().await;
    server.review(ALLOWED).await;
    server.review(DENIED).await;
    let mut line = server.logged("review").await;
    assert_eq!(server.lines("review").len(), 1);
    line["timestamp"].take();
    insta::assert_json_snapshot!(line, @r#"
        {
          "decision": "deny",
          "dry_run": false,
          "findings": "host-path spec.volumes[0].hostPath",
          "kind": "Pod",
          "level": "INFO",
          "message": "review",
          "mode": "enforce",
          "name": "installer",
          "namespace": "default",
          "operation": "CREATE",
          "placement": "immutable 3/3",
          "target": "hostfit::serve::log",
          "timestamp": null,
          "uid": "6a3f0c1e-8d5b-4f27-9b1a-2c7e5d904f31",
          "user": "jane"
        }
        "#);
}

#[tokio::test]
async fn what_an_owner_wrote_is_harmless_in_the_log_and_what_a_pod_holds_is_not_there() {
    let server = Server::start().await;
    let body = DENIED
        .replace("\"name\": \"installer\"", r#""name": "two\nlines\u202e""#)
        .replace("jane", &"j".repeat(500))
        .replace(
            r#""name": "agent","#,
            r#""name": "agent", "args": ["S3CRET"], "env": [{"name": "A", "value": "S3CRET"}],"#,
        );
    assert!(body.contains("S3CRET"));
    server.review(&body).await;
    let line = server.logged("review").await;
    assert_eq!(line["name"], r"two\nlines\u{202e}");
    assert_eq!(line["user"].as_str().unwrap().chars().count(), 81);
    assert!(!line.to_string().contains("S3CRET"));
}

#[tokio::test]
async fn a_namespace_label_cannot_be_set_without_a_cluster_but_a_configuration_can() {
    let config = "namespaces: [{names: [default], mode: audit}]";
    let server = Server::with(&[("c.yaml", config)], &["--config=DIR/c.yaml"]).await;
    let warned = server.review(DENIED).await;
    assert_eq!(warned["allowed"], true);
    let warning = warned["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("hostfit: host-path: "), "{warning}");
}

#[tokio::test]
async fn a_body_that_is_no_review_is_answered_with_its_uid_or_an_error() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    let broken = &DENIED[..DENIED.len() / 2];
    let reply = connection.post("/validate", broken).await;
    assert_eq!(
        reply.json()["response"]["uid"],
        "6a3f0c1e-8d5b-4f27-9b1a-2c7e5d904f31"
    );
    assert_eq!(reply.json()["response"]["status"]["code"], 400);
    let reply = connection.post("/validate", "hello").await;
    assert_eq!(reply.status, 400);
    server
        .counts(r#"hostfit_errors_total{kind="unreadable"} 2"#)
        .await;
}

#[tokio::test]
async fn a_wrong_path_or_method_says_what_is_right() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    let reply = connection.post("/mutate", DENIED).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (
            404,
            "hostfit: there is no /mutate; reviews go to /validate\n"
        )
    );
    let reply = connection
        .send(Method::PUT, "/validate", DENIED)
        .await
        .unwrap();
    assert_eq!(
        (reply.status, reply.header(header::ALLOW)),
        (405, Some("POST"))
    );
    assert_eq!(
        reply.text,
        "hostfit: /validate takes POST, with an AdmissionReview\n"
    );
}

#[tokio::test]
async fn a_connection_serves_one_review_after_another() {
    let server = Server::start().await;
    let mut connection = server.connect().await;
    for _ in 0..100 {
        let reply = connection.post("/validate", DENIED).await;
        assert_eq!(
            (reply.status, reply.header(header::CONNECTION)),
            (200, None)
        );
    }
    assert!(!connection.is_closed());
}

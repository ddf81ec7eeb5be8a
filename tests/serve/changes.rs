//! What changes while it serves: nodes and configuration, for better and for worse.

use crate::client::Connection;
use crate::server::{DENIED, NODES, Server, eventually};

async fn is_denied(server: &Server, denied: bool) {
    let what = if denied { "a denial" } else { "no denial" };
    eventually(what, || async {
        (server.review(DENIED).await["allowed"] != denied).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nodes_that_change_change_the_decision() {
    let server = Server::start().await;
    is_denied(&server, true).await;
    server.exchange(
        "nodes.yaml",
        &NODES
            .replace("AzureContainerLinux", "Ubuntu")
            .replace("AKSAzureLinux-acl", "x")
            .replace("Microsoft Azure Container Linux", "Ubuntu"),
    );
    is_denied(&server, false).await;
    server.exchange("nodes.yaml", NODES);
    is_denied(&server, true).await;
}

#[tokio::test]
async fn a_broken_node_file_keeps_the_last_good_nodes_and_says_so() {
    let server = Server::start().await;
    server.exchange("nodes.yaml", "kind: [");
    let reply = server
        .reports("[!] nodes: the last good ones go on: ")
        .await;
    assert_eq!(reply.status, 200);
    is_denied(&server, true).await;
    let age = server.metrics().await;
    let age = age
        .lines()
        .find_map(|line| line.strip_prefix("hostfit_node_cache_age_seconds "));
    assert!(age.unwrap().parse::<f64>().unwrap() > 0.0);
    std::fs::remove_file(server.path("nodes.yaml")).unwrap();
    server
        .reports("nodes.yaml: No such file or directory")
        .await;
    server.exchange("nodes.yaml", NODES);
    server.reports("[+] nodes: 6 known").await;
    server.counts("hostfit_node_cache_age_seconds 0.0").await;
}

#[tokio::test]
async fn a_bad_item_of_a_node_file_is_named_and_the_rest_counts() {
    let with_bad_item = format!("{NODES}- {{kind: Node, metadata: {{name: bad, labels: 7}}}}\n");
    let server = Server::with(&[("n.yaml", &with_bad_item)], &["--nodes=DIR/n.yaml"]).await;
    is_denied(&server, true).await;
    let line = server.logged("a node is left out").await;
    let complaint = line["complaint"].as_str().unwrap();
    assert!(
        complaint.ends_with(
            "n.yaml: item 6 is left out: node bad: invalid type: integer `7`, expected a map"
        ),
        "{complaint}"
    );
}

#[tokio::test]
async fn nodes_come_from_standard_input_and_several_files() {
    let more = "{kind: Node, metadata: {name: more}, status: {nodeInfo: {osImage: Flatcar}}}";
    let arguments = ["--nodes=-", "--nodes=DIR/more.yaml"];
    let server = Server::spawn(&[("more.yaml", more)], &arguments, NODES).await;
    server.reports("[+] nodes: 7 known").await;
    server.exchange(
        "more.yaml",
        &format!("{more}\n---\n{}", more.replace("more", "yet-more")),
    );
    server.reports("[+] nodes: 8 known").await;
    is_denied(&server, true).await;
}

#[tokio::test]
async fn a_configuration_that_changes_changes_the_decision() {
    let server = Server::with(&[("c.yaml", "mode: enforce")], &["--config=DIR/c.yaml"]).await;
    is_denied(&server, true).await;
    server.exchange("c.yaml", "mode: audit");
    is_denied(&server, false).await;
    server.reports("c.yaml, mode audit").await;
    server
        .counts(r#"hostfit_configuration_reloads_total{result="success"} 1"#)
        .await;
}

#[tokio::test]
async fn a_broken_configuration_keeps_the_last_good_one_and_is_told_once() {
    let server = Server::with(&[("c.yaml", "mode: enforce")], &["--config=DIR/c.yaml"]).await;
    server.exchange("c.yaml", "mod: audit");
    let reply = server
        .reports("[!] configuration: the last good one goes on: ")
        .await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("did you mean mode?"), "{}", reply.text);
    server.counts("hostfit_configuration_ok 0").await;
    is_denied(&server, true).await;

    // A second broken content; by then the first has been looked at more than once.
    server.exchange("c.yaml", "mode: maybe");
    server
        .counts(r#"hostfit_configuration_reloads_total{result="failure"} 2"#)
        .await;
    server.exchange("c.yaml", "mode: audit");
    server.counts("hostfit_configuration_ok 1").await;
    // The log keeps its order, so what was told before is there by now.
    server.logged("the configuration has changed").await;
    let told = "the changed configuration is not taken over; the last good one goes on";
    assert_eq!(server.lines(told).len(), 2);
    is_denied(&server, false).await;
}

/// An operating system that is ours no more, and one that is new: the nodes are recognised anew, without a restart.
#[tokio::test]
async fn operating_systems_that_change_change_the_decision() {
    let nodes = NODES
        .replace("AzureContainerLinux", "Plan9")
        .replace("AKSAzureLinux-acl", "x")
        .replace("Microsoft Azure Container Linux", "Plan 9");
    let files = [("n.yaml", nodes.as_str()), ("c.yaml", "mode: enforce")];
    let server = Server::with(&files, &["--nodes=DIR/n.yaml", "--config=DIR/c.yaml"]).await;
    is_denied(&server, false).await;
    let with = |because: &str| {
        format!(
            "operatingSystems: [{{id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {{osImage: ['Plan 9*']}}, paths: [{{path: /usr, is: read-only, because: {because}, source: s, confidence: cited}}]}}]"
        )
    };
    server.exchange("c.yaml", &with("/usr is made of glass"));
    is_denied(&server, true).await;
    says(&server, "does not fit Plan 9 (pool acl1").await;
    says(&server, "/usr is made of glass").await;

    // A fact is no reason to look at the nodes again, and holds all the same.
    server.exchange("c.yaml", &with("/usr is made of wood"));
    says(&server, "/usr is made of wood").await;
    let anew = "the operating systems of the nodes are recognised anew";
    assert_eq!(server.lines(anew).len(), 1);
    server.exchange("c.yaml", "mode: enforce");
    is_denied(&server, false).await;
}

async fn says(server: &Server, words: &str) {
    eventually(words, || async {
        let review = server.review(DENIED).await;
        let message = review["status"]["message"].as_str().unwrap_or_default();
        message.contains(words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_exemption_that_has_expired_is_told_when_the_configuration_is_read() {
    let config = "exemptions: [{name: old-agent, expires: 2020-01-31, match: {names: [installer]}, rules: [host-path]}]";
    let server = Server::with(&[("c.yaml", config)], &["--config=DIR/c.yaml"]).await;
    let line = server
        .logged("an exemption has expired and no longer holds")
        .await;
    assert_eq!(
        (&line["exemption"], &line["expired"]),
        (&"old-agent".into(), &"2020-01-31".into())
    );
    is_denied(&server, true).await;
}

#[tokio::test]
async fn an_exemption_in_use_is_counted_by_its_name() {
    let config = "exemptions: [{name: agent, match: {names: [installer]}, rules: [host-path]}]";
    let server = Server::with(&[("c.yaml", config)], &["--config=DIR/c.yaml"]).await;
    is_denied(&server, false).await;
    server
        .counts(r#"hostfit_exemptions_used_total{exemption="agent"} 1"#)
        .await;
    assert_eq!(server.logged("review").await["exemption"], "agent");
}

#[tokio::test]
async fn the_example_is_a_configuration() {
    let config = include_str!("../../examples/config.yaml");
    let server = Server::with(&[("c.yaml", config)], &["--config=DIR/c.yaml"]).await;
    is_denied(&server, true).await;
}

#[tokio::test]
async fn the_admin_port_says_what_it_has() {
    let server = Server::start().await;
    let mut connection = Connection::plain(&server.admin).await;
    assert_eq!(connection.get("/livez").await.text, "ok\n");
    let reply = connection.get("/").await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (404, "hostfit: here are /livez, /readyz and /metrics\n")
    );
}

//! A cluster that is not there, does not answer, or is none: what `scan` says of it, and `check` where it is told to ask one.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};

use crate::api::{cluster, listen, serve};
use crate::run::{Folder, kubeconfig};

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostNetwork: true}}";

/// What both commands say. They must say it in the same words, and nothing else.
fn said(folder: &Folder, arguments: &[&str]) -> String {
    folder.write("pod.yaml", POD);
    let of_scan = folder.run(&[&["scan"], arguments].concat());
    let of_check = folder.run(&[&["check", "pod.yaml"], arguments].concat());
    if of_scan.whole() == of_check.whole() {
        of_scan.whole()
    } else {
        format!("scan: {}check: {}", of_scan.whole(), of_check.whole())
    }
}

/// What is said of the server there.
fn said_of(url: &str) -> String {
    let folder = Folder::with(&[("kubeconfig", &kubeconfig(url))]);
    said(&folder, &["--kubeconfig=kubeconfig"])
}

#[test]
fn without_a_kubeconfig_a_scan_has_no_cluster() {
    let outcome = Folder::with(&[]).run(&["scan"]);
    insta::assert_snapshot!(outcome.whole(), @r#"
    3
    error: no cluster: this is no pod (failed to read an incluster environment variable: environment variable not found), and the kubeconfig cannot be used: failed to read kubeconfig from '"/nonexistent/.kube/config"': No such file or directory (os error 2); give --kubeconfig FILE
    "#);
}

#[test]
fn a_kubeconfig_that_cannot_be_used_is_a_mistake() {
    let folder = Folder::with(&[
        ("text", "this is no kubeconfig"),
        ("broken", "clusters: ["),
        ("empty", ""),
        ("kubeconfig", &kubeconfig("http://127.0.0.1:1")),
        ("url", &kubeconfig("no url")),
    ]);
    let mut all = String::new();
    for arguments in [
        &["--kubeconfig=none"][..],
        &["--kubeconfig=text"],
        &["--kubeconfig=broken"],
        &["--kubeconfig=empty"],
        &["--kubeconfig=url"],
        &["--kubeconfig=kubeconfig", "--context=other"],
        &["--context=other"],
    ] {
        all += &said(&folder, arguments);
    }
    insta::assert_snapshot!(all, @r#"
    2
    error: the kubeconfig cannot be used: failed to read kubeconfig from '"none"': No such file or directory (os error 2); check --kubeconfig and --context
    2
    error: the kubeconfig cannot be used: failed to parse kubeconfig YAML: error: line 1 column 1: expected mapping start; check --kubeconfig and --context
    2
    error: the kubeconfig cannot be used: failed to parse kubeconfig YAML: error: line 1 column 11: unclosed bracket '['; check --kubeconfig and --context
    2
    error: the kubeconfig has no current context, nor any other; check --kubeconfig
    2
    error: the kubeconfig cannot be used: failed to parse cluster url: invalid uri character; check --kubeconfig and --context
    2
    error: the kubeconfig has no context other; give --context one of c
    2
    error: the kubeconfig cannot be used: failed to read kubeconfig from '"/nonexistent/.kube/config"': No such file or directory (os error 2); check --kubeconfig and --context
    "#);
}

#[test]
fn a_server_that_is_not_there_is_told() {
    insta::assert_snapshot!(said_of("http://127.0.0.1:1"), @r"
    scan: 3
    error: http://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): tcp connect error: Connection refused (os error 111); check --kubeconfig, --context and --server
    check: 3
    error: http://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): tcp connect error: Connection refused (os error 111); check --kubeconfig, --context and --server, or give --nodes FILE
    ");
}

#[test]
fn a_server_without_tls_is_told() {
    let address = serve(cluster(), &[]);
    insta::assert_snapshot!(said_of(&format!("https://{address}")), @r"
    scan: 3
    error: https://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): received corrupt message of type InvalidContentType; check --kubeconfig, --context and --server
    check: 3
    error: https://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): received corrupt message of type InvalidContentType; check --kubeconfig, --context and --server, or give --nodes FILE
    ");
}

#[test]
fn a_server_whose_certificate_nobody_vouches_for_is_told() {
    insta::assert_snapshot!(said_of(&format!("https://{}", with_own_certificate())), @r"
    scan: 3
    error: https://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): invalid peer certificate: UnknownIssuer; check --certificate-authority and --tls-server-name, or what the kubeconfig says of them
    check: 3
    error: https://127.0.0.1:PORT/: its nodes cannot be read: client error (Connect): invalid peer certificate: UnknownIssuer; check --certificate-authority and --tls-server-name, or what the kubeconfig says of them, or give --nodes FILE
    ");
}

/// As a captive portal or the wrong port does.
#[test]
fn a_server_that_is_no_api_server_is_told() {
    let page = || async { "<html>Please log in</html>" };
    let address = listen(Router::new().route("/{*path}", get(page)));
    insta::assert_snapshot!(said_of(&format!("http://{address}")), @r"
    scan: 3
    error: http://127.0.0.1:PORT/: its nodes cannot be read: Error deserializing response: expected value at line 1 column 1; check --kubeconfig, --context and --server
    check: 3
    error: http://127.0.0.1:PORT/: its nodes cannot be read: Error deserializing response: expected value at line 1 column 1; check --kubeconfig, --context and --server, or give --nodes FILE
    ");
}

#[test]
fn without_nodes_nothing_is_said() {
    let address = serve(cluster(), &["nodes"]);
    insta::assert_snapshot!(said_of(&format!("http://{address}")), @r#"
    scan: 3
    error: http://127.0.0.1:PORT/: refuses: nodes is forbidden: User "u" cannot list resource "nodes" (403); let this account list nodes
    check: 3
    error: http://127.0.0.1:PORT/: refuses: nodes is forbidden: User "u" cannot list resource "nodes" (403); let this account list nodes, or give --nodes FILE
    "#);
}

/// A server that speaks TLS with a certificate that it signed itself.
fn with_own_certificate() -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let names = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = names.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = Arc::new(
        config
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap(),
    );
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut server = ServerConnection::new(Arc::clone(&config)).unwrap();
            // Until the client has seen the certificate and leaves.
            let _ = server.complete_io(&mut connection.unwrap());
        }
    });
    address
}

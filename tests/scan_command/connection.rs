//! kubectl's own options: which API server is asked, and as whom, by API servers that refuse everybody and say whom.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::run::{Folder, Outcome};

/// Serves until the test process ends.
fn refuse() -> SocketAddr {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(|headers: HeaderMap| async move {
        let asks = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            let is_who = name == "authorization" || name.as_str().starts_with("impersonate-");
            is_who.then(|| format!(" {name}={}", value.to_str().unwrap()))
        };
        let mut who: Vec<String> = headers.iter().filter_map(asks).collect();
        who.sort();
        let message = format!("no list for{}", who.concat());
        let status = json!({"kind": "Status", "status": "Failure", "message": message, "reason": "Forbidden", "code": 403});
        (StatusCode::FORBIDDEN, status.to_string())
    });
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    address
}

/// Two API servers, and a folder with a kubeconfig for both.
struct Two {
    folder: Folder,
    a: SocketAddr,
    b: SocketAddr,
}

impl Two {
    fn new() -> Self {
        let (a, b) = (refuse(), refuse());
        let folder = Folder::with(&[]);
        let config = json!({
            "clusters": [{"name": "alpha", "cluster": {"server": format!("http://{a}"), "tls-server-name": "alpha"}},
                {"name": "beta", "cluster": {"server": format!("http://{b}")}}],
            "users": [{"name": "ann", "user": {"token": "of-ann"}},
                {"name": "bob", "user": {"username": "bob", "password": "p", "as": "bobs", "as-groups": ["staff"], "as-uid": "1"}}],
            "contexts": [{"name": "first", "context": {"cluster": "alpha", "user": "ann"}},
                {"name": "second", "context": {"cluster": "beta", "user": "bob"}},
                {"name": "nobody", "context": {"cluster": "beta", "user": "gone"}}],
            "current-context": "first",
        });
        folder.write("both", config.to_string());
        let mut one = config.clone();
        one["current-context"] = "".into();
        one["contexts"] = json!([]);
        folder.write("names", one.to_string());
        let mut other = config;
        other["users"][0]["user"]["token"] = "of-another".into();
        other["current-context"] = "second".into();
        folder.write("contexts", other.to_string());
        let user = json!({"token": "of-ann\n"});
        let broken = json!({"users": [{"name": "ann", "user": user}], "contexts": [{"name": "c", "context": {"cluster": "", "user": "ann"}}]});
        folder.write("broken", broken.to_string());
        Self { folder, a, b }
    }

    /// `hostfit scan`, without a pod, a kubeconfig of its own or anything else in its environment than this.
    fn scan(&self, kubeconfig: &str, arguments: &[&str]) -> String {
        let given = arguments.join(" ");
        let a = self.a.to_string();
        let arguments = given.replace("ALPHA", &a);
        let arguments: Vec<&str> = arguments.split(' ').filter(|it| !it.is_empty()).collect();
        let arguments = [&["scan"], &arguments[..]].concat();
        let mut command = self.folder.command(&arguments);
        let output = command.env("KUBECONFIG", kubeconfig).output().unwrap();
        let outcome = Outcome::of(output);
        // As it is: two servers of this machine are told apart.
        let whole = format!("{}\n{}{}", outcome.code, outcome.stderr, outcome.stdout);
        let whole = whole
            .replace(&a, "ALPHA")
            .replace(&self.b.to_string(), "BETA");
        format!("{kubeconfig} {given}\n  {}", whole.replacen('\n', ": ", 1))
    }
}

#[test]
fn who_is_asked_and_by_whom() {
    let two = Two::new();
    let cases = [
        ("both", ""),
        ("both", "--context second"),
        ("both", "--context nobody"),
        ("both", "--context="),
        ("both", "--cluster beta"),
        ("both", "--user bob"),
        ("both", "--context second --user ann --cluster alpha"),
        ("both", "--context second -s http://ALPHA"),
        ("both", "--token given"),
        ("both", "--user bob --token given"),
        ("both", "--as system:serviceaccount:ci:scanner"),
        (
            "both",
            "--as u --as-group g --as-group h --as-uid 7 --as-user-extra example.com/k=v --as-user-extra example.com/k=w",
        ),
        ("both", "--user bob --as carl"),
        ("both", "--user bob --as-group g --as-uid 2"),
        ("names", "--cluster alpha --user ann"),
        ("names", "--cluster beta"),
        ("none", "--server http://ALPHA --token given"),
        ("none", "--server http://ALPHA"),
        ("", "--server http://ALPHA --request-timeout 1m"),
        // Of several, the first that says a thing, and those that are not there say nothing.
        ("names:none:contexts", ""),
        ("names:none:contexts", "--user ann"),
        ("contexts:both", "--context first"),
        (":both:", ""),
    ];
    let said = cases.map(|(kubeconfig, arguments)| two.scan(kubeconfig, &[arguments]));
    insta::assert_snapshot!(said.concat());
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let two = Two::new();
    let cases = [
        ("both", "--context secnd"),
        ("both", "--context x"),
        ("both", "--cluster alpa"),
        ("both", "--cluster x"),
        ("both", "--user an"),
        ("both", "--user x"),
        ("names", ""),
        ("names", "--context x"),
        ("none", ""),
        ("none", "--cluster alpha"),
        ("none", "--as u"),
        ("both", "--as-group g"),
        ("both", "--as-uid 1"),
        ("both", "--as-user-extra k=v"),
        ("both", "--as-user-extra kv"),
        ("both", "--server ALPHA"),
        ("both", "--token two\twords"),
        ("broken", "--context c --server http://ALPHA"),
        ("both", "--client-certificate c.pem"),
        ("both", "--client-certificate c.pem --client-key k.pem"),
        ("both", "--certificate-authority ca.pem"),
        (
            "both",
            "--certificate-authority ca.pem --insecure-skip-tls-verify",
        ),
        ("both", "--insecure-skip-tls-verify=maybe"),
        ("both", "--request-timeout soon"),
    ];
    let said = cases.map(|(kubeconfig, arguments)| two.scan(kubeconfig, &[arguments]));
    insta::assert_snapshot!(said.concat());
}

/// One that takes connections and says nothing.
#[test]
fn an_api_server_that_is_silent_is_left_when_the_time_is_over() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let folder = Folder::with(&[]);
    let server = format!("--server=http://{}", silent.local_addr().unwrap());
    let arguments = ["scan", &server, "--request-timeout=100ms"];
    let outcome = Outcome::of(folder.command(&arguments).output().unwrap());
    assert_eq!(
        outcome.whole(),
        "3\nerror: http://127.0.0.1:PORT/: its nodes cannot be read: client error (SendRequest): connection error: timed out; \
         check --server, or give it more time with --request-timeout\n"
    );
}

//! With a real API server: what its watches bring, and what happens while it is away. Each test is for a test cluster of its own, as it
//! makes nodes and stops the API server.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{DENIED, Server, eventually, hostfit};
use crate::tls::pair;

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn nodes_and_namespaces_are_followed_as_they_come_and_go() {
    let server = as_admin().await;
    let on_new_pool = DENIED.replace("acl1", "new1");
    is_denied(&server, DENIED, true).await;
    // Nothing selects an OS by name, and no node has the pool.
    is_denied(&server, &on_new_pool, false).await;

    apply(&node("new1-0", "AzureContainerLinux"));
    is_denied(&server, &on_new_pool, true).await;
    apply(&node("new1-1", "Ubuntu"));
    is_denied(&server, &on_new_pool, false).await;
    kubectl(&["delete", "node", "new1-1"]);
    is_denied(&server, &on_new_pool, true).await;
    // A pool that was scaled to zero is remembered: its next node would be as its last one was.
    kubectl(&["delete", "node", "new1-0"]);
    is_denied(&server, &on_new_pool, true).await;

    let in_team = DENIED.replace(r#""namespace": "default""#, r#""namespace": "team""#);
    kubectl(&["create", "namespace", "team"]);
    is_denied(&server, &in_team, true).await;
    kubectl(&["label", "namespace", "team", "hostfit.dev/mode=audit"]);
    is_denied(&server, &in_team, false).await;
    kubectl(&["label", "namespace", "team", "hostfit.dev/mode-"]);
    is_denied(&server, &in_team, true).await;
    kubectl(&["label", "namespace", "team", "hostfit.dev/mode=aduit"]);
    let complaint = eventually("a complaint", || async {
        server.review(&in_team).await;
        server.lines("a part of the namespace is ignored").pop()
    });
    let complaint = complaint.await["complaint"].to_string();
    assert!(complaint.contains("hostfit.dev/mode=aduit"), "{complaint}");
    server.review(&in_team).await;
    assert_eq!(server.lines("a part of the namespace is ignored").len(), 1);
}

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn while_the_api_server_is_away_what_was_last_known_holds() {
    let server = as_admin().await;
    is_denied(&server, DENIED, true).await;
    let account = account("late", "nodes,namespaces,runtimeclasses");
    let api_server = ApiServer::find();
    api_server.stop();

    let reply = server
        .reports("[!] nodes: what was last known holds: ")
        .await;
    assert_eq!(reply.status, 200);
    assert_eq!(server.review(DENIED).await["allowed"], false);
    server
        .reports("[!] namespaces: what was last known holds: ")
        .await;
    let age = || async {
        let text = server.metrics().await;
        let age = text
            .lines()
            .find_map(|line| line.strip_prefix("hostfit_node_cache_age_seconds "));
        age.unwrap().parse::<f64>().ok().filter(|age| *age > 0.0)
    };
    eventually("an age of the nodes", age).await;

    // A pod that starts meanwhile is alive, and waits.
    let late = in_a_pod(account.path(), &[]).await;
    let reply = late.readyz().await;
    assert_eq!(reply.status, 503, "{}", reply.text);
    late.reports("[-] nodes: ").await;

    api_server.start().await;
    apply(&node("new2-0", "AzureContainerLinux"));
    is_denied(&server, &DENIED.replace("acl1", "new2"), true).await;
    // Nothing happens to any namespace: that the watch works again is known all the same.
    server.reports("[+] nodes: ").await;
    server.reports("[+] namespaces: ").await;
    server.counts("hostfit_node_cache_age_seconds 0.0").await;
    eventually("a late start", || async {
        (late.readyz().await.status == 200).then_some(())
    })
    .await;
    is_denied(&late, DENIED, true).await;
    kubectl(&["delete", "node", "new2-0"]);
}

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn without_the_right_to_see_runtime_classes_it_serves_all_the_same() {
    let account = account("narrow", "nodes,namespaces");
    let server = in_a_pod(account.path(), &[]).await;
    let refused = "[!] runtime-classes: none is known: runtimeclasses.node.k8s.io is forbidden";
    server.reports(refused).await;
    is_denied(&server, DENIED, true).await;
    assert_eq!(server.readyz().await.status, 200);

    let allow = ["--verb=list,watch", "--resource=runtimeclasses"];
    kubectl(&[&["create", "clusterrole", "classes"], &allow[..]].concat());
    let binding = ["--clusterrole=classes", "--serviceaccount=default:narrow"];
    kubectl(&[&["create", "clusterrolebinding", "classes"], &binding[..]].concat());
    server.reports("[+] runtime-classes: 0 that").await;
}

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn without_rights_it_ends_with_exit_code_3_and_one_line() {
    kubectl(&["create", "serviceaccount", "powerless"]);
    let token = kubectl(&["create", "token", "powerless"]);
    for (token, said) in [
        (token.trim(), "system:serviceaccount:default:powerless"),
        ("no-token", "Unauthorized (401)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, with_token(token)).unwrap();
        let output = hostfit()
            .args([
                "serve",
                "--listen=127.0.0.1:0",
                "--admin-listen=127.0.0.1:0",
            ])
            .arg("--kubeconfig")
            .arg(&file)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), text.lines().count()),
            (Some(3), 1),
            "{text}"
        );
        assert!(
            text.contains(said) && text.contains("ClusterRole"),
            "{text}"
        );
    }
}

/// Serves with the rights of whoever runs the test, and a certificate of its own. Ready when this returns.
async fn as_admin() -> Server {
    let kubeconfig = format!("--kubeconfig={}", std::env::var("KUBECONFIG").unwrap());
    let server = serve(hostfit(), &[&kubeconfig]).await;
    eventually("ready", || async {
        (server.readyz().await.status == 200).then_some(())
    })
    .await;
    server
}

/// Serves as in a pod: with the API server's address in the environment, and the service account's files where the kubelet puts them.
pub(crate) async fn in_a_pod(account: &Path, arguments: &[&str]) -> Server {
    let script = r#"mount -t tmpfs tmpfs /run
        mkdir -p /run/secrets/kubernetes.io
        cp -r "$0" /run/secrets/kubernetes.io/serviceaccount
        exec "$@""#;
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-euc", script])
        .arg(account)
        .arg(env!("CARGO_BIN_EXE_hostfit"))
        .env("KUBERNETES_SERVICE_HOST", std::env::var("API_IP").unwrap())
        .env("KUBERNETES_SERVICE_PORT", "443");
    serve(command, arguments).await
}

/// The files of a service account that may watch these.
pub(crate) fn account(name: &str, resources: &str) -> TempDir {
    let resources = format!("--resource={resources}");
    let to_watch = ["--verb=list,watch", &resources];
    let role = format!("--clusterrole={name}");
    let who = format!("--serviceaccount=default:{name}");
    kubectl(&["create", "serviceaccount", name]);
    kubectl(&[&["create", "clusterrole", name], &to_watch[..]].concat());
    kubectl(&["create", "clusterrolebinding", name, &role, &who]);
    let folder = tempfile::tempdir().unwrap();
    let ca = [
        "get",
        "configmap",
        "kube-root-ca.crt",
        "--output=jsonpath={.data.ca\\.crt}",
    ];
    for (file, content) in [
        ("token", kubectl(&["create", "token", name])),
        ("ca.crt", kubectl(&ca)),
        ("namespace", "hostfit-system".to_owned()),
    ] {
        std::fs::write(folder.path().join(file), content.trim()).unwrap();
    }
    folder
}

/// The API server's process, which can be ended and started anew.
struct ApiServer {
    id: String,
    command: Command,
}

impl ApiServer {
    fn find() -> Self {
        let output = Command::new("pgrep")
            .arg("kube-apiserver")
            .output()
            .unwrap();
        let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        let read = |file: &str| std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap();
        let (arguments, environment) = (read("cmdline"), read("environ"));
        let mut arguments = arguments.split_terminator('\0');
        let mut command = Command::new(arguments.next().unwrap());
        command
            .args(arguments)
            .env_clear()
            .envs(
                environment
                    .split_terminator('\0')
                    .filter_map(|pair| pair.split_once('=')),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let folder = std::fs::read_link(format!("/proc/{id}/cwd")).unwrap();
        command.current_dir(folder);
        Self { id, command }
    }

    /// Without a word to anyone, as when its machine is gone.
    fn stop(&self) {
        let sent = Command::new("kill").args(["-s", "KILL", &self.id]).status();
        assert!(sent.unwrap().success());
    }

    #[allow(
        clippy::zombie_processes,
        reason = "it goes on after this test, until its cluster ends"
    )]
    async fn start(mut self) {
        self.command.spawn().unwrap();
        let ready = || async {
            let asked = Command::new("kubectl")
                .args(["get", "--raw", "/readyz"])
                .output();
            asked.unwrap().status.success().then_some(())
        };
        eventually("the API server", ready).await;
    }
}

async fn serve(command: Command, arguments: &[&str]) -> Server {
    let (certificate, key) = pair();
    let files = [("ca.crt", certificate.as_str()), ("tls.key", key.as_str())];
    let tls = ["--tls-cert=DIR/ca.crt", "--tls-key=DIR/tls.key"];
    Server::run(command, &files, &[arguments, &tls].concat(), "").await
}

pub(crate) async fn is_denied(server: &Server, review: &str, denied: bool) {
    let what = if denied { "a denial" } else { "no denial" };
    eventually(what, || async {
        (server.review(review).await["allowed"] != denied).then_some(())
    })
    .await;
}

/// A node of the pool that its name begins with.
fn node(name: &str, sku: &str) -> String {
    let pool = name.split('-').next().unwrap();
    format!(
        "{{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{kubernetes.azure.com/agentpool: {pool}, \
         kubernetes.azure.com/os-sku: {sku}}}}}}}"
    )
}

pub(crate) fn apply(manifest: &str) {
    let mut child = Command::new("kubectl")
        .args(["apply", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(manifest.as_bytes()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

pub(crate) fn kubectl(arguments: &[&str]) -> String {
    let output = Command::new("kubectl").args(arguments).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "kubectl {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The kubeconfig with another user.
fn with_token(token: &str) -> String {
    let text = kubectl(&["config", "view", "--raw", "--output=json"]);
    let mut config: Value = serde_json::from_str(&text).unwrap();
    config["users"][0]["user"] = serde_json::json!({ "token": token });
    config.to_string()
}

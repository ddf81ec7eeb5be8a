//! Starts that cannot go well: one line that says what, where and what to do, and the exit code of the documentation.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::server::{NODES, PATIENCE, eventually, hostfit};

/// Exit code and standard error, with the folder and free ports made the same in every run.
fn start(folder: &Path, arguments: &[&str]) -> String {
    let folder = folder.to_str().unwrap();
    let arguments = arguments
        .iter()
        .map(|argument| argument.replace("DIR", folder));
    // A start that goes well would never end.
    let output = assert_cmd::Command::from_std(hostfit())
        .timeout(PATIENCE)
        .arg("serve")
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr)
        .unwrap()
        .replace(folder, "DIR");
    assert_eq!(text.lines().count(), 1, "{text}");
    format!("{}: {text}", output.status.code().unwrap())
}

/// A folder with files for every case.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("nodes.yaml", NODES),
        ("broken.yaml", "kind: ["),
        (
            "typo.yaml",
            "mode: enforce\nexcludedNamespace: [kube-system]\n",
        ),
        ("empty.pem", ""),
    ];
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

const FREE: [&str; 3] = [
    "--nodes=DIR/nodes.yaml",
    "--listen=127.0.0.1:0",
    "--admin-listen=127.0.0.1:0",
];

#[test]
fn the_command_line() {
    let folder = folder();
    let cases: [&[&str]; 7] = [
        &["--lisen=127.0.0.1:0"],
        &["--listen=8443"],
        &["--drain=soon"],
        &["--tls-cert=DIR/empty.pem"],
        &["--nodes=DIR/nodes.yaml", "--kubeconfig=DIR/nodes.yaml"],
        &["--nodes=DIR/nodes.yaml", "--bindings=warn"],
        &["--tls-ca-out=DIR/ca.crt"],
    ];
    let lines: Vec<String> = cases
        .iter()
        .map(|case| start(folder.path(), case))
        .collect();
    insta::assert_snapshot!(lines.concat(), @r#"
        2: error: unexpected argument '--lisen' found; a similar argument exists: '--listen'; see --help
        2: error: invalid value '8443' for '--listen <ADDR:PORT>': invalid socket address syntax; see --help
        2: error: invalid value 'soon' for '--drain <SECONDS>': invalid digit found in string; see --help
        2: error: the following required arguments were not provided: --tls-key <FILE>; see --help
        2: error: the argument '--nodes <FILE>' cannot be used with '--kubeconfig <FILE>'; see --help
        2: error: the argument '--nodes <FILE>' cannot be used with '--bindings <WHAT>'; see --help
        2: error: the following required arguments were not provided: --nodes <FILE>; see --help
        "#);
}

#[test]
fn the_configuration() {
    let folder = folder();
    let cases = [
        "--config=DIR/none.yaml",
        "--config=DIR",
        "--config=DIR/broken.yaml",
        "--config=DIR/typo.yaml",
    ];
    let lines: Vec<String> = cases
        .iter()
        .map(|case| start(folder.path(), &[&FREE[..], &[case]].concat()))
        .collect();
    insta::assert_snapshot!(lines.concat(), @r#"
        2: error: the configuration cannot be used: DIR/none.yaml: No such file or directory (os error 2); it must be a file that this process can read
        2: error: the configuration cannot be used: DIR: Is a directory (os error 21); it must be a file that this process can read
        2: error: the configuration cannot be used: DIR/broken.yaml: line 1, column 7: expected string scalar
        2: error: the configuration cannot be used: DIR/typo.yaml: line 2, column 1: key excludedNamespace is not known, only apiVersion, kind, mode, strictness, onMixed, namespaceLabels, excludedNamespaces, namespaces, exemptions, pools, operatingSystems, podTemplates; did you mean excludedNamespaces?
        "#);
}

#[test]
fn the_nodes() {
    let folder = folder();
    let cases = ["--nodes=DIR/none.yaml", "--nodes=DIR/broken.yaml"];
    let lines: Vec<String> = cases
        .iter()
        .map(|case| start(folder.path(), &[&FREE[1..], &[case]].concat()))
        .collect();
    insta::assert_snapshot!(lines.concat(), @r#"
        2: error: DIR/none.yaml: No such file or directory (os error 2); give --nodes a file that this process can read
        2: error: DIR/broken.yaml:1:7: unclosed bracket '['; write it with kubectl get nodes -o yaml
        "#);
}

#[test]
fn a_port_in_use() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let listen = format!("--listen={address}");
    let admin = format!("--admin-listen={address}");
    let lines = [
        start(
            folder.path(),
            &[FREE[0], FREE[2], &listen, "--tls-ca-out=DIR/ca.crt"],
        ),
        start(folder.path(), &[FREE[0], FREE[1], &admin]),
    ];
    insta::assert_snapshot!(lines.concat().replace(&address, "ADDRESS"), @r#"
        2: error: cannot listen on ADDRESS: Address already in use (os error 98); choose another with --listen ADDR:PORT
        2: error: cannot listen on ADDRESS: Address already in use (os error 98); choose another with --admin-listen ADDR:PORT
        "#);
    assert!(
        !folder.path().join("ca.crt").exists(),
        "the CA of whoever has the port stays"
    );
}

#[test]
fn the_certificate() {
    let folder = folder();
    let cases: [&[&str]; 3] = [
        &["--tls-cert=DIR/none.pem", "--tls-key=DIR/none.pem"],
        &["--tls-cert=DIR/empty.pem", "--tls-key=DIR/empty.pem"],
        &["--tls-ca-out=DIR/none/ca.crt"],
    ];
    let lines: Vec<String> = cases
        .iter()
        .map(|case| start(folder.path(), &[&FREE[..], case].concat()))
        .collect();
    insta::assert_snapshot!(lines.concat(), @r#"
        2: error: DIR/none.pem: No such file or directory (os error 2); the certificate and its key must be readable by this process
        2: error: DIR/empty.pem: it holds no CERTIFICATE block
        2: error: DIR/none/ca.crt: the CA cannot be written: No such file or directory (os error 2); give --tls-ca-out a file in a folder that this process can write to
        "#);
}

#[test]
fn the_cluster() {
    let folder = folder();
    // A port that nobody listens on: it was ours a moment ago.
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let kubeconfig = format!(
        "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], \
         clusters: [{{name: c, cluster: {{server: 'http://{gone}'}}}}], users: [{{name: u, user: {{}}}}]}}"
    );
    std::fs::write(folder.path().join("kubeconfig"), kubeconfig).unwrap();
    let cases: [&[&str]; 5] = [
        &[],
        &["--kubeconfig=DIR/none"],
        &["--kubeconfig=DIR/broken.yaml"],
        &["--kubeconfig=DIR/kubeconfig", "--context=other"],
        &["-q", "--kubeconfig=DIR/kubeconfig"],
    ];
    let lines: Vec<String> = cases
        .iter()
        .map(|case| start(folder.path(), &[&FREE[1..], case].concat()))
        .collect();
    insta::assert_snapshot!(lines.concat().replace(&gone, "ADDRESS"), @r#"
        3: error: no cluster: this is no pod (failed to read an incluster environment variable: environment variable not found), and the kubeconfig cannot be used: failed to read kubeconfig from '"/nonexistent/.kube/config"': No such file or directory (os error 2); give --kubeconfig FILE, or give --nodes FILE
        2: error: the kubeconfig cannot be used: failed to read kubeconfig from '"DIR/none"': No such file or directory (os error 2); check --kubeconfig and --context
        2: error: the kubeconfig cannot be used: failed to parse kubeconfig YAML: error: line 1 column 7: expected string scalar; check --kubeconfig and --context
        2: error: the kubeconfig has no context other; give --context one of c
        3: error: http://ADDRESS/ cannot be reached: client error (Connect): tcp connect error: Connection refused (os error 111); check --kubeconfig and --context
        "#);
}

#[tokio::test]
async fn a_signal_ends_a_start_that_hangs() {
    // Standard input that never ends.
    let mut child = hostfit()
        .args(["serve", "--nodes=-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let _held = child.stdin.take();
    let status = format!("/proc/{}/status", child.id());
    eventually("a handler of SIGTERM", || async {
        let status = std::fs::read_to_string(&status).unwrap();
        let caught = status
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))?;
        let caught = u64::from_str_radix(caught.trim(), 16).unwrap();
        (caught & 1 << 14 != 0).then_some(())
    })
    .await;
    let sent = Command::new("kill").arg(child.id().to_string()).status();
    assert!(sent.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

#[test]
fn colour_is_for_whoever_wants_it() {
    let folder = folder();
    let line = start(folder.path(), &["--color=always", "--config=DIR/none.yaml"]);
    assert!(
        line.starts_with("2: \u{1b}[1;31merror\u{1b}[0m: "),
        "{line:?}"
    );
}

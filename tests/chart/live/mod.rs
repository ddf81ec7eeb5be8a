//! The chart in a real API server: does it accept every field and expression, and what do upgrades keep?
//!
//! No replica answers here: the image is never pulled, or runs on a node that only exists in the API. That is on purpose. A webhook that
//! cannot be reached shows exactly whom the API server calls: under `Fail` the call is an error, under `Ignore` it is counted.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::helm::{NAMESPACE, RELEASE, chart, command};

mod advice;
mod asking;
mod calls;
mod pods;
mod samples;
mod upgrades;

const WEBHOOKS: [&str; 4] = [
    "pods.hostfit.dev",
    "audit.pods.hostfit.dev",
    "workloads.hostfit.dev",
    "bindings.hostfit.dev",
];

/// The chart, installed in its namespace; gone when dropped.
struct Release {
    namespace: &'static str,
}

impl Release {
    fn install(arguments: &[&str]) -> Self {
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
        });
        kubectl(&["apply", "-f", "-"], Some(&namespace)).unwrap();
        let release = Self {
            namespace: NAMESPACE,
        };
        helm("install", release.namespace, arguments).unwrap();
        release
    }

    fn upgrade(&self, arguments: &[&str]) -> Result<(), String> {
        helm("upgrade", self.namespace, arguments)
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let removed = command("helm")
            .args([
                "uninstall",
                RELEASE,
                "--namespace",
                self.namespace,
                "--wait",
            ])
            .output();
        assert!(std::thread::panicking() || removed.unwrap().status.success());
    }
}

fn helm(verb: &str, namespace: &str, arguments: &[&str]) -> Result<(), String> {
    let mut helm = command("helm");
    helm.args([verb, RELEASE, "--namespace", namespace])
        .arg(chart())
        .args(arguments);
    said(helm.output().unwrap()).map(drop)
}

/// What `kubectl` printed, or its error message.
fn kubectl(arguments: &[&str], input: Option<&Value>) -> Result<String, String> {
    let mut kubectl = command("kubectl");
    kubectl.args(arguments);
    said(run(kubectl, input))
}

/// An object, as the API server has it.
fn get(kind: &str, name: &str) -> Value {
    let text = kubectl(
        &["get", kind, name, "--namespace", NAMESPACE, "-o", "json"],
        None,
    )
    .unwrap();
    serde_json::from_str(&text).unwrap()
}

fn run(mut command: Command, input: Option<&Value>) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    if let Some(object) = input {
        stdin.write_all(object.to_string().as_bytes()).unwrap();
    }
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn said(output: Output) -> Result<String, String> {
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

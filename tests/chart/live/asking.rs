//! Asks the API server whom it would call. Nobody answers the call: under `Fail` that is an error, under `Ignore` a counter.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::kubectl;
use super::pods::{host_access, pod};

/// Fails closed though nothing serves: what the guard is there to prevent.
pub(super) const FAIL: [&str; 4] = [
    "--set",
    "failurePolicy=Fail",
    "--set",
    "failurePolicyForce=true",
];

/// A namespace with these labels, gone when dropped.
pub(super) struct Namespace(pub(super) &'static str);

impl Namespace {
    pub(super) fn new(name: &'static str, labels: &Value) -> Self {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        kubectl(&["create", "-f", "-"], Some(&namespace)).unwrap();
        // A pod needs its namespace's account.
        let account = [
            "wait",
            "--for=create",
            "serviceaccount/default",
            "--timeout=30s",
            "-n",
            name,
        ];
        kubectl(&account, None).unwrap();
        Self(name)
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = kubectl(&["delete", "namespace", self.0, "--wait=false"], None);
    }
}

/// Asks the API server to create this, without doing so.
pub(super) fn create(object: &Value) -> Result<String, String> {
    kubectl(&["create", "--dry-run=server", "-f", "-"], Some(object))
}

#[track_caller]
pub(super) fn assert_called(answer: Result<String, String>) {
    let message = answer.expect_err("Hostfit was not asked");
    assert!(
        message.contains(r#"failed calling webhook "pods.hostfit.dev""#),
        "{message}"
    );
}

/// The API server learns of a new webhook configuration a moment after it was stored.
pub(super) fn wait_until_called(namespace: &str) {
    let (_, spec) = &host_access()[0];
    let patience = Instant::now();
    while create(&pod(namespace, "probe", spec)).is_ok() {
        assert!(
            patience.elapsed() < Duration::from_secs(30),
            "the webhook never came to be called"
        );
    }
}

/// How often the API server called this webhook in vain and went on.
pub(super) fn calls_in_vain(webhook: &str) -> u64 {
    metric(
        "apiserver_admission_webhook_fail_open_count",
        &format!("name=\"{webhook}\""),
    )
}

/// The sum of a counter over the series with this label.
fn metric(name: &str, label: &str) -> u64 {
    let text = kubectl(&["get", "--raw", "/metrics"], None).unwrap();
    let series = text
        .lines()
        .filter(|line| line.starts_with(&format!("{name}{{")) && line.contains(label));
    series
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}

/// An expression that cannot be evaluated hands the request to the failure policy: there must be none.
pub(super) fn assert_no_condition_failed() {
    assert_eq!(
        metric(
            "apiserver_admission_match_condition_evaluation_errors_total",
            ""
        ),
        0
    );
}

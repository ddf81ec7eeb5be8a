//! The installation under test: the chart, with the image that was built here, on the real nodes. Most scenarios share it as it is; one that
//! changes it has it alone, and it is put back afterwards.

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};

use super::cluster::{Outcome, eventually, run};
use super::replica::{Metrics, Replica, SELECTOR, every_replica_says, replicas};

/// Where Hostfit is installed.
pub(crate) const NAMESPACE: &str = "hostfit-system";

static ACCESS: RwLock<()> = RwLock::new(());
static INSTALLED: Mutex<bool> = Mutex::new(false);

/// The installation as it is, beside other scenarios.
pub(crate) fn shared() -> RwLockReadGuard<'static, ()> {
    let access = ACCESS.read().unwrap_or_else(PoisonError::into_inner);
    ensure_installed();
    access
}

/// The installation for one scenario alone.
pub(crate) fn exclusive() -> Exclusive {
    let access = ACCESS.write().unwrap_or_else(PoisonError::into_inner);
    ensure_installed();
    Exclusive { _access: access }
}

fn ensure_installed() {
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*installed {
        install();
        *installed = true;
    }
}

/// Has the installation put back, by the next scenario that needs one.
pub(crate) struct Exclusive {
    _access: RwLockWriteGuard<'static, ()>,
}

#[allow(
    clippy::unused_self,
    reason = "only who has the installation alone may change it"
)]
impl Exclusive {
    /// `helm upgrade` with these values over the usual ones, until it has worked.
    #[track_caller]
    pub(crate) fn upgrade(&self, set: &[&str]) {
        upgrade(set);
    }

    /// The same, but nobody waits for the pods, and it may be refused.
    pub(crate) fn try_upgrade(&self, set: &[&str]) -> Outcome {
        helm_upgrade(&[], set)
    }

    /// `helm uninstall`, until the last replica has ended: while it drains it still looks after the certificate of whatever has its names.
    pub(crate) fn uninstall(&self) {
        let replicas = replicas();
        helm(&["uninstall", "hostfit", "--wait"]).ok();
        all_gone(&replicas);
    }

    /// Takes every replica away, until what is returned is dropped.
    pub(crate) fn down(&self) -> Down {
        let gone = replicas();
        scale(0).ok();
        let down = Down(());
        all_gone(&gone);
        eventually("no endpoint is left", || (endpoints() == 0).then_some(()));
        down
    }
}

/// No replica is there.
pub(crate) struct Down(());

impl Down {
    /// Both replicas are there again.
    pub(crate) fn up(self) {
        drop(self);
        rolled_out();
    }
}

impl Drop for Down {
    fn drop(&mut self) {
        scale(2);
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        *INSTALLED.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

fn install() {
    upgrade(&[]);
    rolled_out();
    eventually("every replica has the usual configuration", || {
        every_replica_says("mode enforce")
    });
    eventually("it refuses what does not fit", || {
        let object = super::manifests::pod(
            "probe",
            &super::manifests::spec("acl1", super::manifests::Use::Field("hostPID")),
        );
        let outcome = run(
            "kubectl",
            &["-n", "default", "create", "--dry-run=server", "-f", "-"],
            &object.to_string(),
        );
        outcome.stderr.contains("does not fit").then_some(())
    });
}

/// kubectl in the installation's namespace.
pub(crate) fn kubectl(args: &[&str]) -> Outcome {
    run("kubectl", &[&["-n", NAMESPACE], args].concat(), "")
}

/// helm in the installation's namespace.
pub(crate) fn helm(args: &[&str]) -> Outcome {
    run("helm", &[args, &["-n", NAMESPACE]].concat(), "")
}

fn scale(replicas: u8) -> Outcome {
    let replicas = format!("--replicas={replicas}");
    kubectl(&["scale", "deployment/hostfit", &replicas])
}

/// Waits until every replica is the newest and ready.
pub(crate) fn rolled_out() {
    kubectl(&["rollout", "status", "deployment/hostfit", "--timeout=120s"]).ok();
}

/// Waits until none of these is left: they drain before they end.
pub(crate) fn all_gone(replicas: &[Replica]) {
    let pods: Vec<String> = replicas
        .iter()
        .map(|it| format!("pod/{}", it.name()))
        .collect();
    let mut args = vec!["wait", "--for=delete", "--timeout=60s"];
    args.extend(pods.iter().map(String::as_str));
    kubectl(&args).ok();
}

/// Names and restarts of the pods, to compare.
pub(crate) fn pods() -> String {
    let columns = "custom-columns=NAME:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[0].restartCount";
    kubectl(&["get", "pods", "-l", SELECTOR, "-o", columns])
        .ok()
        .stdout
}

/// How many replicas the API server can call.
pub(crate) fn endpoints() -> usize {
    let selector = "kubernetes.io/service-name=hostfit";
    let slices = kubectl(&["get", "endpointslices", "-l", selector, "-o", "json"]).json();
    let slices = slices["items"].as_array().unwrap().iter();
    let endpoints = slices.filter_map(|slice| slice["endpoints"].as_array());
    let ready = |endpoint: &&Value| endpoint["conditions"]["ready"] == true;
    endpoints.flatten().filter(ready).count()
}

/// How many pods Hostfit has judged, as the API server counts them: also those whose replica is gone since.
pub(crate) fn judged() -> f64 {
    let metrics = Metrics(
        super::cluster::kubectl(&["get", "--raw", "/metrics"])
            .ok()
            .stdout,
    );
    let judged = |code| {
        let labels = [("name", "pods.hostfit.dev"), ("code", code)];
        metrics.sum("apiserver_admission_webhook_request_total", &labels)
    };
    judged("200") + judged("403")
}

#[track_caller]
fn upgrade(set: &[&str]) {
    helm_upgrade(&["--wait", "--timeout=120s"], set).ok();
}

/// `helm upgrade --install` of the chart with these values over the usual ones.
pub(crate) fn helm_upgrade(flags: &[&str], set: &[&str]) -> Outcome {
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/charts/hostfit");
    let mut args = vec!["upgrade", "--install", "hostfit", chart];
    args.extend(["--namespace", NAMESPACE, "--create-namespace", "--values=-"]);
    args.extend(flags);
    args.extend(set.iter().flat_map(|value| ["--set", value]));
    run("helm", &args, &values().to_string())
}

/// The usual values: the image built here, on the real nodes, and the exemptions and the pool that the scenarios speak of.
fn values() -> Value {
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let yesterday = today.yesterday().unwrap();
    let exempt = |name: &str, expires: String| json!({"name": name, "reason": "a scenario", "expires": expires, "rules": ["host-pid"], "match": {"names": [format!("exempt-{name}*")]}});
    json!({
        "image": {"repository": "hostfit.dev/hostfit", "tag": "dev", "pullPolicy": "Never"},
        "nodeSelector": {"real": "true"},
        "tolerations": [{"key": "dedicated", "operator": "Equal", "value": "real"}],
        "affinity": {},
        "exemptions": [
            exempt("for-years", "2199-01-31".to_owned()),
            exempt("till-today", today.to_string()),
            exempt("till-yesterday", yesterday.to_string()),
            {"name": "node-debuggers", "reason": "kubectl debug node/...", "match": {"groups": ["node-debuggers"]},
             "rules": ["host-path", "host-pid", "host-network", "host-ipc"]},
        ],
        "pools": [super::pools::declared("declared")],
    })
}

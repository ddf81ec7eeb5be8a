//! The installation under test: the chart, with the image that was built here, on the real nodes. Most scenarios share it as it is; one that
//! changes it has it alone, and it is put back afterwards.

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};

use super::cluster::{eventually, kubectl, run};

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

impl Exclusive {
    /// `helm upgrade` with these values over the usual ones.
    pub(crate) fn upgrade(&self, set: &[&str]) {
        helm_upgrade(set);
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        *INSTALLED.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

fn install() {
    helm_upgrade(&[]);
    kubectl(&[
        "-n",
        NAMESPACE,
        "rollout",
        "status",
        "deployment/hostfit",
        "--timeout=120s",
    ])
    .ok();
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

fn helm_upgrade(set: &[&str]) {
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/charts/hostfit");
    let mut args = vec![
        "upgrade",
        "--install",
        "hostfit",
        chart,
        "--namespace",
        NAMESPACE,
        "--create-namespace",
        "--wait",
        "--timeout=120s",
        "--values=-",
    ];
    args.extend(set.iter().flat_map(|value| ["--set", value]));
    run("helm", &args, &values().to_string()).ok();
}

/// The usual values: the image built here, on the real nodes, and the exemptions that the scenarios speak of.
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
    })
}

/// One running pod of Hostfit.
pub(crate) struct Replica(String);

/// The pods that are up and not on their way out.
pub(crate) fn replicas() -> Vec<Replica> {
    let up = |pod: &&Value| pod["metadata"]["deletionTimestamp"].is_null();
    let list = kubectl(&[
        "-n",
        NAMESPACE,
        "get",
        "pods",
        "-l",
        "app.kubernetes.io/name=hostfit",
        "-o",
        "json",
    ])
    .json();
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .filter(up)
        .map(|pod| Replica(pod["metadata"]["name"].as_str().unwrap().to_owned()))
        .collect()
}

/// Names and restarts of the pods, to compare.
pub(crate) fn pods() -> String {
    let columns = "custom-columns=NAME:.metadata.name,UID:.metadata.uid,RESTARTS:.status.containerStatuses[0].restartCount";
    kubectl(&[
        "-n",
        NAMESPACE,
        "get",
        "pods",
        "-l",
        "app.kubernetes.io/name=hostfit",
        "-o",
        columns,
    ])
    .ok()
    .stdout
}

/// `Some` once the readiness page of every replica has these words.
pub(crate) fn every_replica_says(words: &str) -> Option<()> {
    let replicas = replicas();
    (replicas.len() == 2
        && replicas
            .iter()
            .all(|replica| replica.admin("readyz").contains(words)))
    .then_some(())
}

impl Replica {
    /// A page of its admin port, through the API server; empty while it cannot be reached.
    fn admin(&self, page: &str) -> String {
        kubectl(&[
            "get",
            "--raw",
            &format!(
                "/api/v1/namespaces/{NAMESPACE}/pods/{}:8081/proxy/{page}",
                self.0
            ),
        ])
        .stdout
    }

    /// Its metrics.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics(self.admin("metrics"))
    }
}

/// A page of metrics.
#[derive(Debug)]
pub(crate) struct Metrics(String);

impl Metrics {
    /// The sum over the samples of this name that carry these labels.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let of_name = |line: &&str| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['{', ' ']))
        };
        let has_labels = |line: &&str| {
            labels
                .iter()
                .all(|(key, value)| line.contains(&format!("{key}=\"{value}\"")))
        };
        let value = |line: &str| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap();
        self.0
            .lines()
            .filter(of_name)
            .filter(has_labels)
            .map(value)
            .sum()
    }
}

//! One running pod of Hostfit, seen from outside: its pages, its metrics, its certificate, its process.

use serde_json::Value;

use super::cluster::{kubectl, run};
use super::release::{self, NAMESPACE};

/// One running pod of Hostfit.
#[derive(Debug)]
pub(crate) struct Replica(Value);

/// The pods that are up and not on their way out.
pub(crate) fn replicas() -> Vec<Replica> {
    let list = release::kubectl(&["get", "pods", "-l", SELECTOR, "-o", "json"]).json();
    let items = list["items"].as_array().unwrap().iter();
    items
        .filter(|pod| pod["metadata"]["deletionTimestamp"].is_null())
        .map(|pod| Replica(pod.clone()))
        .collect()
}

/// What selects the pods.
pub(crate) const SELECTOR: &str = "app.kubernetes.io/name=hostfit";

/// `Some` once the readiness page of every replica has these words.
pub(crate) fn every_replica_says(words: &str) -> Option<()> {
    let replicas = replicas();
    let says = |replica: &Replica| replica.admin("readyz").contains(words);
    (replicas.len() == 2 && replicas.iter().all(says)).then_some(())
}

/// How many reviews the replicas have answered, all together.
pub(crate) fn reviews() -> f64 {
    replicas().iter().map(Replica::reviews).sum()
}

impl Replica {
    /// Its pod's name.
    pub(crate) fn name(&self) -> &str {
        self.0["metadata"]["name"].as_str().unwrap()
    }

    /// Its node.
    pub(crate) fn node(&self) -> &str {
        self.0["spec"]["nodeName"].as_str().unwrap()
    }

    /// A page of its admin port, through the API server; empty while it cannot be reached.
    fn admin(&self, page: &str) -> String {
        let name = self.name();
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods/{name}:8081/proxy/{page}");
        kubectl(&["get", "--raw", &path]).stdout
    }

    /// Its metrics.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics(self.admin("metrics"))
    }

    /// How many reviews it has answered.
    pub(crate) fn reviews(&self) -> f64 {
        self.metrics().sum("hostfit_reviews_total", &[])
    }

    /// The PEM of the certificate that it serves to a new connection; empty while it cannot be reached.
    pub(crate) fn certificate(&self) -> String {
        let address = format!("{}:8443", self.0["status"]["podIP"].as_str().unwrap());
        let said = run("openssl", &["s_client", "-connect", &address], "").stdout;
        let end = "-----END CERTIFICATE-----";
        let (begin, end) = (
            said.find("-----BEGIN CERTIFICATE-----"),
            said.find(end).map(|at| at + end.len()),
        );
        begin
            .zip(end)
            .map_or(String::new(), |(begin, end)| said[begin..end].to_owned())
    }

    /// Sends its process a signal, from outside of its container.
    #[track_caller]
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.0["status"]["containerStatuses"][0]["containerID"]
            .as_str()
            .unwrap();
        let id = id.rsplit('/').next().unwrap();
        // A process in the container has its id in the path of its cgroup.
        let in_container = |process: &std::fs::DirEntry| {
            std::fs::read_to_string(process.path().join("cgroup"))
                .is_ok_and(|path| path.contains(id))
        };
        let mut processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let process = processes
            .find(in_container)
            .expect("the container has a process");
        run("kill", &[signal, process.file_name().to_str().unwrap()], "").ok();
    }
}

/// A page of metrics.
#[derive(Debug)]
pub(crate) struct Metrics(pub(crate) String);

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

//! The pods on the real kubelets: started a few at a time on each node, watched, and gone once it is seen what became of them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::time::Duration;

use futures::StreamExt as _;
use k8s_openapi::api::core::v1::{Event, Node, Pod};
use kube::api::{DeleteParams, PostParams};
use kube::runtime::{WatchStreamExt as _, watcher};
use kube::{Api, Client, ResourceExt as _};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What became of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its container ran, and said this.
    Started(String),
    /// The kubelet or the runtime refused it, with these words.
    Refused(String),
}

/// A pod to run on a node.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) node: String,
    pub(crate) pod: Value,
}

/// How many pods a node has at a time.
const AT_A_TIME: usize = 30;
/// How long may pass without any news.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until these nodes are ready.
pub(crate) async fn ready(client: &Client, names: &[String]) {
    let api: Api<Node> = Api::all(client.clone());
    for name in names {
        let is_ready = |node: Option<&Node>| {
            let conditions = node.and_then(|node| node.status.as_ref()?.conditions.as_ref());
            conditions
                .is_some_and(|all| all.iter().any(|c| c.type_ == "Ready" && c.status == "True"))
        };
        let wait = kube::runtime::wait::await_condition(api.clone(), name, is_ready);
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| {
                panic!("{name} is not ready; see {name}.log, which CLUSTER_LOGS=DIR keeps")
            })
            .unwrap();
    }
}

/// Runs them all.
pub(crate) async fn run(client: &Client, jobs: Vec<Job>) -> BTreeMap<String, Outcome> {
    let pods: Api<Pod> = Api::default_namespaced(client.clone());
    let mut news = watch(client);
    let mut waiting: BTreeMap<String, VecDeque<Job>> = BTreeMap::new();
    for job in jobs {
        waiting.entry(job.node.clone()).or_default().push_back(job);
    }
    let mut running: BTreeMap<String, String> = BTreeMap::new();
    let mut outcomes = BTreeMap::new();
    loop {
        for (node, jobs) in &mut waiting {
            while running.values().filter(|of| *of == node).count() < AT_A_TIME {
                let Some(job) = jobs.pop_front() else { break };
                let pod: Pod = serde_json::from_value(job.pod).unwrap();
                pods.create(&PostParams::default(), &pod)
                    .await
                    .unwrap_or_else(|error| panic!("{}: {error}", job.name));
                running.insert(job.name, job.node);
            }
        }
        if running.is_empty() {
            return outcomes;
        }
        let Ok(told) = tokio::time::timeout(PATIENCE, news.recv()).await else {
            panic!("nothing has become of {running:?}");
        };
        let (name, outcome) = told.unwrap();
        if running.remove(&name).is_some() {
            outcomes.insert(name.clone(), outcome);
            pods.delete(&name, &DeleteParams::default().grace_period(0))
                .await
                .unwrap();
        }
    }
}

fn watch(client: &Client) -> UnboundedReceiver<(String, Outcome)> {
    let (tell, news) = unbounded_channel();
    let pods = watcher(
        Api::<Pod>::default_namespaced(client.clone()),
        watcher::Config::default(),
    );
    let events = watcher(
        Api::<Event>::default_namespaced(client.clone()),
        watcher::Config::default(),
    );
    tokio::spawn(forward(
        pods.default_backoff().applied_objects().boxed(),
        tell.clone(),
        |pod| Some((pod.name_any(), of_pod(pod)?)),
    ));
    tokio::spawn(forward(
        events.default_backoff().applied_objects().boxed(),
        tell,
        |event: &Event| {
            let refused = event.reason.as_deref() == Some("FailedMount");
            let message = event.message.clone().unwrap_or_default();
            refused.then(|| {
                (
                    event.involved_object.name.clone().unwrap_or_default(),
                    Outcome::Refused(message),
                )
            })
        },
    ));
    news
}

async fn forward<K>(
    mut objects: futures::stream::BoxStream<'static, Result<K, watcher::Error>>,
    tell: UnboundedSender<(String, Outcome)>,
    outcome: impl Fn(&K) -> Option<(String, Outcome)>,
) {
    while let Some(object) = objects.next().await {
        if let Some(told) = object.ok().as_ref().and_then(&outcome)
            && tell.send(told).is_err()
        {
            return;
        }
    }
}

/// What has become of a pod, once that is certain.
fn of_pod(pod: &Pod) -> Option<Outcome> {
    let status = pod.status.as_ref()?;
    if let Some(reason) = &status.reason {
        let mut words = reason.clone();
        let _ = write!(words, ": {}", status.message.as_deref().unwrap_or_default());
        return Some(Outcome::Refused(words));
    }
    let state = status
        .container_statuses
        .as_ref()?
        .first()?
        .state
        .as_ref()?;
    if let Some(ended) = &state.terminated {
        let message = ended.message.clone().unwrap_or_default();
        return match (ended.reason.as_deref(), ended.exit_code) {
            (Some("Completed"), 0) => Some(Outcome::Started(message)),
            (reason, code) => Some(Outcome::Refused(format!("{reason:?} {code}: {message}"))),
        };
    }
    let waiting = state.waiting.as_ref()?;
    let refused = waiting
        .reason
        .as_deref()
        .is_some_and(|reason| reason.starts_with("CreateContainer"));
    refused.then(|| Outcome::Refused(waiting.message.clone().unwrap_or_default()))
}

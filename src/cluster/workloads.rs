//! What runs in a cluster, asked for once, for a scan: everything that makes pods, and the pods that have not ended. Each page is dropped
//! when its objects are reduced to what is judged of them.

use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ListMeta;
use kube::api::{ListParams, Request};
use kube::core::Status;
use kube::{Client, Error};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::timeout;

use super::connect::{Cluster, in_words};
use crate::message::clean_text;
use crate::scan::{Object, Owners, Pods};
use crate::workload::{Kind, Workload};

/// What was found, and what was not.
#[derive(Debug, Default)]
pub struct Scanned {
    /// What makes pods.
    pub owners: Owners,
    /// The pods.
    pub pods: Pods,
    /// What could not be read, and what follows.
    pub missing: Vec<String>,
}

/// What makes pods, by the resource that it is listed as. What controls others comes before them.
const RESOURCES: [(Kind, &str, &str); 7] = [
    (Kind::Deployment, "apps/v1", "deployments"),
    (Kind::DaemonSet, "apps/v1", "daemonsets"),
    (Kind::StatefulSet, "apps/v1", "statefulsets"),
    (Kind::CronJob, "batch/v1", "cronjobs"),
    (Kind::ReplicationController, "v1", "replicationcontrollers"),
    (Kind::ReplicaSet, "apps/v1", "replicasets"),
    (Kind::Job, "batch/v1", "jobs"),
];

/// Asks a cluster, for these namespaces or for all. `tell` hears of every page how many objects of a resource there are by then.
pub async fn workloads(
    cluster: &Cluster,
    namespaces: &[String],
    tell: impl Fn(&str, usize),
) -> Scanned {
    let mut scanned = Scanned::default();
    for (kind, api_version, plural) in RESOURCES {
        let mut problems = Vec::new();
        let paths = paths(api_version, plural, namespaces);
        let listed: Result<Vec<Object>, String> = list(
            &cluster.client,
            &paths,
            None,
            plural,
            &tell,
            |json, all: &mut Vec<Object>| match Object::parse(kind, api_version, json) {
                Ok(object) => all.push(object),
                Err(error) => problems.push(unreadable(plural, &error)),
            },
        )
        .await;
        match listed {
            Ok(objects) => objects
                .into_iter()
                .for_each(|object| scanned.owners.add(object)),
            Err(why) => problems.push(format!(
                "{why}; workloads of kind {kind} are left out, except for what their pods say"
            )),
        }
        scanned.missing.extend(
            problems
                .into_iter()
                .map(|why| format!("{}: {why}", cluster.url)),
        );
    }
    let mut problems = Vec::new();
    let paths = paths("v1", "pods", namespaces);
    let living = "status.phase!=Succeeded,status.phase!=Failed";
    let pods = list(
        &cluster.client,
        &paths,
        Some(living),
        "pods",
        &tell,
        |json, all: &mut Pods| match Workload::parse(Kind::Pod, json) {
            Ok(pod) => all.add(pod),
            Err(error) => problems.push(unreadable("pods", &error)),
        },
    )
    .await;
    match pods {
        Ok(pods) => scanned.pods = pods,
        Err(why) => problems.push(format!(
            "{why}; bare pods, what is known only by its pods, and how many run are left out"
        )),
    }
    scanned.missing.extend(
        problems
            .into_iter()
            .map(|why| format!("{}: {why}", cluster.url)),
    );
    scanned
}

fn unreadable(plural: &str, error: &serde_json::Error) -> String {
    let why = clean_text(&error.to_string());
    format!("one of its {plural} cannot be read and is left out: {why}")
}

/// Where a resource is listed: once for all namespaces, or once for each.
fn paths(api_version: &str, plural: &str, namespaces: &[String]) -> Vec<String> {
    let root = if api_version.contains('/') {
        format!("/apis/{api_version}")
    } else {
        format!("/api/{api_version}")
    };
    if namespaces.is_empty() {
        return vec![format!("{root}/{plural}")];
    }
    let of = |namespace: &String| format!("{root}/namespaces/{namespace}/{plural}");
    namespaces.iter().map(of).collect()
}

/// Everything at these paths, or why not and what to do.
async fn list<T: Default>(
    client: &Client,
    paths: &[String],
    fields: Option<&str>,
    plural: &str,
    tell: &impl Fn(&str, usize),
    mut take: impl FnMut(&str, &mut T),
) -> Result<T, String> {
    let mut limit = Some(PAGE);
    'anew: loop {
        let mut all = T::default();
        let mut count = 0;
        for path in paths {
            let mut params = ListParams {
                field_selector: fields.map(str::to_owned),
                limit,
                ..ListParams::default()
            };
            loop {
                let text = match page(client, path, &params).await {
                    // The list has grown too old while it was read. The API server offers to go on with what there is by now; where it does
                    // not, all is read anew and whole: another list in pages could have the same fate.
                    Err(Trouble::Answer(Error::Api(status))) if is_gone(&status, &params) => {
                        let token = status.metadata.and_then(|it| it.continue_);
                        let Some(token) = token.filter(|token| !token.is_empty()) else {
                            limit = None;
                            continue 'anew;
                        };
                        params = params.continue_token(&token);
                        continue;
                    }
                    answer => answer.map_err(|trouble| trouble.in_words(plural))?,
                };
                let page: Page = serde_json::from_str(&text).map_err(|error| {
                    let why = clean_text(&error.to_string());
                    format!("its {plural} cannot be read: the answer is no list: {why}")
                })?;
                let items = page.items.unwrap_or_default();
                for item in &items {
                    take(item.get(), &mut all);
                }
                count += items.len();
                tell(plural, count);
                match page.metadata.continue_.filter(|token| !token.is_empty()) {
                    Some(token) => params = params.continue_token(&token),
                    None => break,
                }
            }
        }
        return Ok(all);
    }
}

fn is_gone(status: &Status, params: &ListParams) -> bool {
    status.code == GONE && params.continue_token.is_some()
}

/// A page of a list; its objects are still raw.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
}

/// A pod is 5 to 20 KB of JSON: so many are as much as should be in memory at once.
const PAGE: u32 = 250;
/// Longer than the API server itself takes for a request.
const PATIENCE: Duration = Duration::from_secs(90);
const GONE: u16 = 410;

enum Trouble {
    Answer(Error),
    Silence,
}

async fn page(client: &Client, path: &str, params: &ListParams) -> Result<String, Trouble> {
    let request = Request::new(path).list(params);
    let request = request.map_err(|error| Trouble::Answer(Error::BuildRequest(error)))?;
    match timeout(PATIENCE, client.request_text(request)).await {
        Ok(answer) => answer.map_err(Trouble::Answer),
        Err(_) => Err(Trouble::Silence),
    }
}

impl Trouble {
    fn in_words(&self, plural: &str) -> String {
        match self {
            Self::Answer(Error::Api(status)) if matches!(status.code, 401 | 403) => {
                let (message, code) = (&status.message, status.code);
                format!("refuses: {message} ({code}); let this account list {plural}")
            }
            Self::Answer(error) => format!("its {plural} cannot be read: {}", in_words(error)),
            Self::Silence => format!(
                "its {plural} cannot be read: no answer in {} seconds",
                PATIENCE.as_secs()
            ),
        }
    }
}

#[cfg(test)]
mod tests;

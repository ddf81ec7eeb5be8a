//! What a cluster knows of where pods can land, asked for once: for commands that answer and end.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::convert::identity;
use std::fmt::Debug;
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::node::v1::RuntimeClass;
use kube::api::ListParams;
use kube::core::PartialObjectMeta;
use kube::{Api, Error, Resource, ResourceExt as _};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::access::Access;
use super::connect::{Cluster, connect, in_words};
use super::karpenter;
use super::watch::Cache;
use crate::failure::Failure;
use crate::inventory::karpenter::Karpenter;
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::os::Catalogue;
use crate::storage::Stored;
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};
use crate::workload::admitted::RuntimeClasses;
use crate::workload::namespace::Namespaces;

/// What is known of where pods can land.
#[derive(Debug, Default)]
pub struct Known {
    /// The nodes.
    pub inventory: Inventory,
    /// The namespaces that decide something.
    pub namespaces: Namespaces,
    /// The names of all namespaces of a cluster, where they could be read.
    pub namespace_names: BTreeSet<String>,
    /// The RuntimeClasses that decide something.
    pub runtime_classes: RuntimeClasses,
    /// What is known of volumes, claims and StorageClasses.
    pub storage: Stored,
    /// Karpenter's pools.
    pub karpenter: Karpenter,
    /// What could not be read, and what follows.
    pub missing: Vec<String>,
}

/// Asks a cluster, for volumes and claims only where somebody needs them. Without its nodes nothing can be said; without the rest something.
pub async fn known(
    access: &Access,
    catalogue: &Catalogue,
    needs_storage: bool,
) -> Result<Known, Failure> {
    let known = async {
        let cluster = connect(access).await?;
        known_of(&cluster, catalogue, needs_storage).await
    };
    known.await.map_err(Failure::or_give_nodes)
}

/// The same of a cluster that is found already.
pub async fn known_of(
    cluster: &Cluster,
    catalogue: &Catalogue,
    needs_storage: bool,
) -> Result<Known, Failure> {
    let client = &cluster.client;
    let nodes = Api::<NodeObject>::all(client.clone());
    let recognised = |object| Node::new(object, catalogue);
    let inventory = all(&nodes, "nodes", recognised).await;
    let inventory = inventory.map_err(|why| Failure::Cluster(format!("{}: {why}", cluster.url)))?;
    let mut missing = Vec::new();
    let mut or_none = |why: String| {
        missing.push(format!(
            "{}: {why}; what they add to pods is left out",
            cluster.url
        ));
    };
    let namespaces = Api::<PartialObjectMeta<Namespace>>::all(client.clone());
    let names = RefCell::new(BTreeSet::new());
    let noted = |namespace: PartialObjectMeta<Namespace>| {
        names.borrow_mut().insert(namespace.name_any());
        namespace
    };
    let namespaces: Result<Namespaces, _> = all(&namespaces, "namespaces", noted).await;
    let classes = Api::<RuntimeClass>::all(client.clone());
    let classes: Result<RuntimeClasses, _> = all(&classes, "runtimeclasses", identity).await;
    let namespaces = namespaces.map_err(&mut or_none).unwrap_or_default();
    let runtime_classes = classes.map_err(&mut or_none).unwrap_or_default();
    let mut unknown = Vec::new();
    let karpenter = karpenter::known(&cluster.client, &mut unknown).await;
    let url = &cluster.url;
    missing.extend(
        unknown
            .iter()
            .map(|why| format!("{url}: {why}; pools that have no node yet are left out")),
    );
    let storage = if needs_storage {
        storage(cluster, &mut missing).await
    } else {
        Stored::default()
    };
    Ok(Known {
        inventory,
        namespaces,
        namespace_names: names.into_inner(),
        runtime_classes,
        storage,
        karpenter,
        missing,
    })
}

async fn storage(cluster: &Cluster, missing: &mut Vec<String>) -> Stored {
    let mut or_none = |why: String| {
        let url = &cluster.url;
        missing.push(format!(
            "{url}: {why}; where claims keep pods is left out as far as it says so"
        ));
    };
    let client = &cluster.client;
    let volumes = all(
        &Api::<VolumeObject>::all(client.clone()),
        "persistentvolumes",
        identity,
    )
    .await;
    let claims = Api::<ClaimObject>::all(client.clone());
    let claims = all(&claims, "persistentvolumeclaims", identity).await;
    let classes = all(
        &Api::<ClassObject>::all(client.clone()),
        "storageclasses",
        identity,
    )
    .await;
    Stored {
        volumes: volumes.map_err(&mut or_none).unwrap_or_default(),
        claims: claims.map_err(&mut or_none).unwrap_or_default(),
        classes: classes.map_err(&mut or_none).unwrap_or_default(),
    }
}

/// All objects of a kind, or why not and what to do.
pub(super) async fn all<K, C: Cache>(
    api: &Api<K>,
    what: &str,
    take: impl Fn(K) -> C::Object,
) -> Result<C, String>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    match timeout(AT_MOST, list(api, PAGE, take)).await {
        Ok(Ok(cache)) => Ok(cache),
        Ok(Err(Error::Api(status))) if matches!(status.code, 401 | 403) => {
            let (message, code) = (status.message, status.code);
            let advice = if code == 401 {
                "check the credentials: those of the kubeconfig, or --token or --client-certificate"
                    .to_owned()
            } else if message.contains(" cannot impersonate") {
                "let this account impersonate whom --as, --as-group and --as-uid name".to_owned()
            } else {
                format!("let this account list {what}")
            };
            Err(format!("refuses: {message} ({code}); {advice}"))
        }
        Ok(Err(error)) => {
            let why = in_words(&error);
            let advice = what_to_check(&why);
            Err(format!("its {what} cannot be read: {why}; {advice}"))
        }
        Err(_) => {
            let seconds = AT_MOST.as_secs();
            let advice = what_to_check("");
            Err(format!(
                "its {what} cannot be read: no complete answer in {seconds} seconds; {advice}"
            ))
        }
    }
}

/// What may be wrong where there is no answer, or none of an API server.
fn what_to_check(why: &str) -> &'static str {
    if why.contains("certificate") {
        "check --certificate-authority and --tls-server-name, or what the kubeconfig says of them"
    } else if why.contains("timed out") {
        "check --server, or give it more time with --request-timeout"
    } else {
        "check --kubeconfig, --context and --server"
    }
}

/// A hundred thousand nodes are gigabytes of JSON; whoever waits longer waits for something that does not work.
const AT_MOST: Duration = Duration::from_secs(300);
/// A node is up to 40 KB of JSON: so many are as much as should be in memory at once.
const PAGE: u32 = 20;

async fn list<K, C: Cache>(
    api: &Api<K>,
    page: u32,
    take: impl Fn(K) -> C::Object,
) -> Result<C, Error>
where
    K: Resource + Clone + Debug + DeserializeOwned,
{
    let mut cache = C::default();
    let mut params = ListParams::default().limit(page);
    loop {
        let objects = match api.list(&params).await {
            // The list has grown too old while it was read. A new one, in pages too, could have the same fate.
            Err(Error::Api(status)) if status.code == GONE && params.continue_token.is_some() => {
                cache = C::default();
                params = ListParams::default();
                continue;
            }
            answer => answer?,
        };
        for object in objects.items {
            cache.apply(take(object));
        }
        match objects.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(cache),
        }
    }
}

const GONE: u16 = 410;

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::{Arc, Mutex};

    use hyper::{Request, Response};
    use kube::Client;
    use kube::client::Body;
    use serde_json::{Value, json};

    use super::*;

    /// Lists against answers that are given one after the other, each with its status. Returns the names of the nodes, and the queries.
    async fn listed(answers: Vec<(u16, Value)>) -> (Result<Vec<String>, String>, Vec<String>) {
        let answers = Mutex::new(answers.into_iter());
        let queries = Arc::new(Mutex::new(Vec::new()));
        let asked = Arc::clone(&queries);
        let service = tower::service_fn(move |request: Request<Body>| {
            let query = request.uri().query().unwrap_or_default().to_owned();
            asked.lock().unwrap().push(query);
            let (status, body) = answers.lock().unwrap().next().expect("no more is asked");
            let body = Body::from(body.to_string().into_bytes());
            let response = Response::builder().status(status).body(body).unwrap();
            async { Ok::<_, Infallible>(response) }
        });
        let api = Api::<NodeObject>::all(Client::new(service, "default"));
        let names = list(&api, 2, |object| Node::new(object, Catalogue::built_in()))
            .await
            .map(|inventory: Inventory| {
                let nodes = inventory.nodes();
                nodes.map(|(name, _)| name.to_owned()).collect()
            });
        let queries = queries.lock().unwrap().clone();
        (names.map_err(|error| in_words(&error)), queries)
    }

    fn page(names: &[&str], token: &str) -> (u16, Value) {
        let items: Vec<Value> = names
            .iter()
            .map(|name| json!({"metadata": {"name": name}}))
            .collect();
        let list = json!({"apiVersion": "v1", "kind": "NodeList", "metadata": {"continue": token}, "items": items});
        (200, list)
    }

    fn failure(code: u16) -> (u16, Value) {
        let status = json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "message": "No", "reason": "No", "code": code});
        (code, status)
    }

    #[tokio::test]
    async fn a_long_list_is_asked_for_in_pages() {
        let (names, queries) = listed(vec![page(&["a", "b"], "next"), page(&["c"], "")]).await;
        assert_eq!(names.unwrap(), ["a", "b", "c"]);
        assert_eq!(queries, ["&limit=2", "&limit=2&continue=next"]);
    }

    #[tokio::test]
    async fn a_list_that_grew_too_old_is_asked_for_anew_and_whole() {
        let (names, queries) = listed(vec![
            page(&["gone", "b"], "next"),
            failure(410),
            page(&["b", "c"], ""),
        ])
        .await;
        assert_eq!(names.unwrap(), ["b", "c"]);
        assert_eq!(queries, ["&limit=2", "&limit=2&continue=next", ""]);
    }

    #[tokio::test]
    async fn half_a_list_is_none() {
        let (names, _) = listed(vec![page(&["a", "b"], "next"), failure(500)]).await;
        assert_eq!(names.unwrap_err(), "No (500)");
    }
}

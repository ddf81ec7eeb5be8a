//! The nodes of a cluster, asked for once: for commands that answer and end.

use std::time::Duration;

use kube::api::ListParams;
use kube::{Api, Error};
use tokio::time::timeout;

use super::connect::{Access, connect, in_words};
use crate::failure::Failure;
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::os::Catalogue;

/// Lists all nodes.
pub async fn nodes(access: &Access) -> Result<Inventory, Failure> {
    let cluster = connect(access).await?;
    let api = Api::<NodeObject>::all(cluster.client);
    let why = match timeout(AT_MOST, list(&api, PAGE)).await {
        Ok(Ok(inventory)) => return Ok(inventory),
        Ok(Err(Error::Api(status))) if matches!(status.code, 401 | 403) => {
            return Err(Failure::Cluster(format!(
                "{} refuses: {} ({}); let this account list nodes, or give --nodes FILE",
                cluster.url, status.message, status.code
            )));
        }
        Ok(Err(error)) => in_words(&error),
        Err(_) => format!("no complete answer in {} seconds", AT_MOST.as_secs()),
    };
    Err(Failure::Cluster(format!(
        "the nodes of {} cannot be read: {why}; check --kubeconfig and --context, or give --nodes FILE",
        cluster.url
    )))
}

/// A hundred thousand nodes are gigabytes of JSON; whoever waits longer waits for something that does not work.
const AT_MOST: Duration = Duration::from_secs(300);
/// A node is up to 40 KB of JSON: so many are as much as should be in memory at once.
const PAGE: u32 = 50;

async fn list(api: &Api<NodeObject>, page: u32) -> Result<Inventory, Error> {
    let mut inventory = Inventory::default();
    let mut params = ListParams::default().limit(page);
    loop {
        let nodes = match api.list(&params).await {
            // The list has grown too old while it was read. A new one, in pages too, could have the same fate.
            Err(Error::Api(status)) if status.code == GONE && params.continue_token.is_some() => {
                inventory = Inventory::default();
                params = ListParams::default();
                continue;
            }
            answer => answer?,
        };
        for node in nodes.items {
            inventory.apply(Node::new(node, Catalogue::built_in()));
        }
        match nodes.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return Ok(inventory),
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
        let names = list(&api, 2).await.map(|inventory| {
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

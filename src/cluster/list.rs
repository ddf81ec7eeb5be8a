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
/// Some megabytes of JSON: as much as should be in memory at once.
const PAGE: u32 = 500;

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

//! Karpenter's pools, asked for once: what `list` is for nodes.

use std::convert::identity;

use kube::api::{ApiResource, DynamicObject};
use kube::{Api, Client};

use super::super::list::all;
use super::super::watch::Cache;
use super::{node_classes, node_pools};
use crate::inventory::karpenter::Karpenter;

/// What the API server has of them, and in `missing` why something is not known.
pub(in crate::cluster) async fn known(client: &Client, missing: &mut Vec<String>) -> Karpenter {
    Karpenter {
        pools: known_of(client, &node_pools(), missing).await,
        classes: known_of(client, &node_classes(), missing).await,
    }
}

async fn known_of<C: Cache<Object = DynamicObject>>(
    client: &Client,
    resource: &ApiResource,
    missing: &mut Vec<String>,
) -> C {
    if !is_served(client, resource).await {
        return C::default();
    }
    let api = Api::<DynamicObject>::all_with(client.clone(), resource);
    let list = all(&api, &resource.plural, identity).await;
    list.map_err(|why| missing.push(why)).unwrap_or_default()
}

/// Whether there is anything to ask for, as far as the API server says: an account without a right to what is not there lacks nothing.
async fn is_served(client: &Client, resource: &ApiResource) -> bool {
    let Ok(groups) = client.list_api_groups().await else {
        return true;
    };
    let mut versions = groups.groups.iter().flat_map(|group| &group.versions);
    versions.any(|version| version.group_version == resource.api_version)
}

#[cfg(test)]
mod tests {
    use hyper::{Request, Response};
    use kube::client::Body;
    use rstest::rstest;
    use serde_json::{Value, json};
    use tower::service_fn;

    use super::*;

    /// An API server with these groups, that lets lists of these objects be read, or nobody.
    fn api_server(groups: &[&str], may_list: bool) -> Client {
        let groups: Vec<Value> = groups
            .iter()
            .map(|group| json!({"name": "", "versions": [{"groupVersion": group, "version": ""}]}))
            .collect();
        Client::new(
            service_fn(move |request: Request<Body>| {
                let (path, groups) = (request.uri().path().to_owned(), groups.clone());
                async move {
                    let (code, body) = match path.as_str() {
                        "/apis" => (200, json!({"groups": groups})),
                        _ if !may_list => (
                            403,
                            json!({"kind": "Status", "status": "Failure", "message": "forbidden", "code": 403}),
                        ),
                        "/apis/karpenter.sh/v1/nodepools" => (200, list("a", &json!({}))),
                        "/apis/karpenter.azure.com/v1beta1/aksnodeclasses" => (
                            200,
                            list("acl", &json!({"imageFamily": "AzureContainerLinux"})),
                        ),
                        _ => (404, json!({})),
                    };
                    let body = Body::from(serde_json::to_vec(&body).unwrap());
                    Response::builder().status(code).body(body)
                }
            }),
            "default",
        )
    }

    fn list(name: &str, spec: &Value) -> Value {
        json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [{"metadata": {"name": name}, "spec": spec}]})
    }

    const POOLS: &str = "karpenter.sh/v1";
    const CLASSES: &str = "karpenter.azure.com/v1beta1";

    #[rstest]
    #[case::none(&[], false, "", 0)]
    #[case::another_cloud(&[POOLS], true, "a", 0)]
    #[case::azure(&[POOLS, CLASSES], true, "a acl", 0)]
    #[case::no_right(&[POOLS, CLASSES], false, "", 2)]
    #[case::an_old_version(&["karpenter.sh/v1beta1"], false, "", 0)]
    #[tokio::test]
    async fn what_is_there_is_read(
        #[case] groups: &[&str],
        #[case] may_list: bool,
        #[case] names: &str,
        #[case] troubles: usize,
    ) {
        let mut missing = Vec::new();
        let known = known(&api_server(groups, may_list), &mut missing).await;
        let found = known.pools.keys().chain(known.classes.keys());
        assert_eq!(found.cloned().collect::<Vec<_>>().join(" "), names);
        assert_eq!(missing.len(), troubles, "{missing:?}");
        assert!(
            missing
                .iter()
                .all(|why| why.contains("let this account list"))
        );
    }
}

//! One node: the narrow API object that is watched or read from a file, and the few facts kept of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::ClusterResourceScope;
use k8s_openapi::api::core::v1::Taint as ApiTaint;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::recognise::{self, NodeOs};
use super::taint::Taint;
use crate::os::{Catalogue, OsKind};
use crate::workload::pod::nullable;

/// What is read of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// What it shares with others.
    pub group: Group,
}

/// What nodes that are made alike have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The pool that they belong to.
    pub pool: Option<String>,
    /// Their OS.
    pub os: NodeOs,
    /// Linux or Windows.
    pub kind: OsKind,
    /// The taints that keep pods away for good.
    pub taints: Vec<Taint>,
}

impl Node {
    /// The facts of an API object.
    pub fn new(object: NodeObject, catalogue: &Catalogue) -> Self {
        let info = &object.status.node_info;
        let labels = object.metadata.labels.unwrap_or_default();
        let os = recognise::recognise(&labels, &info.os_image, catalogue);
        let mut taints: Vec<Taint> = object
            .spec
            .taints
            .into_iter()
            .filter_map(Taint::new)
            .collect();
        taints.sort();
        Self {
            name: object.metadata.name.unwrap_or_default(),
            group: Group {
                pool: POOL_LABELS
                    .iter()
                    .find_map(|label| labels.get(*label))
                    .cloned(),
                kind: kind(&labels, &info.operating_system, &os),
                taints,
                os,
            },
            labels,
        }
    }
}

/// The labels that name a node's pool. Karpenter's stands first: AKS can put all of Karpenter's nodes into one agent pool of its own.
pub(crate) const POOL_LABELS: [&str; 3] = [
    KARPENTER_POOL,
    "kubernetes.azure.com/agentpool",
    "agentpool",
];

/// The label of Karpenter's nodes with the name of their `NodePool`.
pub(crate) const KARPENTER_POOL: &str = "karpenter.sh/nodepool";

/// The kind that the kubelet reports, which is what makes it refuse pods of the other; the label where there is no report yet.
fn kind(labels: &BTreeMap<String, String>, reported: &str, os: &NodeOs) -> OsKind {
    let said = if reported.is_empty() {
        labels.get("kubernetes.io/os").map_or("", String::as_str)
    } else {
        reported
    };
    match (said, os) {
        ("windows", _) => OsKind::Windows,
        ("", NodeOs::Known(profile)) => profile.kind,
        _ => OsKind::Linux,
    }
}

/// A Node of the API, without what Hostfit never reads (images, conditions, addresses, capacity).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NodeObject {
    /// Standard metadata.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    /// `spec`.
    #[serde(deserialize_with = "nullable")]
    pub spec: NodeSpec,
    /// `status`.
    #[serde(deserialize_with = "nullable")]
    pub status: NodeStatus,
}

/// The part of a Node's `spec` that is read. Being cordoned is left out: it passes, and is normal during a migration.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NodeSpec {
    /// Taints.
    #[serde(deserialize_with = "nullable")]
    pub taints: Vec<ApiTaint>,
}

/// The part of a Node's `status` that is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeStatus {
    /// What the kubelet says of the machine.
    #[serde(deserialize_with = "nullable")]
    pub node_info: NodeInfo,
}

/// The part of `status.nodeInfo` that is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NodeInfo {
    /// The OS by its own name, such as `Ubuntu 22.04.5 LTS`.
    #[serde(deserialize_with = "nullable")]
    pub os_image: String,
    /// `linux` or `windows`.
    #[serde(deserialize_with = "nullable")]
    pub operating_system: String,
}

/// So that kube's watcher can watch Nodes in this form.
impl kube::Resource for NodeObject {
    type DynamicType = ();
    type Scope = ClusterResourceScope;

    fn kind((): &()) -> Cow<'_, str> {
        "Node".into()
    }

    fn group((): &()) -> Cow<'_, str> {
        "".into()
    }

    fn version((): &()) -> Cow<'_, str> {
        "v1".into()
    }

    fn plural((): &()) -> Cow<'_, str> {
        "nodes".into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

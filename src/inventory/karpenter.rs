//! Karpenter's pools: what a `NodePool`, and on Azure the `AKSNodeClass` that it refers to, say of the nodes that it can get. Fed by `cluster`
//! with API objects; what comes out are the inventory's pools.
//!
//! Sources: the custom resource definitions `nodepools.karpenter.sh` (v1) of kubernetes-sigs/karpenter and
//! `aksnodeclasses.karpenter.azure.com` (v1beta1) of Azure/karpenter-provider-azure. A `NodePool` whose limits are used up, or are zero, counts
//! all the same, like a cordoned node: a pod that waits for it lands there once the limits are raised.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Taint as ApiTaint;
use serde::Deserialize;
use serde_json::Value;

use super::node::KARPENTER_POOL;
use super::pool::Allowed;
use super::{EmptyPool, NodeOs, Origin, Taint};
use crate::os::Catalogue;
use crate::workload::pod::nullable;

/// What is known of each `NodePool`, by name.
pub type NodePools = BTreeMap<String, NodePool>;
/// The image family of each `AKSNodeClass`, by name.
pub type NodeClasses = BTreeMap<String, String>;

/// What is kept of a `NodePool`.
#[derive(Debug, Clone, PartialEq)]
pub struct NodePool {
    labels: BTreeMap<String, Allowed>,
    taints: Vec<Taint>,
    startup_taints: Vec<Taint>,
    /// The `AKSNodeClass`, if it is one.
    class: Option<String>,
}

/// Both, as far as they were read.
#[derive(Debug, Clone, Default)]
pub struct Karpenter {
    /// The `NodePool`s.
    pub pools: NodePools,
    /// The `AKSNodeClass`es.
    pub classes: NodeClasses,
}

impl Karpenter {
    /// Whether these are called so.
    pub fn is_of(kind: &str) -> bool {
        matches!(kind, "NodePool" | "AKSNodeClass")
    }

    /// Takes in an object with a name, if it is one of these. Says whether it is.
    pub fn take(&mut self, group: &str, kind: &str, object: &Value) -> bool {
        let Some(name) = object["metadata"]["name"].as_str() else {
            return false;
        };
        match (group, kind) {
            // Karpenter makes no node of a `NodePool` that is being deleted.
            (POOL_GROUP, "NodePool") if object["metadata"]["deletionTimestamp"].is_string() => {
                self.pools.remove(name);
            }
            (POOL_GROUP, "NodePool") => {
                self.pools
                    .insert(name.to_owned(), NodePool::new(name, object));
            }
            (CLASS_GROUP, "AKSNodeClass") => {
                self.classes.insert(name.to_owned(), image_family(object));
            }
            _ => return false,
        }
        true
    }

    /// Takes over what others say, which holds.
    pub fn extend(&mut self, other: Self) {
        self.pools.extend(other.pools);
        self.classes.extend(other.classes);
    }

    /// The pools that they describe.
    pub fn pools(&self, catalogue: &Catalogue) -> Vec<EmptyPool> {
        pools(&self.pools, &self.classes, catalogue)
    }
}

const POOL_GROUP: &str = "karpenter.sh";
const CLASS_GROUP: &str = "karpenter.azure.com";

/// The most `NodePool`s that are looked at: each costs every review some of its time.
pub const MOST_NODE_POOLS: usize = 500;

/// The pools that these describe. One whose class is not known has an unknown OS.
pub fn pools(pools: &NodePools, classes: &NodeClasses, catalogue: &Catalogue) -> Vec<EmptyPool> {
    let to_pool = |(name, pool): (&String, &NodePool)| {
        let family = pool.class.as_ref().and_then(|class| classes.get(class));
        // Image families are SKUs.
        let os = family.and_then(|family| catalogue.by_sku(family));
        let os = os.map_or(NodeOs::Unknown, |os| NodeOs::Known(os.clone()));
        let mut empty = EmptyPool::new(name, os, Origin::NodePool);
        empty.taints.clone_from(&pool.taints);
        empty.startup_taints.clone_from(&pool.startup_taints);
        empty.with_labels(pool.labels.clone())
    };
    pools.iter().take(MOST_NODE_POOLS).map(to_pool).collect()
}

impl NodePool {
    /// The facts of an API object. What is not as its definition says is as if it were not said.
    pub fn new(name: &str, object: &Value) -> Self {
        let template: Template = at(object, "/spec/template");
        let said = template.metadata.labels.into_iter();
        let mut labels: BTreeMap<String, Allowed> = said
            .map(|(key, value)| (key, Allowed::only([value.as_str()])))
            .collect();
        for requirement in template.spec.requirements {
            let allowed = labels
                .entry(requirement.key.clone())
                .or_insert_with(Allowed::anything);
            requirement.narrow(allowed);
        }
        labels.insert(KARPENTER_POOL.to_owned(), Allowed::only([name]));
        let taints = |taints: Vec<ApiTaint>| taints.into_iter().filter_map(Taint::new).collect();
        let class = template.spec.node_class_ref;
        Self {
            labels,
            taints: taints(template.spec.taints),
            startup_taints: taints(template.spec.startup_taints),
            class: (class.group == CLASS_GROUP && class.kind == "AKSNodeClass")
                .then_some(class.name),
        }
    }
}

/// The image family of an `AKSNodeClass`.
pub fn image_family(object: &Value) -> String {
    let spec: NodeClassSpec = at(object, "/spec");
    let said = spec.image_family;
    said.unwrap_or_else(|| DEFAULT_FAMILY.to_owned())
}

/// What the definition sets where nothing is said.
const DEFAULT_FAMILY: &str = "Ubuntu";

fn at<'de, T: Default + Deserialize<'de>>(object: &'de Value, path: &str) -> T {
    let part = object.pointer(path);
    part.and_then(|part| T::deserialize(part).ok())
        .unwrap_or_default()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    #[serde(deserialize_with = "nullable")]
    metadata: TemplateMeta,
    #[serde(deserialize_with = "nullable")]
    spec: TemplateSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TemplateMeta {
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct TemplateSpec {
    #[serde(deserialize_with = "nullable")]
    requirements: Vec<Requirement>,
    #[serde(deserialize_with = "nullable")]
    taints: Vec<ApiTaint>,
    #[serde(deserialize_with = "nullable")]
    startup_taints: Vec<ApiTaint>,
    #[serde(deserialize_with = "nullable")]
    node_class_ref: ClassRef,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClassRef {
    group: String,
    kind: String,
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeClassSpec {
    image_family: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Requirement {
    key: String,
    operator: String,
    #[serde(deserialize_with = "nullable")]
    values: Vec<String>,
}

impl Requirement {
    /// An operator that is not known leaves everything possible.
    fn narrow(&self, allowed: &mut Allowed) {
        let bound = || self.values.first().and_then(|value| value.parse().ok());
        match (self.operator.as_str(), bound()) {
            ("In", _) => allowed.be_in(&self.values),
            ("NotIn", _) => allowed.be_none_of(&self.values),
            ("Exists", _) => allowed.exist(),
            ("DoesNotExist", _) => allowed.not_exist(),
            ("Gt", Some(bound)) => allowed.be_above(bound),
            ("Lt", Some(bound)) => allowed.be_below(bound),
            ("Gte", Some(bound)) => allowed.be_above(i64::saturating_sub(bound, 1)),
            ("Lte", Some(bound)) => allowed.be_below(i64::saturating_add(bound, 1)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;

//! The kinds that carry a pod, brought to one shape: second station of the flow, between `review` and `placement`.

pub mod admitted;
pub mod claim;
mod kind;
pub mod namespace;
pub mod pod;
pub mod resource;
pub mod security;
pub mod templates;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use self::claim::ClaimTemplate;
pub use self::kind::Kind;
use self::pod::{PodSpec, nullable};

/// A pod, or something that makes pods.
#[derive(Debug, Clone)]
pub struct Workload {
    /// What it is.
    pub kind: Kind,
    /// The namespace; empty where the object's own metadata has none and the request names none.
    pub namespace: String,
    /// The name; the prefix for the name while the API server has not made one.
    pub name: String,
    /// Metadata that decides something.
    pub meta: Meta,
    /// The labels and annotations of the pod that it is or makes.
    pub pod_meta: PodMeta,
    /// The pod that it is or makes.
    pub spec: PodSpec,
    /// The claims that a StatefulSet makes for each of its pods.
    pub claim_templates: Vec<ClaimTemplate>,
}

impl Workload {
    /// Reads an object of a kind that carries a pod.
    pub fn parse(kind: Kind, json: &str) -> Result<Self, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(json);
        let workload = Self::deserialize(kind, &mut json)?;
        json.end()?;
        Ok(workload)
    }

    /// The same from any format.
    pub fn deserialize<'de, D: Deserializer<'de>>(kind: Kind, object: D) -> Result<Self, D::Error> {
        let mut claim_templates = Vec::new();
        let (meta, template) = match kind {
            Kind::Pod => {
                let Object { metadata, spec } = Object::<PodSpec>::deserialize(object)?;
                let pod_meta = PodMeta {
                    labels: metadata.labels.clone(),
                    annotations: metadata.annotations.clone(),
                };
                let pod = Template {
                    metadata: pod_meta,
                    spec,
                };
                (metadata, pod)
            }
            Kind::PodTemplate => {
                let object = Templated::deserialize(object)?;
                (object.metadata, object.template)
            }
            Kind::CronJob => {
                let (meta, spec) = split(Object::<CronJobSpec>::deserialize(object)?);
                (meta, spec.job_template.spec.template)
            }
            Kind::StatefulSet => {
                let (meta, spec) = split(Object::<StatefulSetSpec>::deserialize(object)?);
                claim_templates = spec.volume_claim_templates;
                (meta, spec.template)
            }
            _ => {
                let (meta, spec) = split(Object::<TemplateSpec>::deserialize(object)?);
                (meta, spec.template)
            }
        };
        let name = match (&meta.name, &meta.generate_name) {
            (name, _) if !name.is_empty() => name.clone(),
            (_, prefix) => prefix.clone(),
        };
        Ok(Self {
            kind,
            namespace: meta.namespace.clone(),
            name,
            meta,
            pod_meta: template.metadata,
            spec: template.spec,
            claim_templates,
        })
    }

    /// The owner that controls this object, if it has one.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.meta
            .owner_references
            .iter()
            .find(|owner| owner.controller == Some(true))
    }
}

/// The metadata that Hostfit reads.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Meta {
    /// The name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// What tells the object from others that had its name; empty before it is stored.
    #[serde(deserialize_with = "nullable")]
    pub uid: String,
    /// The prefix from which the API server makes a name.
    #[serde(deserialize_with = "nullable")]
    pub generate_name: String,
    /// The namespace.
    #[serde(deserialize_with = "nullable")]
    pub namespace: String,
    /// Labels.
    #[serde(deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(deserialize_with = "nullable")]
    pub annotations: BTreeMap<String, String>,
    /// Owners.
    #[serde(deserialize_with = "nullable")]
    pub owner_references: Vec<OwnerReference>,
}

/// The metadata of a pod, or in a template.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PodMeta {
    /// Labels.
    #[serde(deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(deserialize_with = "nullable")]
    pub annotations: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound = "S: Default + DeserializeOwned")]
struct Object<S> {
    #[serde(deserialize_with = "nullable")]
    metadata: Meta,
    #[serde(deserialize_with = "nullable")]
    spec: S,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Templated {
    #[serde(deserialize_with = "nullable")]
    metadata: Meta,
    #[serde(deserialize_with = "nullable")]
    template: Template,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TemplateSpec {
    #[serde(deserialize_with = "nullable")]
    template: Template,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StatefulSetSpec {
    #[serde(deserialize_with = "nullable")]
    template: Template,
    #[serde(deserialize_with = "nullable")]
    volume_claim_templates: Vec<ClaimTemplate>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CronJobSpec {
    #[serde(deserialize_with = "nullable")]
    job_template: JobTemplate,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct JobTemplate {
    #[serde(deserialize_with = "nullable")]
    spec: TemplateSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Template {
    #[serde(deserialize_with = "nullable")]
    metadata: PodMeta,
    #[serde(deserialize_with = "nullable")]
    spec: PodSpec,
}

fn split<S>(object: Object<S>) -> (Meta, S) {
    (object.metadata, object.spec)
}

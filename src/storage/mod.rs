//! What is known of PersistentVolumes, their claims and StorageClasses, and what it says of a pod's volumes. Between `workload` on the one
//! side, `placement` and `rules` on the other.
//!
//! Little is kept of each. What is not known says nothing: no finding, and no node less.
//!
//! ```text
//!   API objects  --  object  --  Volumes, Claims, Classes  --  Storage::volumes_of a workload  --  placement: where their volumes can be used
//!                                                                                           \-  rules: which are of the node's file system
//! ```

mod class;
pub mod object;
mod stored;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::NodeSelector;

pub use self::class::{Class, Classes};
pub use self::stored::Stored;
use crate::workload::claim::{ClaimSpec, ClaimTemplate};
use crate::workload::pod::Volume as PodSpecVolume;
use crate::workload::{Kind, Workload};

/// What is kept of the PersistentVolumes that are of a node or bound to some, by name.
pub type Volumes = BTreeMap<String, Volume>;
/// What is kept of the claims, by namespace and name.
pub type Claims = BTreeMap<String, BTreeMap<String, Claim>>;

/// What is kept of a PersistentVolume.
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    /// Where it is on its node, if it is a part of one.
    pub host: Option<HostVolume>,
    /// The nodes on which it can be used.
    pub affinity: Option<NodeSelector>,
}

/// A part of a node's own file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostVolume {
    /// `host path` or `local path`.
    pub what: &'static str,
    /// The path.
    pub path: String,
    /// `hostPath.type`; empty for a local volume.
    pub host_path_type: String,
}

/// What is kept of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It has this volume.
    Bound(String),
    /// It waits for one of this StorageClass; none stands for the default one.
    Waiting(Option<String>),
}

impl Claim {
    /// The facts of a claim. Its annotation comes before the field, as in Kubernetes.
    pub fn new(spec: &ClaimSpec, annotations: &BTreeMap<String, String>) -> Self {
        if !spec.volume_name.is_empty() {
            return Self::Bound(spec.volume_name.clone());
        }
        let annotation = annotations.get("volume.beta.kubernetes.io/storage-class");
        Self::Waiting(annotation.or(spec.storage_class_name.as_ref()).cloned())
    }
}

/// All that is known.
#[derive(Debug, Clone, Copy)]
pub struct Storage<'a> {
    /// The volumes.
    pub volumes: &'a Volumes,
    /// The claims.
    pub claims: &'a Claims,
    /// The StorageClasses.
    pub classes: &'a Classes,
}

/// One volume of a workload's pods, and what is known behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct PodVolume<'a> {
    /// Where it is asked for, from the pod spec; with a dot before it, from the object's root.
    pub field: String,
    /// The name that mounts refer to.
    pub name: &'a str,
    /// Whether the pod asks for it to be read-only.
    pub read_only: bool,
    /// The claim's name, where it is known.
    pub claim: Option<Cow<'a, str>>,
    /// What is behind it.
    pub behind: Behind<'a>,
}

/// What is behind a volume of a pod.
#[derive(Debug, Clone, PartialEq)]
pub enum Behind<'a> {
    /// A PersistentVolume of this name.
    Volume(&'a str, &'a Volume),
    /// None yet, but one of a StorageClass of this name.
    Class(&'a str, &'a Class),
}

impl<'a> Storage<'a> {
    /// Where nothing is known.
    pub const NONE: Storage<'static> = Storage {
        volumes: &Volumes::new(),
        claims: &Claims::new(),
        classes: &Classes::new(),
    };

    /// The volumes of a workload's pods behind which something is known, in the order of the fields.
    pub fn volumes_of(self, workload: &'a Workload) -> Vec<PodVolume<'a>> {
        let volumes = workload.spec.volumes.iter().enumerate();
        let own = volumes.filter_map(|(index, volume)| self.of_volume(index, volume, workload));
        let templates = workload.claim_templates.iter().enumerate();
        let of_templates = templates.filter_map(|(index, template)| {
            Some(PodVolume {
                field: format!(".spec.volumeClaimTemplates[{index}]"),
                name: &template.metadata.name,
                read_only: false,
                claim: None,
                behind: self.of_template(template)?,
            })
        });
        // A pod's volume of a template's name gives way to the claim.
        let is_replaced = |volume: &PodVolume| {
            let mut templates = workload.claim_templates.iter();
            templates.any(|template| template.metadata.name == volume.name)
        };
        own.filter(|volume| !is_replaced(volume))
            .chain(of_templates)
            .collect()
    }

    fn of_volume(
        self,
        index: usize,
        volume: &'a PodSpecVolume,
        workload: &'a Workload,
    ) -> Option<PodVolume<'a>> {
        if let Some(source) = &volume.persistent_volume_claim {
            let claim = self.claim(&workload.namespace, &source.claim_name)?;
            return Some(PodVolume {
                field: format!("volumes[{index}].persistentVolumeClaim"),
                name: &volume.name,
                read_only: source.read_only,
                claim: Some(Cow::Borrowed(&source.claim_name)),
                behind: self.behind(claim)?,
            });
        }
        let template = &volume.ephemeral.as_ref()?.volume_claim_template;
        // Its claim is made after the pod, and is there when the pod is given a node.
        let claim = (workload.kind == Kind::Pod && !workload.meta.name.is_empty())
            .then(|| format!("{}-{}", workload.meta.name, volume.name));
        let made = claim
            .as_ref()
            .and_then(|name| self.claim(&workload.namespace, name));
        Some(PodVolume {
            field: format!("volumes[{index}].ephemeral"),
            name: &volume.name,
            read_only: false,
            behind: match made {
                Some(claim @ Claim::Bound(_)) => self.behind(claim)?,
                _ => self.of_template(template)?,
            },
            claim: made.and(claim).map(Cow::Owned),
        })
    }

    fn claim(self, namespace: &str, name: &str) -> Option<&'a Claim> {
        self.claims.get(namespace)?.get(name)
    }

    fn behind(self, claim: &Claim) -> Option<Behind<'a>> {
        match claim {
            Claim::Bound(volume) => {
                let (name, volume) = self.volumes.get_key_value(volume)?;
                Some(Behind::Volume(name, volume))
            }
            Claim::Waiting(class) => {
                let (name, class) = class::find(self.classes, class.as_deref())?;
                Some(Behind::Class(name, class))
            }
        }
    }

    fn of_template(self, template: &ClaimTemplate) -> Option<Behind<'a>> {
        self.behind(&Claim::new(&template.spec, &template.metadata.annotations))
    }
}

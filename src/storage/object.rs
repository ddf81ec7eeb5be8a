//! The narrow API objects that are watched or read from a file, and the few facts kept of them.

use std::borrow::Cow;

use k8s_openapi::api::core::v1::NodeSelector;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope};
use serde::Deserialize;

use super::{Claim, Class, HostVolume, Volume};
use crate::workload::claim::ClaimSpec;
use crate::workload::pod::{HostPath, nullable};

/// A PersistentVolume of the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VolumeObject {
    /// Standard metadata.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    #[serde(deserialize_with = "nullable")]
    spec: VolumeSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct VolumeSpec {
    host_path: Option<HostPath>,
    local: Option<HostPath>,
    node_affinity: Option<NodeAffinity>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NodeAffinity {
    required: Option<NodeSelector>,
}

impl VolumeObject {
    /// What is kept of it: nothing of one that is on no node and can be used on every node.
    pub fn facts(self) -> Option<Volume> {
        let VolumeSpec {
            host_path,
            local,
            node_affinity,
        } = self.spec;
        let of = |what, at: HostPath| HostVolume {
            what,
            path: at.path,
            host_path_type: at.host_path_type,
        };
        let host = host_path
            .map(|at| of("host path", at))
            .or_else(|| local.map(|at| of("local path", at)));
        let affinity = node_affinity.and_then(|affinity| affinity.required);
        let counts = host.is_some() || affinity.is_some();
        counts.then_some(Volume { host, affinity })
    }
}

/// A PersistentVolumeClaim of the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClaimObject {
    /// Standard metadata.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    #[serde(deserialize_with = "nullable")]
    spec: ClaimSpec,
}

impl ClaimObject {
    /// What is kept of it.
    pub fn facts(self) -> Claim {
        let annotations = self.metadata.annotations.unwrap_or_default();
        Claim::new(&self.spec, &annotations)
    }
}

/// A StorageClass of the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClassObject {
    /// Standard metadata.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ObjectMeta,
    #[serde(deserialize_with = "nullable")]
    provisioner: String,
    #[serde(deserialize_with = "nullable")]
    volume_binding_mode: String,
}

impl ClassObject {
    /// What is kept of it.
    pub fn facts(self) -> Class {
        let annotations = self.metadata.annotations.unwrap_or_default();
        let says = |annotation: &&str| annotations.get(*annotation).is_some_and(|it| it == "true");
        Class {
            provisioner: self.provisioner,
            waits_for_pod: self.volume_binding_mode == "WaitForFirstConsumer",
            is_default: DEFAULT.iter().any(says),
            since: self.metadata.creation_timestamp.map(|time| time.0),
        }
    }
}

/// Either marks a class as the default one: `IsDefaultAnnotation` of Kubernetes.
const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

/// So that kube's watcher can watch them in this form.
macro_rules! resource {
    ($object:ty, $scope:ty, $group:literal, $kind:literal, $plural:literal) => {
        impl kube::Resource for $object {
            type DynamicType = ();
            type Scope = $scope;

            fn kind((): &()) -> Cow<'_, str> {
                $kind.into()
            }

            fn group((): &()) -> Cow<'_, str> {
                $group.into()
            }

            fn version((): &()) -> Cow<'_, str> {
                "v1".into()
            }

            fn plural((): &()) -> Cow<'_, str> {
                $plural.into()
            }

            fn meta(&self) -> &ObjectMeta {
                &self.metadata
            }

            fn meta_mut(&mut self) -> &mut ObjectMeta {
                &mut self.metadata
            }
        }
    };
}

resource!(
    VolumeObject,
    ClusterResourceScope,
    "",
    "PersistentVolume",
    "persistentvolumes"
);
resource!(
    ClaimObject,
    NamespaceResourceScope,
    "",
    "PersistentVolumeClaim",
    "persistentvolumeclaims"
);
resource!(
    ClassObject,
    ClusterResourceScope,
    "storage.k8s.io",
    "StorageClass",
    "storageclasses"
);

//! The parts of a pod spec that Hostfit reads, as types of its own: first station of the flow, used by `workload`.
//!
//! Narrow on purpose. A field that no rule reads costs nothing to skip and, whatever it holds, can never make a pod unreadable;
//! `null` and absence are the same. Where a leaf decides something as a whole (tolerations, node selector terms) it is the API's own type.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::api::core::v1::{NodeSelector, Toleration};
use serde::{Deserialize, Deserializer};

use super::claim::ClaimTemplate;
use super::resource::Resources;
use super::security::SecurityContext;

/// A pod spec, or the one in a template.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PodSpec {
    /// Set when the pod is bound already; the scheduler is then out of the question.
    pub node_name: Option<String>,
    /// Labels that the node must carry.
    #[serde(deserialize_with = "nullable")]
    pub node_selector: BTreeMap<String, String>,
    /// Affinity; only the required node affinity ever filters.
    pub affinity: Option<Affinity>,
    /// Tolerations.
    #[serde(deserialize_with = "nullable")]
    pub tolerations: Vec<Toleration>,
    /// The kind of operating system that the kubelet insists on.
    pub os: Option<PodOs>,
    /// Joins the node's PID namespace.
    #[serde(rename = "hostPID", deserialize_with = "nullable")]
    pub host_pid: bool,
    /// Joins the node's network namespace.
    #[serde(deserialize_with = "nullable")]
    pub host_network: bool,
    /// Joins the node's IPC namespace.
    #[serde(rename = "hostIPC", deserialize_with = "nullable")]
    pub host_ipc: bool,
    /// The RuntimeClass, which may add to the node selector and the tolerations.
    pub runtime_class_name: Option<String>,
    /// What holds for every container that says nothing else.
    #[serde(deserialize_with = "nullable")]
    pub security_context: SecurityContext,
    /// The service account that the pod runs as; exemptions can name it.
    pub service_account_name: Option<String>,
    /// Volumes.
    #[serde(deserialize_with = "nullable")]
    pub volumes: Vec<Volume>,
    /// Init containers; sidecars are those with `restartPolicy: Always`.
    #[serde(deserialize_with = "nullable")]
    pub init_containers: Vec<Container>,
    /// Containers.
    #[serde(deserialize_with = "nullable")]
    pub containers: Vec<Container>,
    /// Containers that were put into the running pod, as `kubectl debug` does.
    #[serde(deserialize_with = "nullable")]
    pub ephemeral_containers: Vec<Container>,
}

impl PodSpec {
    /// Every container with where it stands in the pod spec, in the order of `all_containers`.
    pub fn container_fields(&self) -> impl Iterator<Item = (At, &'static str, &Container)> {
        let lists = [
            ("initContainers", "init container", &self.init_containers),
            ("containers", "container", &self.containers),
            (
                "ephemeralContainers",
                "ephemeral container",
                &self.ephemeral_containers,
            ),
        ];
        lists.into_iter().flat_map(|(list, role, containers)| {
            let numbered = containers.iter().enumerate();
            numbered.map(move |(index, container)| (At { list, index }, role, container))
        })
    }

    /// Every container of the pod with what it is, in the order in which they start.
    pub fn all_containers(&self) -> impl Iterator<Item = (&'static str, &Container)> {
        self.container_fields()
            .map(|(_, role, container)| (role, container))
    }

    /// The node selector of the required node affinity, if there is one.
    pub fn required_affinity(&self) -> Option<&NodeSelector> {
        self.affinity
            .as_ref()?
            .node_affinity
            .as_ref()?
            .required
            .as_ref()
    }
}

/// Where a container stands in the pod spec: `initContainers[0]`. Few rules find anything, so it is put into words only then.
#[derive(Debug, Clone, Copy)]
pub struct At {
    list: &'static str,
    index: usize,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list, self.index)
    }
}

/// `spec.affinity`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Affinity {
    /// The part about nodes.
    pub node_affinity: Option<NodeAffinity>,
}

/// `spec.affinity.nodeAffinity`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodeAffinity {
    /// The terms of which a node has to match one.
    #[serde(rename = "requiredDuringSchedulingIgnoredDuringExecution")]
    pub required: Option<NodeSelector>,
}

/// `spec.os`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct PodOs {
    /// `linux` or `windows`.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
}

/// A volume; only what it takes of the node matters here.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Volume {
    /// The name that mounts refer to.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The host path, if it is such a volume.
    pub host_path: Option<HostPath>,
    /// The driver on the node that makes it, if it is such a volume.
    pub flex_volume: Option<FlexVolume>,
    /// The claim, if it is one.
    pub persistent_volume_claim: Option<ClaimSource>,
    /// The claim that is made for the pod, if it is such a volume.
    pub ephemeral: Option<Ephemeral>,
}

/// `flexVolume` of a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct FlexVolume {
    /// The driver's name, `VENDOR/DRIVER`.
    #[serde(deserialize_with = "nullable")]
    pub driver: String,
}

/// `persistentVolumeClaim` of a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimSource {
    /// The claim's name, in the pod's namespace.
    #[serde(deserialize_with = "nullable")]
    pub claim_name: String,
    /// Whether every container sees it read-only.
    #[serde(deserialize_with = "nullable")]
    pub read_only: bool,
}

/// `ephemeral` of a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Ephemeral {
    /// What is claimed.
    #[serde(deserialize_with = "nullable")]
    pub volume_claim_template: ClaimTemplate,
}

/// `hostPath` of a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct HostPath {
    /// The path on the node.
    #[serde(deserialize_with = "nullable")]
    pub path: String,
    /// What the kubelet checks, or makes, before the pod starts; empty for nothing.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub host_path_type: String,
}

/// A container of any of the three kinds.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Container {
    /// Its name, unique in the pod over all three kinds.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Its image.
    #[serde(deserialize_with = "nullable")]
    pub image: String,
    /// What it runs, in the place of the image's entry point.
    #[serde(deserialize_with = "nullable")]
    pub command: Vec<String>,
    /// What follows its command, or the image's entry point.
    #[serde(deserialize_with = "nullable")]
    pub args: Vec<String>,
    /// What it mounts.
    #[serde(deserialize_with = "nullable")]
    pub volume_mounts: Vec<VolumeMount>,
    /// The devices that it asks for.
    #[serde(deserialize_with = "nullable")]
    pub resources: Resources,
    /// What it asks of the kernel's access control.
    #[serde(deserialize_with = "nullable")]
    pub security_context: SecurityContext,
}

/// One mount of a volume in a container.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VolumeMount {
    /// The volume's name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// Whether the container sees it read-only.
    #[serde(deserialize_with = "nullable")]
    pub read_only: bool,
    /// The part of the volume that is mounted, relative to its root.
    #[serde(deserialize_with = "nullable")]
    pub sub_path: String,
    /// The same with `$(VARIABLES)` of the container's environment.
    #[serde(deserialize_with = "nullable")]
    pub sub_path_expr: String,
}

/// `null` is as good as absent.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

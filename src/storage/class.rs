//! StorageClasses: whether what they give out is of the node's own file system.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

/// What is kept of the StorageClasses, by name.
pub type Classes = BTreeMap<String, Class>;

/// What is kept of a StorageClass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Who makes its volumes.
    pub provisioner: String,
    /// Whether a volume is chosen only when a pod needs it.
    pub waits_for_pod: bool,
    /// Whether claims that name no class get this one.
    pub is_default: bool,
    /// Since when it is there, where that is known.
    pub since: Option<Timestamp>,
}

/// The provisioners whose volumes are PersistentVolumes of type `hostPath` or `local`. A CSI driver of local disks is none of them: its
/// volumes are of type `csi`, and have file systems of their own.
///
/// Sources: the README of rancher/local-path-provisioner ("either `hostPath` or `local` based persistent volume"); the README of
/// openebs/dynamic-localpv-provisioner ("Kubernetes Local Volumes using different kinds of storage available on the Kubernetes nodes").
const OF_THE_NODE: [&str; 2] = ["rancher.io/local-path", "openebs.io/local"];

/// Nobody: the volumes are made beforehand. `NotSupportedProvisioner` in `k8s.io/component-helpers/storage/volume`.
const NOBODY: &str = "kubernetes.io/no-provisioner";

impl Class {
    /// Whether its volumes are of the node's own file system, as far as the class says. Where volumes are made beforehand, one that waits for
    /// the pod is how the documentation of Kubernetes has it for local volumes; without that they may just as well be on a server.
    pub fn is_of_the_node(&self) -> bool {
        let provisioner = self.provisioner.as_str();
        OF_THE_NODE.contains(&provisioner) || (provisioner == NOBODY && self.waits_for_pod)
    }
}

/// The class of this name, or the default one: of several the newest, then the first by name, as in `GetDefaultClass` of Kubernetes.
pub(super) fn find<'a>(classes: &'a Classes, name: Option<&str>) -> Option<(&'a str, &'a Class)> {
    let found = if let Some(name) = name {
        classes.get_key_value(name)
    } else {
        let defaults = classes.iter().filter(|(_, class)| class.is_default);
        // One without a time is yet to be made, and will be the newest.
        defaults.max_by_key(|(name, class)| (class.since.is_none(), class.since, Reverse(*name)))
    };
    found.map(|(name, class)| (name.as_str(), class))
}

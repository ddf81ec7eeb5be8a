//! What stands beside the workloads of a file and says where they can land. Used by [`crate::manifests`].

use k8s_openapi::api::core::v1::Namespace as NamespaceObject;
use k8s_openapi::api::node::v1::RuntimeClass;
use serde::Deserialize as _;
use serde_json::Value;

use super::form::{Form, Refusal, read};
use crate::inventory::karpenter::Karpenter;
use crate::inventory::node::NodeObject;
use crate::storage::Stored;
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};
use crate::workload::admitted::RuntimeClasses;
use crate::workload::namespace::{Namespace, Namespaces};

/// Objects that are no workloads but say where workloads can land.
#[derive(Debug, Default)]
pub struct Facts {
    /// Nodes.
    pub nodes: Vec<NodeObject>,
    /// Namespaces that decide something.
    pub namespaces: Namespaces,
    /// RuntimeClasses that decide something.
    pub runtime_classes: RuntimeClasses,
    /// Volumes, claims and StorageClasses.
    pub storage: Stored,
    /// Karpenter's pools.
    pub karpenter: Karpenter,
}

impl Facts {
    /// Takes in an object, a claim without a namespace in this one. Says what in it may be a mistake.
    pub(super) fn take(
        &mut self,
        form: Form,
        object: &Value,
        namespace: &str,
    ) -> Result<Vec<String>, Refusal> {
        let mut complaints = Vec::new();
        match form {
            Form::Node => {
                let node = read(form, object, |object| NodeObject::deserialize(object))?;
                self.nodes.push(node);
            }
            Form::Namespace => {
                let object = read(form, object, |object| NamespaceObject::deserialize(object))?;
                let metadata = object.metadata;
                let namespace = Namespace::new(
                    metadata.labels.unwrap_or_default(),
                    &metadata.annotations.unwrap_or_default(),
                );
                complaints.clone_from(&namespace.complaints);
                let name = metadata.name.unwrap_or_default();
                self.namespaces.insert(name, namespace);
            }
            Form::RuntimeClass => {
                let class = read(form, object, |object| RuntimeClass::deserialize(object))?;
                let name = class.metadata.name.unwrap_or_default();
                let scheduling = class.scheduling.unwrap_or_default();
                self.runtime_classes.insert(name, scheduling);
            }
            Form::Volume => {
                let volume = read(form, object, |object| VolumeObject::deserialize(object))?;
                self.storage.add_volume(volume);
            }
            Form::Claim => {
                let mut claim = read(form, object, |object| ClaimObject::deserialize(object))?;
                let own = &mut claim.metadata.namespace;
                if own.as_deref().is_none_or(str::is_empty) {
                    *own = Some(namespace.to_owned());
                }
                self.storage.add_claim(claim);
            }
            Form::StorageClass => {
                let class = read(form, object, |object| ClassObject::deserialize(object))?;
                self.storage.add_class(class);
            }
            Form::Workload(_) => {}
        }
        Ok(complaints)
    }
}

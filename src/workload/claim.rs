//! The parts of a PersistentVolumeClaim that are read, as an object or as the template of one: used by `workload` and `storage`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Workload;
use super::pod::nullable;

/// `spec.volumeClaimTemplates[*]` of a StatefulSet, and `ephemeral.volumeClaimTemplate` of a volume.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ClaimTemplate {
    /// Its metadata.
    #[serde(deserialize_with = "nullable")]
    pub metadata: ClaimMeta,
    /// What is claimed.
    #[serde(deserialize_with = "nullable")]
    pub spec: ClaimSpec,
}

/// The metadata of a template that is read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ClaimMeta {
    /// In a StatefulSet the name of the volume that its pods get.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// The oldest place for the name of a StorageClass.
    #[serde(deserialize_with = "nullable")]
    pub annotations: BTreeMap<String, String>,
}

/// `spec` of a claim.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ClaimSpec {
    /// The volume that it is bound to.
    #[serde(deserialize_with = "nullable")]
    pub volume_name: String,
    /// The StorageClass: absent for the default one, empty for none.
    pub storage_class_name: Option<String>,
}

impl Workload {
    /// Whether its pods have volumes that they claim.
    pub fn has_claims(&self) -> bool {
        let mut volumes = self.spec.volumes.iter();
        !self.claim_templates.is_empty()
            || volumes.any(|it| it.persistent_volume_claim.is_some() || it.ephemeral.is_some())
    }
}

//! What is known of storage in one place: of files, manifests, or a cluster that is asked once.

use super::object::{ClaimObject, ClassObject, VolumeObject};
use super::{Claim, Claims, Classes, Storage, Volumes};

/// Volumes, claims and StorageClasses.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The volumes.
    pub volumes: Volumes,
    /// The claims.
    pub claims: Claims,
    /// The StorageClasses.
    pub classes: Classes,
}

impl Stored {
    /// To look at.
    pub fn view(&self) -> Storage<'_> {
        Storage {
            volumes: &self.volumes,
            claims: &self.claims,
            classes: &self.classes,
        }
    }

    /// Takes in a volume.
    pub fn add_volume(&mut self, object: VolumeObject) {
        let name = object.metadata.name.clone().unwrap_or_default();
        if let Some(volume) = object.facts() {
            self.volumes.insert(name, volume);
        }
    }

    /// Takes in a claim; in `default` where it says no namespace.
    pub fn add_claim(&mut self, object: ClaimObject) {
        let namespace = object.metadata.namespace.clone();
        let namespace = namespace.filter(|it| !it.is_empty());
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let name = object.metadata.name.clone().unwrap_or_default();
        self.put(namespace, name, object.facts());
    }

    /// Takes in a StorageClass.
    pub fn add_class(&mut self, object: ClassObject) {
        let name = object.metadata.name.clone().unwrap_or_default();
        self.classes.insert(name, object.facts());
    }

    /// Takes in all of another, which holds where both say something.
    pub fn extend(&mut self, other: Self) {
        self.volumes.extend(other.volumes);
        self.classes.extend(other.classes);
        for (namespace, claims) in other.claims {
            for (name, claim) in claims {
                self.put(namespace.clone(), name, claim);
            }
        }
    }

    /// A manifest is written without the volume that its claim has got, and to apply it does not take that away.
    fn put(&mut self, namespace: String, name: String, claim: Claim) {
        let claims = self.claims.entry(namespace).or_default();
        let is_bound = matches!(claims.get(&name), Some(Claim::Bound(_)));
        if !(is_bound && matches!(claim, Claim::Waiting(_))) {
            claims.insert(name, claim);
        }
    }
}

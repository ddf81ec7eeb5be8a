//! What we know of each node operating system: profiles as data, and how a node's facts are matched with them. Beside the flow:
//! `inventory` asks which OS a node runs, `rules` ask what a host path is there.

pub mod features;
pub mod file;
pub mod host;
pub mod path;
pub mod profile;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

pub use self::host::Access;
pub use self::profile::{OsKind, Profile};

/// The profiles that are compiled in. Order matters where patterns overlap: the first match wins, so OS Guard stands before Azure Linux.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "azure-container-linux",
        include_str!("azure-container-linux.yaml"),
    ),
    (
        "azure-linux-os-guard",
        include_str!("azure-linux-os-guard.yaml"),
    ),
    ("flatcar", include_str!("flatcar.yaml")),
    ("azure-linux", include_str!("azure-linux.yaml")),
    ("ubuntu", include_str!("ubuntu.yaml")),
    ("windows", include_str!("windows.yaml")),
    ("bottlerocket", include_str!("bottlerocket.yaml")),
    ("talos", include_str!("talos.yaml")),
    ("cos", include_str!("cos.yaml")),
    ("rhcos", include_str!("rhcos.yaml")),
    ("fedora-coreos", include_str!("fedora-coreos.yaml")),
    ("sle-micro", include_str!("sle-micro.yaml")),
];

/// The known operating systems.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<Arc<Profile>>);

impl Catalogue {
    /// What is compiled in.
    pub fn built_in() -> &'static Self {
        static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
            Catalogue(
                BUILT_IN
                    .iter()
                    .map(|(id, yaml)| Arc::new(compiled_in(id, yaml)))
                    .collect(),
            )
        });
        &CATALOGUE
    }

    /// The OS of an AKS SKU such as `AzureLinux3OSGuard`.
    pub fn by_sku(&self, sku: &str) -> Option<&Arc<Profile>> {
        self.0.iter().find(|os| os.recognise.sku.matches(sku))
    }

    /// The OS of an AKS node image such as `AKSUbuntu-2204gen2containerd-202601.27.0`.
    pub fn by_image(&self, image: &str) -> Option<&Arc<Profile>> {
        self.0.iter().find(|os| os.recognise.image.matches(image))
    }

    /// The OS that calls itself so in `status.nodeInfo.osImage`.
    pub fn by_os_image(&self, os_image: &str) -> Option<&Arc<Profile>> {
        self.0
            .iter()
            .find(|os| os.recognise.os_image.matches(os_image))
    }

    /// The OS that a label of another tool or cloud names.
    pub fn by_labels(&self, labels: &BTreeMap<String, String>) -> Option<&Arc<Profile>> {
        let named = |pattern: &profile::LabelPattern| {
            labels
                .get(&pattern.key)
                .is_some_and(|value| pattern.value.matches(value))
        };
        self.0
            .iter()
            .find(|os| os.recognise.labels.iter().any(named))
    }

    /// The profile of this id.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Profile>> {
        self.0.iter().find(|os| os.id == id)
    }

    /// With each entry as a correction of the OS of its id, or as a new OS, which is looked at before ours.
    pub fn with(&self, entries: Vec<file::Entry>) -> Result<Self, String> {
        let mut all = self.0.clone();
        for entry in entries {
            let known = all.iter().position(|os| os.id == entry.id);
            match known {
                Some(index) => all[index] = Arc::new(entry.correct(&all[index])?),
                None => all.insert(0, Arc::new(entry.into_profile()?)),
            }
        }
        Ok(Self(all))
    }

    /// All profiles.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Profile>> {
        self.0.iter()
    }
}

/// A profile that is part of the program: a test proves that each of them parses, so there is nobody here to whom an error could be told.
#[allow(clippy::expect_used, reason = "compiled in, and parsed by a test")]
fn compiled_in(id: &str, yaml: &str) -> Profile {
    let entry: file::Entry = serde_saphyr::from_str(yaml).expect("a compiled-in profile parses");
    debug_assert_eq!(entry.id, id);
    entry
        .into_profile()
        .expect("a compiled-in profile is whole")
}

#[cfg(test)]
mod tests;

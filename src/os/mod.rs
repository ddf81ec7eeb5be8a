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
use crate::nearest::did_you_mean;

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
    ("k3os", include_str!("k3os.yaml")),
];

/// The known operating systems.
#[derive(Debug, Clone)]
pub struct Catalogue(Vec<Arc<Profile>>);

impl Catalogue {
    /// What stands in the place of an id where a node's OS is none of these.
    pub const UNKNOWN: &'static str = "unknown";

    /// What is compiled in.
    pub fn built_in() -> &'static Arc<Self> {
        static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| {
            let profiles = BUILT_IN.iter();
            let profiles = profiles.map(|(id, yaml)| Arc::new(compiled_in(id, yaml)));
            Arc::new(Catalogue(profiles.collect()))
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

    /// What is known of an OS here, which was recognised by an older catalogue.
    pub fn current<'a>(&'a self, os: &'a Arc<Profile>) -> &'a Arc<Profile> {
        self.by_id(&os.id).unwrap_or(os)
    }

    /// Whether every node is the same OS here as by `other`, and every OS as immutable: then what was recognised by that still holds.
    pub fn recognises_like(&self, other: &Self) -> bool {
        let facts = |os: &Arc<Profile>| (os.id.clone(), os.kind, os.immutable);
        let alike = |(a, b): (&Arc<Profile>, &Arc<Profile>)| {
            Arc::ptr_eq(a, b) || (facts(a) == facts(b) && a.recognise == b.recognise)
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(alike)
    }

    /// With each entry as a correction of the OS of its id, or as a new OS, which is looked at before ours. An error begins with the place of
    /// its entry: `[2].paths: …`.
    pub fn with(&self, entries: Vec<file::Entry>) -> Result<Self, String> {
        let mut all = self.clone();
        for (index, entry) in entries.into_iter().enumerate() {
            all.take(entry)
                .map_err(|error| format!("[{index}].{error}"))?;
        }
        Ok(all)
    }

    fn take(&mut self, entry: file::Entry) -> Result<(), String> {
        if let Some(known) = self.0.iter_mut().find(|os| os.id == entry.id) {
            *known = Arc::new(entry.correct(known)?);
            return Ok(());
        }
        let nearest = did_you_mean(&entry.id, self.0.iter().map(|os| os.id.as_str()));
        let profile = entry.into_profile();
        let profile = profile.map_err(|error| format!("{error}{nearest}"))?;
        self.0.insert(0, Arc::new(profile));
        Ok(())
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

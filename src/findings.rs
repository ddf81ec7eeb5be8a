//! What a rule found: fourth station of the flow, between `rules` and `decision`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::os::Profile;

/// One rule that one field of a workload breaks, on one or more operating systems.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is on the worst of the operating systems.
    pub severity: Severity,
    /// The field, from the object's root: `spec.template.spec.volumes[0].hostPath`.
    pub field: String,
    /// The operating systems on which it is found.
    pub os: Vec<Arc<Profile>>,
    /// How bad it is on each of them, in the same order; empty where there is only one.
    pub severities: Vec<Severity>,
    /// What is known of it on that OS, in words that complete "…, and"; for a note, why it is none worse.
    pub reason: String,
    /// What the workload does, with its own names, cleaned.
    pub detail: String,
    /// What its owner can do.
    pub remedy: Cow<'static, str>,
    /// Whether its rule is about a use of the host as such, and not about what an OS lacks.
    pub is_host_use: bool,
    /// For `host-path`: the path and who mounts it.
    pub host_path: Option<HostPathUse>,
}

impl Finding {
    /// How bad it is on the operating system of this id; none where it is not found there.
    pub fn severity_on(&self, os: &str) -> Option<Severity> {
        let place = self.os.iter().position(|found_on| found_on.id == os)?;
        Some(self.severities.get(place).copied().unwrap_or(self.severity))
    }

    /// Whether `old` already did what this one does, as badly: an update that keeps it makes nothing worse.
    ///
    /// A volume is known by its path and not by its place in the list, so that moving it is no change and exchanging the path is one.
    pub fn is_in(&self, old: &Self) -> bool {
        let no_more_used = match (&self.host_path, &old.host_path) {
            (Some(new), Some(old)) => {
                (&new.path, &new.host_path_type) == (&old.path, &old.host_path_type)
                    && new.mounts.iter().all(|mount| mount.is_in(&old.mounts))
            }
            (None, None) => self.field == old.field,
            _ => false,
        };
        self.rule == old.rule && self.severity <= old.severity && no_more_used
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Host access that is known to work on that OS.
    Note,
    /// The pod starts, and what it does with the host may fail.
    AtRisk,
    /// The kubelet or the container runtime refuses the pod, whatever its containers do.
    Breaks,
}

impl Severity {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::AtRisk => "at-risk",
            Self::Breaks => "breaks",
        }
    }
}

/// A host path and its mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPathUse {
    /// The path in normal form.
    pub path: String,
    /// `hostPath.type`, as written.
    pub host_path_type: String,
    /// The containers that mount it, and whether read-only.
    pub mounts: Vec<Mount>,
}

impl HostPathUse {
    /// Whether no container can write there.
    pub fn is_read_only(&self) -> bool {
        self.mounts.iter().all(|mount| mount.read_only)
    }
}

/// One container's mount of a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The container's name, as written.
    pub container: String,
    /// `init container`, `container` or `ephemeral container`.
    pub role: &'static str,
    /// Whether it cannot write there.
    pub read_only: bool,
}

impl Mount {
    /// Whether the same container did as much before.
    fn is_in(&self, old: &[Self]) -> bool {
        old.iter()
            .any(|old| old.container == self.container && (self.read_only || !old.read_only))
    }
}

//! What an OS has, or lacks, beside its file system: mandatory access control, what a pod can ask for by name, and its life cycle. Part of
//! a `profile`.

use jiff::civil::Date;
use serde::Deserialize;

use super::profile::Confidence;

/// Whether a node's kernel has AppArmor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AppArmor {
    /// Whether it is there and on.
    pub present: Presence,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// How an OS runs SELinux.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SeLinux {
    /// Whether it enforces.
    pub mode: SeLinuxMode,
    /// The types that its policy defines for containers; empty where they are not known.
    #[serde(default)]
    pub defined_types: Vec<String>,
    /// Types that its policy is known not to define.
    #[serde(default)]
    pub undefined_types: Vec<String>,
    /// Whether it confines a container that names no type of its own and is not privileged.
    #[serde(default)]
    pub confines_containers: bool,
    /// What else a reader should know, such as the type that containers run as.
    #[serde(default)]
    pub note: String,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// What SELinux does with what its policy forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeLinuxMode {
    /// It refuses it.
    Enforcing,
    /// It logs it.
    Permissive,
    /// It is off or not there.
    Disabled,
}

/// Something that a pod can ask for by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Feature {
    /// What it is.
    pub kind: FeatureKind,
    /// Its name, as the pod writes it; a glob, so that `kata-*` is all of them.
    pub name: String,
    /// Whether the OS has it.
    pub present: Presence,
    /// What a reader should know, in words that complete "…, and".
    pub because: String,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// What kind of thing a pod asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureKind {
    /// `spec.runtimeClassName`.
    RuntimeClass,
    /// An extended resource, such as `nvidia.com/gpu`.
    Device,
    /// A kernel module of the pod's own; the name is `*`, or `SYS_MODULE` where the runtime refuses that capability.
    KernelModule,
    /// A label that the pod selects, as `KEY=VALUE`, such as `kubernetes.io/arch=arm64`.
    NodeLabel,
    /// The folder in which the kubelet looks for `FlexVolume` drivers; the name is its path.
    FlexVolume,
}

impl FeatureKind {
    /// Its name in a profile.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RuntimeClass => "runtime-class",
            Self::Device => "device",
            Self::KernelModule => "kernel-module",
            Self::NodeLabel => "node-label",
            Self::FlexVolume => "flex-volume",
        }
    }
}

/// Whether something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// It is known to be there.
    Yes,
    /// It is known not to be there.
    No,
    /// On some nodes, or nobody knows.
    Unsure,
}

impl Presence {
    /// Its name in a profile.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unsure => "unsure",
        }
    }
}

/// A date in the life of an OS that its users need to hear of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Milestone {
    /// The day.
    pub date: Date,
    /// What ends, or ended, on that day, in words that follow the title and a colon, and stand before the date: `retires on AKS`,
    /// `node images are removed from AKS`.
    pub event: String,
    /// Whether it is an end, of which people are told; a beginning is only shown.
    pub end: bool,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

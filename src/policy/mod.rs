//! What the operator wants: the configuration, resolved. Beside the flow: `decision` asks it how to weigh a finding.

pub mod config;
pub mod exemption;
mod pools;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use wildmatch::WildMatch;

pub use self::config::ConfigError;
pub use self::exemption::{Exemption, Requester};
use crate::inventory::EmptyPool;
use crate::os::Catalogue;
use crate::workload::templates::PodTemplates;

/// A valid configuration.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The mode where nothing nearer says otherwise.
    pub mode: Mode,
    /// The strictness where nothing nearer says otherwise.
    pub strictness: Strictness,
    /// What a finding that would deny does where only some candidates are immutable.
    pub on_mixed: OnMixed,
    /// What labels on a Namespace may change.
    pub namespace_labels: NamespaceLabels,
    /// Namespaces that are never judged.
    pub excluded_namespaces: BTreeSet<String>,
    namespaces: Vec<NamespaceRule>,
    exemptions: Vec<Exemption>,
    pools: Vec<EmptyPool>,
    catalogue: Arc<Catalogue>,
    pod_templates: PodTemplates,
}

impl Default for Policy {
    /// What an empty configuration file means.
    fn default() -> Self {
        Self {
            mode: Mode::Enforce,
            strictness: Strictness::Strict,
            on_mixed: OnMixed::Warn,
            namespace_labels: NamespaceLabels::Honoured,
            excluded_namespaces: BTreeSet::new(),
            namespaces: Vec::new(),
            exemptions: Vec::new(),
            pools: Vec::new(),
            catalogue: Arc::clone(Catalogue::built_in()),
            pod_templates: PodTemplates::built_in().clone(),
        }
    }
}

impl Policy {
    /// What holds in a namespace: its label, then the first of `namespaces` that matches, then the whole. Total: a label that is no mode is
    /// a complaint, not an error.
    pub fn settings(&self, namespace: &str, labels: &BTreeMap<String, String>) -> Settings {
        let rule = self
            .namespaces
            .iter()
            .find(|rule| rule.names.iter().any(|glob| glob.matches(namespace)));
        let mut settings = Settings {
            mode: rule.and_then(|rule| rule.mode).unwrap_or(self.mode),
            strictness: rule
                .and_then(|rule| rule.strictness)
                .unwrap_or(self.strictness),
            on_mixed: self.on_mixed,
            complaints: Vec::new(),
        };
        if self.namespace_labels == NamespaceLabels::Ignored {
            return settings;
        }
        let only_tighten = self.namespace_labels == NamespaceLabels::Tighten;
        let mut complaints = Vec::new();
        apply_label(
            labels,
            MODE_LABEL,
            &Mode::WORDS,
            only_tighten,
            &mut settings.mode,
            &mut complaints,
        );
        apply_label(
            labels,
            STRICTNESS_LABEL,
            &Strictness::WORDS,
            only_tighten,
            &mut settings.strictness,
            &mut complaints,
        );
        settings.complaints = complaints;
        settings
    }

    /// The exemptions, in the order of the file.
    pub fn exemptions(&self) -> &[Exemption] {
        &self.exemptions
    }

    /// The pools that may have no node now, in the order of the file.
    pub fn pools(&self) -> &[EmptyPool] {
        &self.pools
    }

    /// The operating systems: ours, with what the configuration adds and corrects.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Where custom resources hold templates of pods: ours, with what the configuration adds and corrects.
    pub fn pod_templates(&self) -> &PodTemplates {
        &self.pod_templates
    }
}

/// The label on a Namespace that sets its mode.
pub const MODE_LABEL: &str = "hostfit.dev/mode";
/// The label on a Namespace that sets its strictness.
pub const STRICTNESS_LABEL: &str = "hostfit.dev/strictness";

/// Takes a label's word over, or complains. Words stand in order, the laxest first.
fn apply_label<T: Copy + Ord>(
    labels: &BTreeMap<String, String>,
    label: &str,
    words: &[(&str, T)],
    only_tighten: bool,
    setting: &mut T,
    complaints: &mut Vec<String>,
) {
    let Some(value) = labels.get(label) else {
        return;
    };
    match words.iter().find(|(word, _)| word == value) {
        Some((_, wanted)) if !only_tighten || wanted > setting => *setting = *wanted,
        Some(_) => {}
        None => {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            complaints.push(format!(
                "namespace label {label}={value} is none of {}: it is ignored",
                known.join(", ")
            ));
        }
    }
}

/// What holds in one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The mode.
    pub mode: Mode,
    /// The strictness.
    pub strictness: Strictness,
    /// See [`OnMixed`].
    pub on_mixed: OnMixed,
    /// Labels that made no sense.
    pub complaints: Vec<String>,
}

/// How much Hostfit does about a finding; the laxest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Nothing is judged.
    Off,
    /// Nothing is denied; findings are warned of and written to the audit log.
    Audit,
    /// A finding that counts denies.
    Enforce,
}

impl Mode {
    const WORDS: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("audit", Self::Audit),
        ("enforce", Self::Enforce),
    ];

    /// Its word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Audit => "audit",
            Self::Enforce => "enforce",
        }
    }
}

/// Which findings count; the laxest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// By severity: only `breaks` denies, `at-risk` warns, `note` is recorded.
    Compatible,
    /// Every use of the host counts, whatever its severity.
    Strict,
}

impl Strictness {
    const WORDS: [(&'static str, Self); 2] =
        [("compatible", Self::Compatible), ("strict", Self::Strict)];
}

/// What a finding that would deny does where only some candidates are immutable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum OnMixed {
    Warn,
    Deny,
}

/// What labels on a Namespace may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamespaceLabels {
    /// They hold.
    Honoured,
    /// They hold where they are stricter.
    Tighten,
    /// They are not read.
    Ignored,
}

/// A mode or a strictness for some namespaces.
#[derive(Debug, Clone)]
struct NamespaceRule {
    names: Vec<WildMatch>,
    mode: Option<Mode>,
    strictness: Option<Strictness>,
}

#[cfg(test)]
mod tests;

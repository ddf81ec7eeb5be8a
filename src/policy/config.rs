//! The configuration file: its form, and how it becomes a [`Policy`] or one clear error.

mod error;
mod exemption;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use wildmatch::WildMatch;

pub use self::error::ConfigError;
use self::error::explain;
use self::exemption::ExemptionEntry;
use super::pools::{self, PoolEntry};
use super::{Mode, NamespaceLabels, NamespaceRule, OnMixed, Policy, Strictness};
use crate::os::Catalogue;
use crate::os::file::Entry;
use crate::workload::Kind;
use crate::workload::templates::{Path, PodTemplate, PodTemplates};

impl Policy {
    /// Reads a configuration file. An empty one is the default.
    pub fn parse(yaml: &str) -> Result<Self, ConfigError> {
        if yaml
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            return Ok(Self::default());
        }
        let file: File =
            serde_saphyr::from_str(yaml).map_err(|error| ConfigError::new(explain(&error)))?;
        file.resolve()
    }
}

/// The file as it is written. Everything has a default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct File {
    api_version: Option<String>,
    kind: Option<String>,
    mode: Option<Mode>,
    strictness: Option<Strictness>,
    on_mixed: Option<OnMixed>,
    namespace_labels: Option<NamespaceLabelsEntry>,
    excluded_namespaces: Option<Vec<String>>,
    namespaces: Option<Vec<NamespaceEntry>>,
    exemptions: Option<Vec<ExemptionEntry>>,
    pools: Option<Vec<PoolEntry>>,
    operating_systems: Option<Vec<Entry>>,
    pod_templates: Option<Vec<PodTemplateEntry>>,
}

/// Where a custom resource holds templates of pods.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PodTemplateEntry {
    api_group: String,
    kind: String,
    path: String,
    judged_as: Option<Kind>,
}

/// `true`, `tighten` or `false`; as text, so that an error can name all three.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NamespaceLabelsEntry {
    True,
    Tighten,
    False,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamespaceEntry {
    names: Vec<String>,
    mode: Option<Mode>,
    strictness: Option<Strictness>,
}

impl File {
    fn resolve(self) -> Result<Policy, ConfigError> {
        expect("apiVersion", self.api_version.as_deref(), "hostfit.dev/v1")?;
        expect("kind", self.kind.as_deref(), "Config")?;
        let catalogue = catalogue(self.operating_systems.unwrap_or_default())?;
        let pools = each("pools", self.pools, |pool: PoolEntry| {
            pool.resolve(&catalogue)
        })?;
        pools::check_names(&pools)?;
        let default = Policy::default();
        Ok(Policy {
            mode: self.mode.unwrap_or(default.mode),
            strictness: self.strictness.unwrap_or(default.strictness),
            on_mixed: self.on_mixed.unwrap_or(default.on_mixed),
            namespace_labels: match self.namespace_labels {
                Some(NamespaceLabelsEntry::True) | None => NamespaceLabels::Honoured,
                Some(NamespaceLabelsEntry::Tighten) => NamespaceLabels::Tighten,
                Some(NamespaceLabelsEntry::False) => NamespaceLabels::Ignored,
            },
            excluded_namespaces: excluded(self.excluded_namespaces.unwrap_or_default())?,
            namespaces: each("namespaces", self.namespaces, NamespaceEntry::resolve)?,
            exemptions: each("exemptions", self.exemptions, ExemptionEntry::resolve)?,
            pools,
            catalogue,
            pod_templates: PodTemplates::built_in().with(each(
                "podTemplates",
                self.pod_templates,
                PodTemplateEntry::resolve,
            )?),
        })
    }
}

impl PodTemplateEntry {
    fn resolve(self) -> Result<PodTemplate, ConfigError> {
        let Self {
            api_group, kind, ..
        } = self;
        if Kind::from_api(&api_group, &kind).is_some() {
            return Err(ConfigError::new(format!(
                "kind: {kind} is Kubernetes' own, and its template is known; name custom resources"
            )));
        }
        let judged_as = self.judged_as.unwrap_or(Kind::PodTemplate);
        if judged_as == Kind::Pod {
            return Err(ConfigError::new(
                "judgedAs: a Pod has no template; write PodTemplate, or nothing".to_owned(),
            ));
        }
        let path = Path::try_from(self.path);
        Ok(PodTemplate {
            api_group,
            kind,
            path: path.map_err(|why| ConfigError::new(format!("path: {why}")))?,
            judged_as,
            source: None,
        })
    }
}

impl NamespaceEntry {
    fn resolve(self) -> Result<NamespaceRule, ConfigError> {
        if self.names.is_empty() {
            return Err(ConfigError::new(
                "names: say which namespaces, as in names: [\"team-*\"]".to_owned(),
            ));
        }
        Ok(NamespaceRule {
            names: globs(&self.names),
            mode: self.mode,
            strictness: self.strictness,
        })
    }
}

/// Resolves a list, and puts the place before an entry's error: `exemptions[2].rules: …`.
fn each<E, T>(
    key: &str,
    list: Option<Vec<E>>,
    resolve: impl Fn(E) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    let place = |(index, entry)| {
        resolve(entry).map_err(|error| ConfigError::new(format!("{key}[{index}].{error}")))
    };
    list.unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(place)
        .collect()
}

/// What is compiled in, with what is written here. Without anything it is shared, not copied.
fn catalogue(entries: Vec<Entry>) -> Result<Arc<Catalogue>, ConfigError> {
    let built_in = Catalogue::built_in();
    if entries.is_empty() {
        return Ok(Arc::clone(built_in));
    }
    built_in
        .with(entries)
        .map(Arc::new)
        .map_err(|error| ConfigError::new(format!("operatingSystems{error}")))
}

/// Whole names: the API server's namespace selector, which must say the same, knows no globs.
fn excluded(names: Vec<String>) -> Result<BTreeSet<String>, ConfigError> {
    match names.iter().find(|name| name.contains(['*', '?'])) {
        Some(glob) => Err(ConfigError::new(format!(
            "excludedNamespaces: {glob} is a pattern; write whole names, or use namespaces with mode: off"
        ))),
        None => Ok(names.into_iter().collect()),
    }
}

fn expect(key: &str, value: Option<&str>, expected: &str) -> Result<(), ConfigError> {
    match value {
        Some(other) if other != expected => Err(ConfigError::new(format!(
            "{key}: {other} is not known; write {expected}"
        ))),
        _ => Ok(()),
    }
}

fn globs(list: &[String]) -> Vec<WildMatch> {
    list.iter().map(|glob| WildMatch::new(glob)).collect()
}

#[cfg(test)]
mod tests;

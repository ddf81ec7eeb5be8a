//! The configuration file: its form, and how it becomes a [`Policy`] or one clear error.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use wildmatch::WildMatch;

use super::exemption::{Exemption, Match, PathPrefix};
use super::pools::{self, PoolEntry};
use super::{Mode, NamespaceLabels, NamespaceRule, OnMixed, Policy, Strictness};
use crate::os::path;
use crate::rules::{RULES, Rule};

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    pub(super) fn new(what: String) -> Self {
        Self(what)
    }
}

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
            serde_saphyr::from_str(yaml).map_err(|error| ConfigError(explain(&error)))?;
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
    operating_systems: Option<Vec<serde::de::IgnoredAny>>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExemptionEntry {
    name: String,
    reason: Option<String>,
    #[serde(default, deserialize_with = "date")]
    expires: Option<Date>,
    r#match: MatchEntry,
    rules: Vec<String>,
    #[serde(default)]
    paths: Vec<PathEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
struct MatchEntry {
    namespaces: Vec<String>,
    names: Vec<String>,
    kinds: Vec<String>,
    service_accounts: Vec<String>,
    users: Vec<String>,
    groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PathEntry {
    prefix: String,
    #[serde(default)]
    read_only: bool,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom(format!("{text} is no date; write it as 2027-01-31")))
}

impl File {
    fn resolve(self) -> Result<Policy, ConfigError> {
        expect("apiVersion", self.api_version.as_deref(), "hostfit.dev/v1")?;
        expect("kind", self.kind.as_deref(), "Config")?;
        if self.operating_systems.is_some_and(|list| !list.is_empty()) {
            return Err(ConfigError(
                "operatingSystems: this version of Hostfit does not know any; leave the list empty"
                    .to_owned(),
            ));
        }
        let pools = each("pools", self.pools, PoolEntry::resolve)?;
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
        })
    }
}

impl NamespaceEntry {
    fn resolve(self) -> Result<NamespaceRule, ConfigError> {
        if self.names.is_empty() {
            return Err(ConfigError(
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

impl ExemptionEntry {
    fn resolve(self) -> Result<Exemption, ConfigError> {
        if self.name.is_empty() {
            return Err(ConfigError(
                "name: an exemption needs a name, it is shown in metrics and reports".to_owned(),
            ));
        }
        if self.rules.is_empty() {
            return Err(ConfigError(format!(
                "rules: say which, of {}",
                rule_ids().join(", ")
            )));
        }
        for rule in &self.rules {
            if Rule::by_id(rule).is_none() {
                return Err(ConfigError(format!(
                    "rules: there is no rule {rule}{}",
                    nearest(rule, &rule_ids())
                )));
            }
        }
        if !self.paths.is_empty() && self.rules.iter().all(|rule| rule != "host-path") {
            return Err(ConfigError(
                "paths: they narrow host-path, which is not among the rules".to_owned(),
            ));
        }
        for entry in &self.paths {
            if !entry.prefix.starts_with('/') {
                return Err(ConfigError(format!(
                    "paths: prefix {} is not absolute; write it from the root, as in /proc",
                    entry.prefix
                )));
            }
        }
        let m = self.r#match;
        let lists = [
            &m.namespaces,
            &m.names,
            &m.kinds,
            &m.service_accounts,
            &m.users,
            &m.groups,
        ];
        if lists.iter().all(|list| list.is_empty()) {
            return Err(ConfigError("match: it would exempt everything; name namespaces, names, kinds, serviceAccounts, users or groups".to_owned()));
        }
        Ok(Exemption {
            name: self.name,
            reason: self.reason.unwrap_or_default(),
            expires: self.expires,
            matches: Match {
                namespaces: globs(&m.namespaces),
                names: globs(&m.names),
                kinds: m.kinds,
                service_accounts: globs(&m.service_accounts),
                users: globs(&m.users),
                groups: globs(&m.groups),
            },
            rules: self.rules,
            paths: self
                .paths
                .into_iter()
                .map(|p| PathPrefix {
                    prefix: path::normalise(&p.prefix),
                    read_only: p.read_only,
                })
                .collect(),
        })
    }
}

/// Resolves a list, and puts the place before an entry's error: `exemptions[2].rules: …`.
fn each<E, T>(
    key: &str,
    list: Option<Vec<E>>,
    resolve: fn(E) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    let place = |(index, entry)| {
        resolve(entry).map_err(|error| ConfigError(format!("{key}[{index}].{error}")))
    };
    list.unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(place)
        .collect()
}

/// Whole names: the API server's namespace selector, which must say the same, knows no globs.
fn excluded(names: Vec<String>) -> Result<BTreeSet<String>, ConfigError> {
    match names.iter().find(|name| name.contains(['*', '?'])) {
        Some(glob) => Err(ConfigError(format!(
            "excludedNamespaces: {glob} is a pattern; write whole names, or use namespaces with mode: off"
        ))),
        None => Ok(names.into_iter().collect()),
    }
}

fn expect(key: &str, value: Option<&str>, expected: &str) -> Result<(), ConfigError> {
    match value {
        Some(other) if other != expected => Err(ConfigError(format!(
            "{key}: {other} is not known; write {expected}"
        ))),
        _ => Ok(()),
    }
}

fn globs(list: &[String]) -> Vec<WildMatch> {
    list.iter().map(|glob| WildMatch::new(glob)).collect()
}

fn rule_ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

/// One line: where, what, and for a word that is not known the nearest that is.
fn explain(error: &serde_saphyr::Error) -> String {
    let error = error.without_snippet();
    let place = error.location().map_or(String::new(), |at| {
        format!("line {}, column {}: ", at.line(), at.column())
    });
    let what = match error {
        serde_saphyr::Error::SerdeUnknownField {
            field, expected, ..
        } => unknown("key", field, expected),
        serde_saphyr::Error::SerdeUnknownVariant {
            variant, expected, ..
        } => unknown("value", variant, expected),
        other => {
            // The place stands in front already, in our words.
            let text = other.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.split_once(" at line ")
                .map_or(line, |(what, _)| what)
                .to_owned()
        }
    };
    format!("{place}{what}")
}

fn unknown(what: &str, word: &str, known: &[&'static str]) -> String {
    format!(
        "{what} {word} is not known, only {}{}",
        known.join(", "),
        nearest(word, known)
    )
}

/// `; did you mean mode?`, where something is near enough.
pub(super) fn nearest(word: &str, known: &[&str]) -> String {
    let best = known
        .iter()
        .map(|k| (strsim::jaro_winkler(word, k), k))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, k)) if likeness > 0.7 => format!("; did you mean {k}?"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(yaml: &str) -> String {
        Policy::parse(yaml)
            .expect_err("a configuration that is refused")
            .to_string()
    }

    #[test]
    fn every_error_says_what_where_and_what_to_do() {
        let errors: Vec<String> = [
            "mod: audit",
            "mode: enforec",
            "mode: [",
            "apiVersion: hostfit.dev/v2",
            "excludedNamespaces: [\"team-*\"]",
            "namespaces: [{names: []}]",
            "exemptions: [{name: a, rules: [host-path], match: {}}]",
            "exemptions: [{name: a, rules: [hostpath], match: {users: [x]}}]",
            "exemptions: [{name: a, rules: [host-pid], paths: [{prefix: /proc}], match: {users: [x]}}]",
            "exemptions: [{name: a, rules: [host-path], paths: [{prefix: proc}], match: {users: [x]}}]",
            "exemptions: [{name: a, rules: [host-path], expires: soon, match: {users: [x]}}]",
            "exemptions: [{name: a, rules: [host-path], match: {user: [x]}}]",
            "operatingSystems: [{id: mine}]",
            "namespaceLabels: maybe",
        ]
        .map(error)
        .into();
        insta::assert_yaml_snapshot!(errors);
    }

    #[test]
    fn the_whole_file_is_read() {
        let policy = Policy::parse(
            "
            apiVersion: hostfit.dev/v1
            kind: Config
            mode: audit
            strictness: compatible
            onMixed: deny
            namespaceLabels: tighten
            excludedNamespaces: [kube-system]
            namespaces: [{names: ['team-*'], mode: off}]
            exemptions:
              - name: e
                reason: OPS-1
                expires: 2027-01-31
                match: {namespaces: [m], names: ['n*'], kinds: [DaemonSet], serviceAccounts: [], users: [], groups: []}
                rules: [host-path]
                paths: [{prefix: /proc/, readOnly: true}]
            pools: [{name: acl2, os: azure-container-linux}]
            operatingSystems: []
            ",
        )
        .expect("valid");
        assert_eq!(
            (policy.mode, policy.strictness),
            (Mode::Audit, Strictness::Compatible)
        );
        assert_eq!(
            (policy.on_mixed, policy.namespace_labels),
            (OnMixed::Deny, NamespaceLabels::Tighten)
        );
        assert!(policy.excluded_namespaces.contains("kube-system"));
        assert_eq!(policy.pools[0].name, "acl2");
        assert_eq!(policy.exemptions[0].paths[0].prefix, "/proc");
        assert_eq!(
            policy.exemptions[0].expires,
            Some(jiff::civil::date(2027, 1, 31))
        );
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(
            Policy::parse("# nothing\n\n").expect("valid").mode,
            Mode::Enforce
        );
    }
}

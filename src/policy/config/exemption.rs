//! `exemptions` in the configuration file, as they are written.

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::error::ConfigError;
use super::globs;
use crate::nearest::did_you_mean;
use crate::os::path;
use crate::policy::exemption::{Exemption, Match, PathPrefix};
use crate::rules::{RULES, Rule};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExemptionEntry {
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

impl ExemptionEntry {
    pub(super) fn resolve(self) -> Result<Exemption, ConfigError> {
        if self.name.is_empty() {
            return Err(ConfigError::new(
                "name: an exemption needs a name, it is shown in metrics and reports".to_owned(),
            ));
        }
        if self.rules.is_empty() {
            return Err(ConfigError::new(format!(
                "rules: say which, of {}",
                rule_ids().join(", ")
            )));
        }
        for rule in &self.rules {
            if Rule::by_id(rule).is_none() {
                return Err(ConfigError::new(format!(
                    "rules: there is no rule {rule}{}",
                    did_you_mean(rule, rule_ids())
                )));
            }
        }
        if !self.paths.is_empty() && self.rules.iter().all(|rule| rule != "host-path") {
            return Err(ConfigError::new(
                "paths: they narrow host-path, which is not among the rules".to_owned(),
            ));
        }
        for entry in &self.paths {
            if !entry.prefix.starts_with('/') {
                return Err(ConfigError::new(format!(
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
            return Err(ConfigError::new("match: it would exempt everything; name namespaces, names, kinds, serviceAccounts, users or groups".to_owned()));
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
                    prefix: path::normalise(&p.prefix).into_owned(),
                    read_only: p.read_only,
                })
                .collect(),
        })
    }
}

fn rule_ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

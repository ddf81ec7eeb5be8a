//! `pools` in the configuration file: pools that may have no node now, and what their nodes would be.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::config::ConfigError;
use crate::inventory::pool::Allowed;
use crate::inventory::{EmptyPool, NodeOs, Origin, Taint};
use crate::nearest::did_you_mean;
use crate::os::Catalogue;
use crate::placement::label;

/// One pool as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PoolEntry {
    name: String,
    os: String,
    labels: BTreeMap<String, String>,
    taints: Vec<TaintEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TaintEntry {
    key: String,
    value: String,
    effect: String,
}

impl PoolEntry {
    pub(super) fn resolve(self, catalogue: &Catalogue) -> Result<EmptyPool, ConfigError> {
        if self.name.is_empty() {
            return Err(ConfigError::new(
                "name: a pool needs its name, it is shown in messages".to_owned(),
            ));
        }
        let os = os(&self.os, catalogue)?;
        for (key, value) in &self.labels {
            check_label("labels", key, value)?;
        }
        let labels = self.labels.iter();
        let mut pool = EmptyPool::new(&self.name, os, Origin::Declared)
            .with_labels(labels.map(|(key, value)| (key.clone(), Allowed::only([value.as_str()]))));
        for (index, taint) in self.taints.into_iter().enumerate() {
            let taint = taint.resolve(&format!("taints[{index}]"))?;
            pool.taints.extend(Some(taint).filter(Taint::keeps_away));
        }
        Ok(pool)
    }
}

impl TaintEntry {
    /// One that only prefers, or that passes, is accepted too: it can be copied from a node as it is.
    fn resolve(self, place: &str) -> Result<Taint, ConfigError> {
        let Self { key, value, effect } = self;
        check_label(place, &key, &value)?;
        if effect.is_empty() {
            return Err(ConfigError::new(format!(
                "{place}.effect: say which, of {}",
                EFFECTS.join(", ")
            )));
        }
        if !EFFECTS.contains(&effect.as_str()) {
            return Err(ConfigError::new(format!(
                "{place}.effect: {effect} is not known, only {}{}",
                EFFECTS.join(", "),
                did_you_mean(&effect, EFFECTS)
            )));
        }
        Ok(Taint { key, value, effect })
    }
}

const EFFECTS: [&str; 3] = ["NoSchedule", "NoExecute", "PreferNoSchedule"];

/// Pools are told apart by their names.
pub(super) fn check_names(pools: &[EmptyPool]) -> Result<(), ConfigError> {
    let mut names = BTreeSet::new();
    match pools.iter().position(|pool| !names.insert(&pool.name)) {
        Some(index) => Err(ConfigError::new(format!(
            "pools[{index}].name: there is another pool {}; give each a name of its own",
            pools[index].name
        ))),
        None => Ok(()),
    }
}

fn os(id: &str, catalogue: &Catalogue) -> Result<NodeOs, ConfigError> {
    if id == Catalogue::UNKNOWN {
        return Ok(NodeOs::Unknown);
    }
    if let Some(os) = catalogue.by_id(id) {
        return Ok(NodeOs::Known(os.clone()));
    }
    let ids: Vec<&str> = catalogue.iter().map(|os| os.id.as_str()).collect();
    let known = format!("{} or {}", ids.join(", "), Catalogue::UNKNOWN);
    Err(ConfigError::new(if id.is_empty() {
        format!("os: say which, of {known}")
    } else {
        format!(
            "os: {id} is not known, only {known}{}",
            did_you_mean(id, ids.iter().copied())
        )
    }))
}

/// Taints have keys and values like labels.
fn check_label(place: &str, key: &str, value: &str) -> Result<(), ConfigError> {
    let wrong = if !label::is_key(key) {
        format!(
            "{key:?} is no key; write it as team or example.com/team, with letters, digits, '-', '_' and '.'"
        )
    } else if !label::is_value(value) {
        format!(
            "{value:?} is no value for {key}; write at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
        )
    } else {
        return Ok(());
    };
    Err(ConfigError::new(format!("{place}: {wrong}")))
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::*;

    #[test]
    fn a_pool_is_what_its_nodes_would_be() {
        let policy = Policy::parse(
            "
            pools:
              - name: acl2
                os: azure-container-linux
                labels: {team: a, size: 8}
                taints:
                  - {key: dedicated, value: a, effect: NoSchedule}
                  - {key: soft, effect: PreferNoSchedule}
                  - {key: node.kubernetes.io/unschedulable, effect: NoSchedule}
              - {name: odd, os: unknown}
              - {name: win, os: unknown, labels: {kubernetes.io/os: windows}}
            ",
        )
        .expect("valid");
        let [acl2, odd, win] = policy.pools() else {
            panic!("{:?}", policy.pools())
        };
        assert_eq!(acl2.os.key().0, "azure-container-linux");
        assert_eq!(acl2.label("team"), Allowed::only(["a"]));
        assert_eq!(acl2.label("size"), Allowed::only(["8"]));
        let taints: Vec<String> = acl2.taints.iter().map(ToString::to_string).collect();
        assert_eq!(taints, ["dedicated=a:NoSchedule"]);
        assert_eq!(
            (&odd.os, odd.kind),
            (&NodeOs::Unknown, crate::os::OsKind::Linux)
        );
        assert_eq!(win.kind, crate::os::OsKind::Windows);
        assert_eq!(win.origin, Origin::Declared);
    }

    #[test]
    fn every_error_says_what_where_and_what_to_do() {
        let errors = [
            "{os: ubuntu}",
            "{name: a}",
            "{name: a, os: azure-container-linx}",
            "{name: a, os: plan9}",
            "{name: a, os: ubuntu, label: {}}",
            "{name: a, os: ubuntu, labels: {'a b': c}}",
            "{name: a, os: ubuntu, labels: {team: '-a'}}",
            "{name: a, os: ubuntu, taints: [{effect: NoSchedule}]}",
            "{name: a, os: ubuntu, taints: [{key: k}]}",
            "{name: a, os: ubuntu, taints: [{key: k, effect: NoExecute}, {key: k, effect: Noschedule}]}",
            "{name: a, os: ubuntu}, {name: a, os: flatcar}",
        ]
        .map(|pools| Policy::parse(&format!("pools: [{pools}]")).expect_err(pools).to_string());
        insta::assert_yaml_snapshot!(errors);
    }
}

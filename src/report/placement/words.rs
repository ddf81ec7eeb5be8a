//! The placement report's numbers in words.

use std::collections::BTreeMap;

use crate::inventory::NodeOs;
use crate::manifests::Manifests;
use crate::message::clean;
use crate::placement::{Class, Placement};
use crate::workload::Kind;

/// Where it can land: `it can land on 5 of 6 nodes, 4 of them with an immutable OS`.
pub(super) fn place(kind: Kind, placement: &Placement, all: usize) -> String {
    let Placement {
        nodes, immutable, ..
    } = placement;
    let verb = if kind == Kind::DaemonSet {
        "it runs on"
    } else {
        "it can land on"
    };
    let of_all = format!("of {}", count(all, "node"));
    if placement.class == Class::Unknown {
        let asks_for: Vec<&str> = placement
            .immutable_os
            .iter()
            .map(|os| os.title.as_str())
            .collect();
        return match asks_for.as_slice() {
            [] => format!("{verb} none {of_all}"),
            _ => format!(
                "{verb} none {of_all}, and asks for {}",
                asks_for.join(" or ")
            ),
        };
    }
    let with = match placement.class {
        Class::Immutable => "each with an immutable OS".to_owned(),
        Class::Mixed => format!(
            "{immutable} of them with an immutable OS{}",
            moving(placement)
        ),
        Class::General | Class::Unknown => "none with an immutable OS".to_owned(),
    };
    match (nodes, new_nodes(placement)) {
        (0, Some(new)) => format!("{verb} none {of_all}, but on {new}"),
        (_, Some(new)) => format!("{verb} {nodes} {of_all}, {with}, and on {new}"),
        (_, None) => format!("{verb} {nodes} {of_all}, {with}"),
    }
}

/// The pools that have no node now, and could get one that the pod can land on.
fn new_nodes(placement: &Placement) -> Option<String> {
    let names: Vec<String> = placement
        .pools
        .iter()
        .filter(|pool| pool.nodes == 0)
        .filter_map(|pool| pool.name.as_deref().map(clean))
        .collect();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("a new node of pool {only}")),
        _ => Some(format!("new nodes of pools {}", names.join(", "))),
    }
}

/// Nodes on the move count as immutable in a mixed placement, which would surprise whoever sees another OS in the table.
fn moving(placement: &Placement) -> &'static str {
    let moves = |os: &NodeOs| matches!(os, NodeOs::Moving { .. });
    if placement.pools.iter().any(|pool| moves(&pool.os)) {
        " or on the move to or from one"
    } else {
        ""
    }
}

/// `3 workloads: 1 immutable, 2 mixed; skipped: 2 Service, 1 ConfigMap; 1 could not be read`.
pub(super) fn summary(manifests: &Manifests, classes: &BTreeMap<&str, usize>) -> String {
    let listed = |counts: Vec<(&str, &usize)>| {
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(what, n)| format!("{n} {what}"))
            .collect();
        counts.join(", ")
    };
    let mut text = count(manifests.workloads.len(), "workload");
    if !classes.is_empty() {
        text = format!(
            "{text}: {}",
            listed(classes.iter().map(|(k, v)| (*k, v)).collect())
        );
    }
    if !manifests.skipped.is_empty() {
        let skipped = manifests
            .skipped
            .iter()
            .map(|(k, v)| (k.as_str(), v))
            .collect();
        text = format!("{text}; other kinds skipped: {}", clean(&listed(skipped)));
    }
    match manifests.problems.len() {
        0 => text,
        1 => format!("{text}; 1 error"),
        many => format!("{text}; {many} errors"),
    }
}

/// `1 node`, `2 nodes`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

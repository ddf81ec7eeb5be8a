//! The placement report's numbers in words.

use std::borrow::Cow;

use crate::inventory::NodeOs;
use crate::message::clean;
use crate::placement::{Class, Placement};
use crate::report::words::count;
use crate::workload::Kind;

/// Where it can land: `it can land on 5 of 6 nodes, 4 of them with an immutable OS`.
pub(in crate::report) fn place(kind: Kind, placement: &Placement, all: usize) -> String {
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
    let names: Vec<Cow<str>> = placement
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

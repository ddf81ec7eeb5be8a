//! Where a pod can land, in words: in a denial by pool, in a warning by number, in logs and audit annotations in short. Nodes that are there
//! and nodes that a pool without one could get are told apart.

use std::borrow::Cow;

use super::clean;
use crate::inventory::NodeOs;
use crate::placement::{Class, Placement, Pool};
use crate::workload::{Kind, Workload};

/// `mixed 3/12`: three of twelve candidate nodes are immutable. Then the pools that have no node yet: `, and pool acl2 without a node yet`.
pub fn summary(placement: &Placement) -> String {
    let Placement {
        class,
        immutable,
        nodes,
        ..
    } = placement;
    let to_come = match names(placement.pools.iter().filter(|pool| pool.nodes == 0)) {
        Some(names) => format!(", and {names} without a node yet"),
        None => String::new(),
    };
    format!("{} {immutable}/{nodes}{to_come}", class.as_str())
}

/// The immutable candidates by pool, for a denial: `Azure Container Linux (pool acl1, 3 nodes)`; without any, the OS that the pod asks for.
pub(super) fn immutable_in_words(placement: &Placement) -> String {
    let pools: Vec<String> = placement.pools.iter().filter_map(pool_in_words).collect();
    match pools.as_slice() {
        [] => format!(
            "{} (its own selector asks for it; no such node exists now)",
            titles_asked_for(placement)
        ),
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more pools", rest.len())
        }
        all => all.join(", "),
    }
}

fn pool_in_words(pool: &Pool) -> Option<String> {
    let os = pool.os.immutable()?;
    let name = pool.name.as_deref().map_or_else(
        || "no pool".to_owned(),
        |name| format!("pool {}", clean(name)),
    );
    let nodes = match pool.nodes {
        0 => "no node yet".to_owned(),
        1 => "1 node".to_owned(),
        several => format!("{several} nodes"),
    };
    let moving = if is_moving(pool) { ", on the move" } else { "" };
    Some([&os.title, " (", &name, ", ", &nodes, moving, ")"].concat())
}

/// All candidates, for a warning: `3 of 5 candidate nodes are Azure Container Linux (pool acl1)`.
pub(super) fn candidates_in_words(workload: &Workload, placement: &Placement) -> String {
    if matches!(placement.class, Class::General | Class::Unknown) {
        return format!("its selector asks for {}", titles_asked_for(placement));
    }
    let (there, to_come): (Vec<&Pool>, Vec<&Pool>) =
        placement.pools.iter().partition(|pool| pool.nodes > 0);
    let may_come = immutable_of(&to_come);
    let Placement {
        nodes, immutable, ..
    } = placement;
    match (immutable_of(&there), may_come) {
        (None, None) => String::new(),
        (None, Some(pools)) if there.is_empty() && placement.class == Class::Immutable => {
            format!("its only candidates are nodes yet to come: {pools}")
        }
        (None, Some(pools)) if there.is_empty() => {
            format!("its only candidates are nodes yet to come, some of them {pools}")
        }
        (None, Some(pools)) => {
            let now = if *nodes == 1 {
                "its only candidate node is not immutable".to_owned()
            } else {
                format!("none of its {nodes} candidate nodes is immutable")
            };
            format!("{now}, but one yet to come may be {pools}")
        }
        (Some(pools), may_come) => {
            let now = if placement.class == Class::Immutable && *nodes == 1 {
                let node = given_node(workload).map_or_else(
                    || "its only candidate node".to_owned(),
                    |name| format!("its node {name}"),
                );
                format!("{node} is {pools}")
            } else if placement.class == Class::Immutable {
                format!("all {nodes} candidate nodes are {pools}")
            } else if workload.kind == Kind::DaemonSet {
                format!("of its {nodes} nodes {immutable} are {pools}")
            } else {
                format!("{immutable} of {nodes} candidate nodes are {pools}")
            };
            match may_come {
                Some(pools) => format!("{now}; one yet to come may be {pools}"),
                None if placement.class == Class::Mixed && are_surely_immutable(&there) => {
                    format!("{now}; one yet to come may be something else")
                }
                None => now,
            }
        }
    }
}

/// The node that a pod has been given.
fn given_node(workload: &Workload) -> Option<Cow<'_, str>> {
    let node = workload.spec.node_name.as_deref()?;
    (workload.kind == Kind::Pod && !node.is_empty()).then(|| clean(node))
}

/// What the immutable ones among these run, and where: `Azure Container Linux (pools acl1, acl2)`, and whether one is on the move.
fn immutable_of(pools: &[&Pool]) -> Option<String> {
    let immutable = || {
        pools
            .iter()
            .copied()
            .filter(|pool| pool.os.immutable().is_some())
    };
    let mut titles: Vec<&str> = immutable()
        .filter_map(|pool| pool.os.immutable())
        .map(|os| os.title.as_str())
        .collect();
    titles.sort_unstable();
    titles.dedup();
    if titles.is_empty() {
        return None;
    }
    let moving = if immutable().any(is_moving) {
        ", on the move"
    } else {
        ""
    };
    let place = match names(immutable()) {
        Some(names) => format!(" ({names}{moving})"),
        None => String::new(),
    };
    Some(format!("{}{place}", titles.join(" or ")))
}

/// `pool acl1`, or `pools acl1, acl2, acl3 and 4 more`.
fn names<'a>(pools: impl Iterator<Item = &'a Pool>) -> Option<String> {
    let mut names: Vec<Cow<str>> = pools
        .filter_map(|pool| pool.name.as_deref().map(clean))
        .collect();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("pool {only}")),
        [first, second, third, rest @ ..] if !rest.is_empty() => Some(format!(
            "pools {first}, {second}, {third} and {} more",
            rest.len()
        )),
        all => Some(format!("pools {}", all.join(", "))),
    }
}

/// Where there is no candidate: what the pod's own selector names.
fn titles_asked_for(placement: &Placement) -> String {
    let titles: Vec<&str> = placement
        .immutable_os
        .iter()
        .map(|os| os.title.as_str())
        .collect();
    titles.join(" or ")
}

fn is_moving(pool: &Pool) -> bool {
    matches!(pool.os, NodeOs::Moving { .. })
}

fn are_surely_immutable(pools: &[&Pool]) -> bool {
    pools.iter().all(|pool| pool.os.is_surely_immutable())
}

#[cfg(test)]
mod tests;

//! The columns of the matrix: every pool that is known, and how a workload stands on each.

use std::collections::BTreeSet;

use super::state::{Side, State};
use crate::inventory::NodeOs;
use crate::message::clean;
use crate::placement::Pool;
use crate::report::verdict::Report;
use crate::report::words::count;

/// One pool, or one OS that is assumed for everything.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) pool: &'a Pool,
    /// Its name, or that of the OS where there are no pools.
    pub(super) title: String,
    /// What its nodes run, how many they are, and what is assumed.
    pub(super) about: String,
    /// Whether it is judged as if it had been moved.
    pub(super) is_moved: bool,
}

/// What a cell of the matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) state: State,
    /// How it stood before, where that is another.
    pub(super) before: Option<State>,
}

/// The pools that are known, and whatever else some workload can land on.
pub(super) fn columns(report: &Report) -> Vec<Column<'_>> {
    let landed = report
        .entries
        .iter()
        .flat_map(|entry| &entry.placement.pools);
    let mut seen = BTreeSet::new();
    let pools = report.about.pools.iter().chain(landed);
    let mut pools: Vec<&Pool> = pools.filter(|pool| seen.insert(key(pool))).collect();
    pools.sort_by_key(|pool| key(pool));
    pools.into_iter().map(|pool| column(pool, report)).collect()
}

fn key(pool: &Pool) -> (Option<&str>, (&str, &str)) {
    (pool.name.as_deref(), pool.os.key())
}

fn column<'a>(pool: &'a Pool, report: &Report) -> Column<'a> {
    let os = os(&pool.os);
    let name = pool.name.as_deref();
    let moves = report.assumed.iter().flat_map(|it| &it.pools);
    let is_moved = moves.into_iter().any(|(moved, to)| {
        (moved == "*" || Some(moved.as_str()) == name)
            && pool.os.now().is_some_and(|os| os.id == to.id)
    });
    let nodes = match pool.nodes {
        0 => "no node yet".to_owned(),
        nodes => count(nodes, "node"),
    };
    let (title, about) = match (name, report.nodes) {
        (None, None) => (os, "assumed".to_owned()),
        (None, Some(_)) => ("(no pool)".to_owned(), format!("{os}, {nodes}")),
        (Some(name), _) if is_moved => (clean(name).into_owned(), format!("{os} assumed, {nodes}")),
        (Some(name), _) => (clean(name).into_owned(), format!("{os}, {nodes}")),
    };
    Column {
        pool,
        title,
        about,
        is_moved,
    }
}

/// What nodes run, in words.
fn os(os: &NodeOs) -> String {
    match os {
        NodeOs::Known(os) => os.title.clone(),
        NodeOs::Moving { now, other } => format!("{} → {}", now.title, other.title),
        NodeOs::Unknown => "OS not known".to_owned(),
    }
}

impl Column<'_> {
    /// How a workload stands here. Before a pool was moved it ran another OS: there its name counts.
    pub(super) fn cell(&self, after: &Side, before: Option<&Side>) -> Cell {
        let state = on(after, |pool| key(pool) == key(self.pool));
        let before = before.map(|before| match &self.pool.name {
            Some(name) if self.is_moved => on(before, |pool| pool.name.as_ref() == Some(name)),
            _ => on(before, |pool| key(pool) == key(self.pool)),
        });
        Cell {
            state,
            before: before.filter(|before| *before != state),
        }
    }
}

/// The worst over those of a workload's pools that are meant.
fn on(side: &Side, is_meant: impl Fn(&Pool) -> bool) -> State {
    let meant = side.pools().iter().filter(|pool| is_meant(pool));
    let states = meant.map(|pool| side.on(pool));
    states.max().unwrap_or(State::Nowhere)
}

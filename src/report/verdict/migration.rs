//! The closing summary of a report that assumes a move: what breaks by it, what is at risk, what must move.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::{Alone, Entry, Identity, Report, Style, words};
use crate::decision::Effect;
use crate::findings::Severity;
use crate::message::clean;
use crate::os::Profile;
use crate::report::words::count;
use crate::workload::Kind;

/// A move that is assumed.
#[derive(Debug)]
pub struct Assumed {
    /// Pools, `*` for all of them, and the OS to which each is moved.
    pub pools: Vec<(String, Arc<Profile>)>,
    /// The nodes that run another OS by it, each of which is made anew.
    pub nodes: BTreeSet<String>,
}

/// `pool acl1`.
pub(super) fn pool_in_words(pool: &str) -> String {
    match pool {
        "*" => "every pool".to_owned(),
        _ => format!("pool {}", clean(pool)),
    }
}

/// What a move does, as it stands in JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Migration<'a> {
    /// All that something new is said of, that are left without a node, or that lose a pod.
    pub(super) workloads: usize,
    /// How many pods of theirs run; none where a manifest is all that is known of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pods: Option<usize>,
    /// The namespaces that they are in.
    pub(super) namespaces: BTreeSet<&'a str>,
    /// Those with something new that cannot start.
    pub(super) breaks: usize,
    /// Those with something new that may fail, and nothing worse.
    pub(super) at_risk: usize,
    /// Those that get a denial which they did not get before.
    pub(super) denied: usize,
    /// Those that are left without a node.
    pub(super) without_a_node: Vec<&'a Identity>,
    /// Pods that nothing makes anew, on nodes that are.
    pub(super) lost: Vec<&'a Identity>,
    /// All of these that are DaemonSets, or what makes one.
    pub(super) daemon_sets: Vec<&'a Identity>,
}

impl<'a> Migration<'a> {
    pub(super) fn of(entries: &'a [Entry], assumed: &Assumed) -> Self {
        let worst = |entry: &Entry| {
            let new = entry.findings.iter().filter(|it| it.is_new == Some(true));
            new.map(|it| it.judged.finding.severity).max()
        };
        let is_lost = |entry: &&Entry| {
            let running = entry
                .running
                .as_ref()
                .filter(|_| entry.alone == Some(Alone::Bare));
            running.is_some_and(|it| it.nodes.keys().any(|node| assumed.nodes.contains(node)))
        };
        let concerned =
            |entry: &&Entry| worst(entry).is_some() || entry.loses_its_place() || is_lost(entry);
        let concerned: Vec<&Entry> = entries.iter().filter(concerned).collect();
        let with = |severity| {
            let it = concerned
                .iter()
                .filter(|entry| worst(entry) == Some(severity));
            it.count()
        };
        let named = |which: &dyn Fn(&&Entry) -> bool| {
            let chosen = concerned.iter().filter(|entry| which(entry));
            chosen.map(|entry| &entry.identity).collect()
        };
        let is_denied = |entry: &&&Entry| {
            let before = entry.before.as_ref().map(|before| before.decision);
            entry.decision == Effect::Deny && before < Some(Effect::Deny)
        };
        Self {
            workloads: concerned.len(),
            pods: concerned
                .iter()
                .map(|entry| entry.running.as_ref().map(|running| running.pods))
                .sum(),
            namespaces: concerned
                .iter()
                .map(|entry| entry.identity.namespace.as_str())
                .collect(),
            breaks: with(Severity::Breaks),
            at_risk: with(Severity::AtRisk),
            denied: concerned.iter().filter(is_denied).count(),
            without_a_node: named(&|entry| entry.loses_its_place()),
            lost: named(&|entry| is_lost(entry)),
            daemon_sets: named(&|entry| entry.kind == Kind::DaemonSet),
        }
    }
}

/// The summary for people.
pub(super) fn write(report: &Report, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let Some(assumed) = &report.assumed else {
        return Ok(());
    };
    let pools = assumed.pools.iter();
    let moves: Vec<String> = pools
        .map(|(pool, os)| format!("{} to {}", pool_in_words(pool), os.id))
        .collect();
    let migration = Migration::of(&report.entries, assumed);
    let heading = format!(
        "Moving {} ({}):",
        moves.join(", "),
        count(assumed.nodes.len(), "node")
    );
    writeln!(out, "\n{}", style.paint(Style::BOLD, &heading))?;
    if migration.workloads == 0 {
        return writeln!(out, "  changes nothing for any workload");
    }
    let running = migration.pods.map_or(String::new(), |pods| {
        format!(" with {}", count(pods, "running pod"))
    });
    writeln!(
        out,
        "  concerns {}{running} in {}",
        count(migration.workloads, "workload"),
        count(migration.namespaces.len(), "namespace")
    )?;
    writeln!(
        out,
        "  breaks {}, puts {} at risk; {} would be refused that is not now",
        migration.breaks, migration.at_risk, migration.denied
    )?;
    list("leaves without a node", &migration.without_a_node, out)?;
    list(
        "ends for good, as nothing makes it anew",
        &migration.lost,
        out,
    )?;
    list("DaemonSets among them", &migration.daemon_sets, out)
}

fn list(what: &str, identities: &[&Identity], out: &mut dyn Write) -> io::Result<()> {
    if identities.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = identities.iter().map(|it| words::subject(it)).collect();
    writeln!(out, "  {what}: {}", names.join(", "))
}

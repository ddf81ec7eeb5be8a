//! The placement report for people: a block for each workload, a line for each node, and a last line that sums up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{Entry, Report, Style};
use crate::inventory::NodeOs;
use crate::manifests::Manifests;
use crate::message::clean;
use crate::placement::{Class, Placement, Standing};
use crate::workload::Kind;

/// More nodes of one pool than this, with the same to say of each, are one line.
const MOST_ALIKE: usize = 5;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in report.entries() {
        *classes.entry(entry.placement.class.as_str()).or_default() += 1;
        heading(&entry, out, style)?;
        table(&rows(&entry.standings, report.verbose), out, style)?;
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(report.manifests, &classes))
}

/// Which workload, and where it can land, in words.
fn heading(entry: &Entry<'_>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let manifest = entry.manifest;
    let workload = &manifest.workload;
    let name = match workload.name.as_str() {
        "" => "(without a name)".to_owned(),
        name => clean(name),
    };
    let subject = format!("{} {}/{name}", workload.kind, clean(&workload.namespace));
    writeln!(
        out,
        "{}  {}:{}",
        style.paint(Style::BOLD, &subject),
        manifest.file,
        manifest.line
    )?;
    // A pool without a node stands among them without a name.
    let nodes = entry.standings.iter().filter(|node| !node.name.is_empty());
    writeln!(
        out,
        "{}: {}",
        entry.placement.class.as_str(),
        in_words(workload.kind, &entry.placement, nodes.count())
    )
}

fn in_words(kind: Kind, placement: &Placement, all: usize) -> String {
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

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    node: String,
    pool: String,
    os: String,
    reason: Option<String>,
}

/// The lines, candidates first. Many nodes of a pool of which the same is to be said are one.
fn rows(standings: &[Standing], verbose: bool) -> Vec<Row> {
    let key = |s: &Standing| (s.pool.clone(), os(&s.os), s.reason.clone());
    let mut alike: BTreeMap<_, usize> = BTreeMap::new();
    for standing in standings {
        *alike.entry(key(standing)).or_default() += 1;
    }
    let mut rows = Vec::new();
    let mut said = BTreeSet::new();
    for standing in standings {
        let key = key(standing);
        let many = alike.get(&key).copied().unwrap_or_default();
        let node = if standing.name.is_empty() {
            "(none now)".to_owned()
        } else if verbose || many <= MOST_ALIKE {
            clean(&standing.name)
        } else if said.insert(key.clone()) {
            count(many, "node")
        } else {
            continue;
        };
        let (pool, os, reason) = key;
        rows.push(Row {
            node,
            pool: pool.map_or("-".to_owned(), |pool| clean(&pool)),
            os,
            reason,
        });
    }
    rows.sort_by_key(|row| row.reason.is_some());
    rows
}

fn os(os: &NodeOs) -> String {
    match os {
        NodeOs::Known(os) => os.title.clone(),
        NodeOs::Moving { now, other } => format!("{}, on the move to {}", now.title, other.title),
        NodeOs::Unknown => "unknown".to_owned(),
    }
}

fn table(rows: &[Row], out: &mut dyn Write, style: Style) -> io::Result<()> {
    let width = |heading: &str, of: fn(&Row) -> &str| {
        let widths = rows.iter().map(|row| of(row).chars().count());
        widths.max().unwrap_or_default().max(heading.len())
    };
    let nodes = width("NODE", |row| &row.node);
    let pools = width("POOL", |row| &row.pool);
    let systems = width("OS", |row| &row.os);
    writeln!(
        out,
        "  {:nodes$}  {:pools$}  {:systems$}  FITS  REASON",
        "NODE", "POOL", "OS"
    )?;
    for Row {
        node,
        pool,
        os,
        reason,
    } in rows
    {
        let (fits, color) = match reason {
            None => ("yes", Style::GREEN),
            Some(_) => ("no", Style::RED),
        };
        let line = format!(
            "  {node:nodes$}  {pool:pools$}  {os:systems$}  {}  {}",
            style.paint(color, &format!("{fits:4}")),
            reason.as_deref().unwrap_or_default()
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// `3 workloads: 1 immutable, 2 mixed; skipped: 2 Service, 1 ConfigMap; 1 could not be read`.
fn summary(manifests: &Manifests, classes: &BTreeMap<&str, usize>) -> String {
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

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{EmptyPool, Inventory, NodeOs, Origin};
    use crate::manifests::{Source, load};
    use crate::os::Catalogue;

    /// The table of two pods over pools that have no node now.
    #[tokio::test]
    async fn a_pool_without_a_node_is_a_line_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.yaml");
        let pods = "
{apiVersion: v1, kind: Pod, metadata: {name: anywhere}}
---
{apiVersion: v1, kind: Pod, metadata: {name: on-acl2}, spec: {nodeSelector: {agentpool: acl2}}}
";
        std::fs::write(&file, pods).unwrap();
        let mut manifests = load(&[Source::Path(file)]).await;
        for manifest in &mut manifests.workloads {
            manifest.file = "p.yaml".to_owned();
        }
        let acl = Catalogue::built_in().by_sku("AzureContainerLinux");
        let mut inventory = Inventory::default();
        let pools = ["acl2", "acl3"].map(|name| {
            EmptyPool::new(name, NodeOs::Known(acl.unwrap().clone()), Origin::Declared)
        });
        inventory.set_pools(Origin::Declared, pools.into());
        let report = Report {
            manifests: &manifests,
            inventory: &inventory,
            verbose: false,
        };
        let mut out = Vec::new();
        write(&report, &mut out, Style::default()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        Pod default/anywhere  p.yaml:2
        immutable: it can land on none of 0 nodes, but on new nodes of pools acl2, acl3
          NODE        POOL  OS                     FITS  REASON
          (none now)  acl2  Azure Container Linux  yes
          (none now)  acl3  Azure Container Linux  yes

        Pod default/on-acl2  p.yaml:4
        immutable: it can land on none of 0 nodes, but on a new node of pool acl2
          NODE        POOL  OS                     FITS  REASON
          (none now)  acl2  Azure Container Linux  yes
          (none now)  acl3  Azure Container Linux  no    node selector or node affinity contradicts what is known of its labels

        2 workloads: 2 immutable
        ");
    }
}

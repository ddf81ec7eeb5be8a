//! The placement report for people: a block for each workload, a line for each node, and a last line that sums up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{Entry, Report, Style, words};
use crate::inventory::NodeOs;
use crate::manifests::Manifests;
use crate::message::clean;
use crate::placement::Standing;
use crate::report::words::{count, subject, summary};

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
    let classes: Vec<_> = classes.into_iter().collect();
    let Manifests {
        workloads,
        skipped,
        problems,
        ..
    } = report.manifests;
    let summary = summary(workloads.len(), skipped, problems.len(), &classes);
    writeln!(out, "{summary}")
}

/// Which workload, and where it can land, in words.
fn heading(entry: &Entry<'_>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let manifest = entry.manifest;
    let workload = &manifest.workload;
    let subject = subject(workload.kind.as_str(), &workload.namespace, &workload.name);
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
        words::place(workload.kind, &entry.placement, nodes.count())
    )
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
    let with_nodes: BTreeSet<&Option<String>> = standings
        .iter()
        .filter(|standing| !standing.name.is_empty())
        .map(|standing| &standing.pool)
        .collect();
    let mut rows = Vec::new();
    let mut said = BTreeSet::new();
    for standing in standings {
        let key = key(standing);
        let many = alike.get(&key).copied().unwrap_or_default();
        let node = if standing.name.is_empty() {
            // Karpenter can make another node of a pool that has some.
            let has_some = with_nodes.contains(&standing.pool);
            if has_some {
                "(a new node)"
            } else {
                "(no node yet)"
            }
            .to_owned()
        } else if verbose || many <= MOST_ALIKE {
            clean(&standing.name).into_owned()
        } else if said.insert(key.clone()) {
            count(many, "node")
        } else {
            continue;
        };
        let (pool, os, reason) = key;
        rows.push(Row {
            node,
            pool: pool.map_or("-".to_owned(), |pool| clean(&pool).into_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Known;
    use crate::inventory::{EmptyPool, Inventory, NodeOs, Origin};
    use crate::manifests::{Reading, Source, load};
    use crate::os::Catalogue;

    /// The table of two pods over pools that have no node now.
    #[test]
    fn a_pool_without_a_node_is_a_line_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.yaml");
        let pods = "
{apiVersion: v1, kind: Pod, metadata: {name: anywhere}}
---
{apiVersion: v1, kind: Pod, metadata: {name: on-acl2}, spec: {nodeSelector: {agentpool: acl2}}}
";
        std::fs::write(&file, pods).unwrap();
        let mut manifests = load(&[Source::Path(file)], Reading::default());
        for manifest in &mut manifests.workloads {
            manifest.file = "p.yaml".to_owned();
        }
        let acl = Catalogue::built_in().by_sku("AzureContainerLinux");
        let mut inventory = Inventory::default();
        let pools = ["acl2", "acl3"].map(|name| {
            EmptyPool::new(name, NodeOs::Known(acl.unwrap().clone()), Origin::Declared)
        });
        inventory.set_pools(Origin::Declared, pools.into());
        let known = Known {
            inventory,
            ..Known::default()
        };
        let report = Report {
            manifests: &manifests,
            known: &known,
            catalogue: Catalogue::built_in(),
            verbose: false,
        };
        let mut out = Vec::new();
        write(&report, &mut out, Style::default()).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
        Pod default/anywhere  p.yaml:2
        immutable: it can land on none of 0 nodes, but on new nodes of pools acl2, acl3
          NODE           POOL  OS                     FITS  REASON
          (no node yet)  acl2  Azure Container Linux  yes
          (no node yet)  acl3  Azure Container Linux  yes

        Pod default/on-acl2  p.yaml:4
        immutable: it can land on none of 0 nodes, but on a new node of pool acl2
          NODE           POOL  OS                     FITS  REASON
          (no node yet)  acl2  Azure Container Linux  yes
          (no node yet)  acl3  Azure Container Linux  no    node selector or node affinity contradicts what is known of its labels

        2 workloads: 2 immutable
        ");
    }
}

//! Reports as the commands make them, of manifests and of a cluster written in a few lines; with a change that is assumed as well.

use std::collections::BTreeSet;
use std::sync::Arc;

use hostfit::inventory::{Inventory, Node};
use hostfit::judge::World;
use hostfit::judge::ahead::judge;
use hostfit::manifests::{self, Manifest, Reading, Source};
use hostfit::os::Catalogue;
use hostfit::policy::Policy;
use hostfit::report::Style;
use hostfit::report::verdict::{About, Assumed, Entry, FailOn, Format, Place, Report, Running};
use hostfit::storage::Storage;
use hostfit::workload::Kind;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::json;

/// A pool: its name, the SKU of its nodes, how many there are, and the key of a taint if they have one.
pub(crate) type Pool<'a> = (&'a str, &'a str, usize, &'a str);

/// What a report is made in.
#[derive(Default)]
pub(crate) struct Case<'a> {
    pub(crate) pools: &'a [Pool<'a>],
    /// Another SKU for a pool, as if it had been moved.
    pub(crate) assumed: Option<(&'a str, &'a str)>,
    /// Operating systems instead of nodes.
    pub(crate) systems: &'a [&'a str],
    pub(crate) config: &'a str,
    /// Whether they are what runs in a cluster, and not manifests.
    pub(crate) runs: bool,
}

impl Case<'_> {
    /// The report of these manifests.
    pub(crate) fn report(&self, name: &str, files: &[&str]) -> Report {
        let files: Vec<Source> = files.iter().map(|file| file.parse().unwrap()).collect();
        let manifests = manifests::load(&files, Reading::default());
        // The corpus has its expectations in front.
        let mut problems = manifests.problems.iter();
        assert!(
            problems.all(|it| it.ends_with("it has no kind")),
            "{:?}",
            manifests.problems
        );
        let policy = Policy::parse(&format!(
            "apiVersion: hostfit.dev/v1\nkind: Config\n{}",
            self.config
        ))
        .unwrap();
        let (before, after) = (self.inventory(None), self.inventory(self.assumed));
        let catalogue = Catalogue::built_in();
        let systems = self
            .systems
            .iter()
            .map(|id| Arc::clone(catalogue.by_id(id).unwrap()));
        let systems: Vec<_> = systems.collect();
        let systems = (!systems.is_empty()).then_some(systems.as_slice());
        let classes = RuntimeClasses::new();
        let namespaces = Namespaces::new();
        let world = |inventory| World {
            inventory,
            namespaces: &namespaces,
            runtime_classes: &classes,
            storage: Storage::NONE,
            policy: &policy,
            own_namespace: "",
            today: date(2026, 11, 24),
        };
        let entry = |manifest: &Manifest| {
            let outlook = judge(&manifest.workload, systems, &world(&after));
            let new = |outlook| Entry::new(&manifest.api_version, &manifest.workload, outlook);
            let mut entry = new(outlook);
            if self.assumed.is_some() {
                let was = judge(&manifest.workload, systems, &world(&before));
                entry = entry.since(&new(was));
            }
            if self.runs {
                let pods = if entry.kind == Kind::DaemonSet {
                    entry.placement.nodes
                } else {
                    2
                };
                entry.running = Some(Running {
                    pods,
                    ..Running::default()
                });
            } else {
                entry.source = Some(Place {
                    file: manifest.file.clone(),
                    line: manifest.line,
                    column: 1,
                });
            }
            entry
        };
        let at = date(2026, 11, 24)
            .at(9, 30, 0, 0)
            .to_zoned(TimeZone::UTC)
            .unwrap();
        let assumed = self
            .assumed
            .map(|(pool, sku)| (pool.to_owned(), Arc::clone(catalogue.by_sku(sku).unwrap())));
        let about = About {
            at: Some(at.timestamp()),
            judged: vec![name.to_owned()],
            ..About::on(systems, &world(&after))
        };
        Report {
            command: if self.runs {
                "hostfit scan"
            } else {
                "hostfit check"
            },
            about,
            entries: manifests.workloads.iter().map(entry).collect(),
            nodes: systems.is_none().then(|| after.len()),
            skipped: manifests.skipped,
            problems: Vec::new(),
            missing: Vec::new(),
            assumed: assumed.map(|moved| Assumed {
                pools: vec![moved],
                nodes: BTreeSet::new(),
            }),
            admission: None,
        }
    }

    fn inventory(&self, assumed: Option<(&str, &str)>) -> Inventory {
        let nodes = self.pools.iter().flat_map(|&(pool, sku, nodes, taint)| {
            let sku = assumed.filter(|(moved, _)| *moved == pool).map_or(sku, |(_, sku)| sku);
            let taints = if taint.is_empty() { json!([]) } else { json!([{"key": taint, "effect": "NoSchedule"}]) };
            (0..nodes).map(move |n| {
                let labels = json!({"kubernetes.azure.com/agentpool": pool, "kubernetes.azure.com/os-sku": sku, "kubernetes.io/os": "linux"});
                let node = json!({"metadata": {"name": format!("{pool}-{n}"), "labels": labels}, "spec": {"taints": taints}});
                Node::new(serde_json::from_value(node).unwrap(), Catalogue::built_in())
            })
        });
        nodes.collect()
    }
}

/// The page of a report.
pub(crate) fn page(report: &Report) -> String {
    let mut out = Vec::new();
    report
        .write(Format::Html, FailOn::Deny, &mut out, Style::default())
        .unwrap();
    String::from_utf8(out).unwrap()
}

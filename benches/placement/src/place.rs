//! CPU time of one placement, for the ways in which pods say where they want to run, and of taking in one node's change.

use cpu_time::ThreadTime;
use hostfit::inventory::node::NodeObject;
use hostfit::inventory::{Inventory, Node};
use hostfit::os::Catalogue;
use hostfit::placement;
use hostfit::workload::pod::PodSpec;
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::nodes;

const SIZES: [usize; 4] = [5, 500, 5_000, 100_000];
/// Microseconds that a placement among [`SIZES`]`[2]` nodes may take.
const AT_MOST: f64 = 20.0;
/// How much more it may be among [`SIZES`]`[3]`.
const TIMES: f64 = 20.0;
/// Samples, an odd number: the median counts.
const SAMPLES: usize = 9;
/// Repetitions in a sample.
const REPEAT: u32 = 200;

/// Prints the table, and says whether every promise holds.
pub(crate) fn bench() -> anyhow::Result<bool> {
    let inventories = SIZES
        .iter()
        .map(|size| (0..*size).map(node).collect())
        .collect::<anyhow::Result<Vec<Inventory>>>()?;
    println!(
        "| CPU time, µs, among | {} nodes | |",
        SIZES.map(|size| size.to_string()).join(" | ")
    );
    println!("|---|{}---|", "--:|".repeat(SIZES.len()));
    let mut good = true;
    for (name, spec) in cases() {
        let times = SIZES.iter().zip(&inventories).map(|(size, inventory)| {
            let spec = spec(*size);
            let spec = PodSpec::deserialize(&spec)?;
            Ok(median(|| {
                _ = placement::place(&spec, inventory, Catalogue::built_in());
            }))
        });
        let times = times.collect::<anyhow::Result<Vec<f64>>>()?;
        let holds = times[2] < AT_MOST && times[3] < AT_MOST * TIMES;
        good &= holds;
        row(name, &times, if holds { "PASS" } else { "FAIL" });
    }
    let mut changes = Vec::new();
    for (size, mut inventory) in SIZES.into_iter().zip(inventories) {
        let (one, mut other) = (node(size / 2)?, node(size / 2)?);
        other
            .labels
            .insert("example.com/changed".to_owned(), "true".to_owned());
        let mut nodes = [one, other].into_iter().cycle();
        changes.push(median(|| {
            _ = nodes.next().map(|node| inventory.apply(node));
        }));
    }
    row("a node's change", &changes, "");
    Ok(good)
}

fn row(name: &str, times: &[f64], verdict: &str) {
    let times: Vec<String> = times.iter().map(|time| format!("{time:.1}")).collect();
    println!("| {name} | {} | {verdict} |", times.join(" | "));
}

fn node(index: usize) -> anyhow::Result<Node> {
    let object = NodeObject::deserialize(nodes::slim(index))?;
    Ok(Node::new(object, Catalogue::built_in()))
}

/// Microseconds of one call.
fn median(mut call: impl FnMut()) -> f64 {
    let mut samples = [0.0; SAMPLES];
    for sample in &mut samples {
        let start = ThreadTime::now();
        for _ in 0..REPEAT {
            call();
        }
        *sample = start.elapsed().as_secs_f64() * 1e6 / f64::from(REPEAT);
    }
    samples.sort_by(f64::total_cmp);
    samples[SAMPLES / 2]
}

/// A name, and the spec of a pod for a cluster of some size.
type Case = (&'static str, fn(usize) -> Value);

/// The pods.
fn cases() -> Vec<Case> {
    vec![
        (
            "(a) nodeName",
            |size| json!({"nodeName": nodes::name(size / 2)}),
        ),
        ("(b) pod of a DaemonSet", |size| {
            let tolerations = json!([{"operator": "Exists", "effect": "NoExecute"}, {"operator": "Exists", "effect": "NoSchedule"}]);
            let field = json!({"key": "metadata.name", "operator": "In", "values": [nodes::name(size / 2)]});
            with_terms(&json!([{"matchFields": [field]}]), &tolerations)
        }),
        (
            "(c) selector on the pool",
            |size| json!({"nodeSelector": {"kubernetes.azure.com/agentpool": nodes::pool(size / 2)}}),
        ),
        ("(d) four affinity terms with NotIn and Gt", |_| {
            let term = |zone: &str, team: &str, cores: &str| {
                json!({"matchExpressions": [
                    {"key": "topology.kubernetes.io/zone", "operator": "NotIn", "values": [zone]},
                    {"key": "example.com/cores", "operator": "Gt", "values": [cores]},
                    {"key": "example.com/team", "operator": "NotIn", "values": [team, "team-8"]},
                    {"key": "kubernetes.azure.com/mode", "operator": "In", "values": ["user"]}]})
            };
            let terms = json!([
                term("westeurope-1", "team-1", "8"),
                term("westeurope-2", "team-2", "16"),
                term("westeurope-3", "team-3", "31"),
                term("westeurope-1", "team-4", "40")
            ]);
            with_terms(&terms, &json!([]))
        }),
        ("(e) no constraint", |_| json!({})),
    ]
}

fn with_terms(terms: &Value, tolerations: &Value) -> Value {
    json!({"tolerations": tolerations, "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}})
}

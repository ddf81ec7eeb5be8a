//! What the rules say, proved by a real kubelet: for each immutable OS of AKS its profile is laid out as a file system, a real node stands on
//! it, a matrix of pods runs there, and what becomes of each is compared with the verdict.
//!
//! The flow: `case` and `cases` (which pods) -> `layout` and `node` (where) -> `pod` and `run` (what happens) -> `compare` -> `falsify` (would a wrong fact
//! be seen?) -> `table` (docs/proof.md). Runs in a test cluster, as root: `make proof`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails loudly, reads its environment, and says what it saw"
)]

mod case;
mod cases;
mod compare;
mod falsify;
mod layout;
mod node;
mod pod;
mod run;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use hostfit::os::{Catalogue, Profile};

use case::Case;
use falsify::Falsehood;
use layout::LAYOUTS;
use run::{Job, Outcome};

/// The profiles that are proved.
const PROFILES: [&str; 3] = ["azure-container-linux", "azure-linux-os-guard", "flatcar"];

/// A profile with its pods and what became of each: on the generous and on the meagre layout, or on either where they do not differ.
pub(crate) struct Proof {
    pub(crate) os: Arc<Profile>,
    pub(crate) cases: Vec<(Case, Vec<Outcome>)>,
}

#[tokio::test]
async fn every_verdict_is_what_a_real_kubelet_does() {
    if std::env::var("REAL_NODES").unwrap_or_default().is_empty() {
        println!("left out: no real node without root");
        return;
    }
    let proofs = play().await;
    let mut disagreements = 0;
    for proof in &proofs {
        for (case, outcomes) in &proof.cases {
            if let Err(error) = compare::compare(case, &proof.os, outcomes) {
                disagreements += 1;
                let verdict = compare::verdict(case, &proof.os);
                println!(
                    "{}: {error}\n  {case:?}\n  {verdict:?}\n  {outcomes:?}",
                    proof.os.id
                );
            }
        }
    }
    let falsehoods: Vec<Vec<Falsehood>> = proofs.iter().map(falsify::falsehoods).collect();
    for falsehood in falsehoods.iter().flatten() {
        println!(
            "{}, {}: {:?}",
            falsehood.says, falsehood.kind, falsehood.noticed
        );
    }
    let page = table::page(&proofs, &falsehoods);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/proof.md");
    if std::env::var("HOSTFIT_BLESS").is_ok() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(disagreements, 0, "verdicts that the kubelet does not share");
    for proof in &proofs {
        let pods: usize = proof.cases.iter().map(|(_, outcomes)| outcomes.len()).sum();
        assert!(pods >= 150, "{} pods for {}", pods, proof.os.id);
    }
    let unnoticed = |(kind, all): (&&str, &Vec<&Falsehood>)| {
        all.iter()
            .all(|falsehood| falsehood.noticed.is_none())
            .then(|| (*kind).to_owned())
    };
    let mut kinds: BTreeMap<&str, Vec<&Falsehood>> = BTreeMap::new();
    for falsehood in falsehoods.iter().flatten() {
        kinds.entry(falsehood.kind).or_default().push(falsehood);
    }
    let blind: Vec<String> = kinds.iter().filter_map(unnoticed).collect();
    assert_eq!(
        blind,
        Vec::<String>::new(),
        "wrong facts that are never noticed"
    );
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        page == written,
        "docs/proof.md is out of date: HOSTFIT_BLESS=1 make proof"
    );
}

/// Runs every pod of every profile on both layouts.
async fn play() -> Vec<Proof> {
    let run_folder = std::env::var("RUN").expect("in a test cluster: make proof");
    let client = kube::Client::try_default().await.unwrap();
    let (mut nodes, mut names, mut first, mut last) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut all = Vec::new();
    let cluster_nodes = std::env::var("REAL_NODES")
        .unwrap_or_default()
        .split_whitespace()
        .count();
    for id in PROFILES {
        let os = Catalogue::built_in().by_id(id).unwrap();
        let cases = cases::cases(os);
        for (index, layout) in LAYOUTS.into_iter().enumerate() {
            let node = format!("proof-{id}-{layout}");
            let root = Path::new(&run_folder).join(&node).join("root");
            let mounts = layout::lay_out(os, &cases, index == 0, &root);
            nodes.push(node::start(&node, cluster_nodes + 1 + nodes.len(), &mounts));
            for case in cases.iter().filter(|case| plays(case, os, index)) {
                let name = pod_name(&node, case);
                let pod = pod::manifest(case, os, &name, &node);
                let jobs = if case.last { &mut last } else { &mut first };
                jobs.push(Job {
                    name,
                    node: node.clone(),
                    pod,
                });
            }
            names.push(node);
        }
        all.push((os, cases));
    }
    println!("{} pods", first.len() + last.len());
    run::ready(&client, &names).await;
    let mut outcomes = run::run(&client, first).await;
    outcomes.extend(run::run(&client, last).await);
    all.into_iter()
        .map(|(os, cases)| together(os, cases, &mut outcomes))
        .collect()
}

fn pod_name(node: &str, case: &Case) -> String {
    format!("{node}-{}", case.number)
}

fn together(
    os: &Arc<Profile>,
    cases: Vec<Case>,
    outcomes: &mut BTreeMap<String, Outcome>,
) -> Proof {
    let cases = cases.into_iter().map(|case| {
        let of_layout =
            |layout| outcomes.remove(&pod_name(&format!("proof-{}-{layout}", os.id), &case));
        let outcomes: Vec<Outcome> = LAYOUTS.into_iter().filter_map(of_layout).collect();
        assert!(!outcomes.is_empty(), "{case:?} was run");
        (case, outcomes)
    });
    Proof {
        os: Arc::clone(os),
        cases: cases.collect(),
    }
}

/// Whether a case is played on the layout of this index.
fn plays(case: &Case, os: &Profile, layout: usize) -> bool {
    case.needs_both(os) || case.number % LAYOUTS.len() == layout
}

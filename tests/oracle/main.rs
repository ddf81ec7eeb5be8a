//! Are our candidates the scheduler's own? Generated clusters and pods are put to Hostfit and to Kubernetes' own code, and to a real scheduler.
//!
//! ```text
//!   seed -> generate -> cluster -+-> hostfit::placement::candidates --+-> the same names?   no -> difference: the least that differs
//!                                +-> kubernetes (Go, through pipes) --+
//! ```
//!
//! `cargo test --test oracle` compares a million pairs of a pod and a node, `make oracle PAIRS=... SEED=...` as many as you like. `faults`
//! shows that a fault in any rule would be seen. `scheduler` asks a real scheduler: `make scheduler`. Left out, because Hostfit differs there
//! on purpose: taints that come and go, the scheduler's view of cordoned nodes, and nodes of Windows.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test reads its parameters, says how far it got, and fails loudly"
)]

mod difference;
mod faults;
mod generate;
mod hostfit_says;
mod kubernetes;
mod scheduler;

use std::ops::ControlFlow;

use generate::Cluster;
use kubernetes::Kubernetes;

#[test]
fn hostfit_names_the_nodes_that_kubernetes_names() {
    let seed = parameter("SEED", 1);
    let wanted = parameter("PAIRS", 1_000_000);
    let (mut pairs, mut matches) = (0, 0);
    let clusters = (seed..).map(Cluster::generate);
    let different = Kubernetes::start().follow(clusters, |cluster, theirs| {
        if !hostfit_says::of_case(&cluster.case).is_ok_and(|ours| ours == theirs) {
            return ControlFlow::Break(Some(cluster));
        }
        pairs += cluster.pairs();
        matches += theirs.iter().map(|names| names.len() as u64).sum::<u64>();
        if pairs < wanted {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(None)
        }
    });
    if let Some(cluster) = different {
        panic!("{}", difference::report(&cluster));
    }
    eprintln!("seed {seed}: {pairs} pairs of a pod and a node, {matches} match");
    assert!(
        matches > pairs / 20 && matches < pairs / 20 * 19,
        "hardly any pair decides anything: {matches} of {pairs} match"
    );
}

fn parameter(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is {text:?}; it has to be a number")),
        _ => default,
    }
}

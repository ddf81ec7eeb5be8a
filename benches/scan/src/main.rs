//! `make bench`, third part: what a scan of a very large cluster costs.
//!
//! ```text
//!   main: starts the scan against a generated API server, and looks at it when all is judged
//!     api: the API server, lists in pages          pods: what runs in it          nodes: where
//! ```

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own, whose output is its result and whose files are its input"
)]

#[path = "../../placement/src/api.rs"]
mod api;
#[path = "../../placement/src/nodes.rs"]
#[allow(dead_code, reason = "the other benchmark uses all of it")]
mod nodes;
mod pods;
#[path = "../../webhook/src/usage.rs"]
#[allow(dead_code, reason = "the other benchmarks use all of it")]
mod usage;

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use self::usage::Memory;

/// Hostfit's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The CPU time that a scan may take.
const MOST_CPU: Duration = Duration::from_secs(30);
/// The KiB that it may hold at its peak.
const MOST_MEMORY: u64 = 200 * 1024;

fn main() -> anyhow::Result<ExitCode> {
    let Some(hostfit) = std::env::args().nth(1) else {
        bail!("usage: scan-bench HOSTFIT; see docs/benchmarks.md");
    };
    let kubeconfig = api::start(pods::cluster)?;
    Ok(if measure(Path::new(&hostfit), kubeconfig.path())? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn measure(hostfit: &Path, kubeconfig: &Path) -> anyhow::Result<bool> {
    let start = Instant::now();
    let mut child = Command::new(hostfit)
        .args(["scan", "-o", "json", "--kubeconfig"])
        .arg(kubeconfig)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut report = child.stdout.take().context("no standard output")?;
    // The report begins when all is judged, and is far longer than a pipe holds: the process waits there until it is read.
    let mut first = [0];
    report
        .read_exact(&mut first)
        .context("there is no report")?;
    let took = start.elapsed();
    let (cpu, Memory { peak, .. }) = (usage::cpu(child.id())?, usage::memory(child.id())?);
    let mut text = String::from_utf8(first.to_vec())?;
    report.read_to_string(&mut text)?;
    let code = child.wait()?.code();
    check(&serde_json::from_str(&text)?, code)?;
    let good = cpu <= MOST_CPU && peak <= MOST_MEMORY;
    println!("| | CPU time | peak | took, most of it the generator's | |");
    println!("|---|--:|--:|--:|---|");
    println!(
        "| {} pods, {} nodes, generated API server | {:.1} s, at most {} | {} MiB, at most {} | {:.1} s | {} |",
        pods::PODS,
        pods::NODES,
        cpu.as_secs_f64(),
        MOST_CPU.as_secs(),
        peak / 1024,
        MOST_MEMORY / 1024,
        took.as_secs_f64(),
        if good { "PASS" } else { "FAIL" }
    );
    Ok(good)
}

/// A scan that is quick because it saw nothing proves nothing.
fn check(report: &Value, code: Option<i32>) -> anyhow::Result<()> {
    let workloads = report["workloads"].as_array().context("no workloads")?;
    let running = workloads
        .iter()
        .filter_map(|workload| workload["running"]["pods"].as_u64());
    let running: u64 = running.sum();
    ensure!(code == Some(1), "it ended with {code:?}");
    ensure!(
        usize::try_from(running)? == pods::PODS && workloads.len() == pods::WORKLOADS,
        "it saw {running} pods in {} workloads",
        workloads.len()
    );
    Ok(())
}

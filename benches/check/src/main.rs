//! `make bench`: what it costs to check ten thousand manifests, beside kubeconform on the same files.
//!
//! ```text
//!   main  --  manifests: ten thousand files, a hundred megabytes, from a seed
//!     +-----  run: one program over the folder; its CPU time and peak memory
//! ```
//!
//! kubeconform gets a schema that accepts everything for every kind, from a file: what is measured of it is reading, and no schema is fetched.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program of its own, whose output is its result and whose files are its input"
)]

mod manifests;
mod run;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail, ensure};

use self::run::Run;

/// Rounds, an odd number. In each the programs run one right after the other; what counts is the median.
const ROUNDS: usize = 3;
/// At least so many megabytes in a second of CPU time.
const LEAST_RATE: f64 = 30.0;
/// kubeconform takes at least so many times as much CPU time.
const LEAST_RATIO: f64 = 4.0;
/// Peak memory, in MiB.
const MOST_MEMORY: f64 = 192.0;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [hostfit, kubeconform] = &arguments[..] else {
        bail!(
            "usage: check-bench HOSTFIT KUBECONFORM, the paths of both binaries; see docs/benchmarks.md"
        );
    };
    let folder = tempfile::tempdir().context("a folder for the manifests")?;
    let written = manifests::write(&folder.path().join("manifests"))?;
    let schema = folder.path().join("any.json");
    std::fs::write(&schema, r#"{"type": "object"}"#)?;
    println!(
        "{} files, {:.1} MB: {}\n",
        written.files,
        written.megabytes(),
        written.kinds()
    );
    let mut pairs = Vec::new();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        let ours = check(hostfit, folder.path(), written.workloads)?;
        let theirs = conform(kubeconform, folder.path(), &schema, written.files)?;
        pairs.push((ours, theirs));
    }
    Ok(report(written.megabytes(), &pairs))
}

fn check(program: &str, folder: &Path, workloads: usize) -> anyhow::Result<Run> {
    let program = absolute(program)?;
    let mut command = Command::new(program);
    command.args(["check", "manifests", "--fail-on", "never"]);
    let (run, said) = Run::of(command.current_dir(folder))?;
    let last = said.lines().last().unwrap_or_default();
    let expected = format!("{workloads} workloads: ");
    ensure!(
        last.starts_with(&expected),
        "hostfit check: {last}, and not {expected}"
    );
    Ok(run)
}

fn conform(program: &str, folder: &Path, schema: &Path, files: usize) -> anyhow::Result<Run> {
    let program = absolute(program)?;
    let mut command = Command::new(program);
    // One goroutine reads at a time, as Hostfit does; its garbage collector runs beside it all the same, and counts.
    command.args(["-n", "1", "-summary", "-schema-location"]);
    command.arg(schema).arg("manifests");
    let (run, said) = Run::of(command.current_dir(folder))?;
    let last = said.lines().last().unwrap_or_default();
    let expected = format!("Valid: {files},");
    ensure!(
        last.contains(&expected),
        "kubeconform: {last}, and not {expected}"
    );
    Ok(run)
}

fn absolute(program: &str) -> anyhow::Result<std::path::PathBuf> {
    std::fs::canonicalize(program).with_context(|| program.to_owned())
}

/// Prints the table and whether what is promised holds.
fn report(megabytes: f64, pairs: &[(Run, Run)]) -> ExitCode {
    let ours = median(pairs, |(ours, _)| ours.cpu);
    let theirs = median(pairs, |(_, theirs)| theirs.cpu);
    let ratio = median(pairs, |(ours, theirs)| theirs.cpu / ours.cpu);
    let memory = median(pairs, |(ours, _)| ours.peak);
    let rate = megabytes / ours;
    println!("| | CPU time, s | MB per second of it | peak, MiB |");
    println!("|---|--:|--:|--:|");
    println!("| hostfit check | {ours:.2} | {rate:.1} | {memory:.0} |");
    // It says nothing before its end, so nobody knows its peak.
    let their_rate = megabytes / theirs;
    println!("| kubeconform | {theirs:.2} | {their_rate:.1} | |\n");
    let promises = [
        (
            rate >= LEAST_RATE,
            format!("at least {LEAST_RATE} MB/s: {rate:.1}"),
        ),
        (
            ratio >= LEAST_RATIO,
            format!("kubeconform takes at least {LEAST_RATIO} times as much: {ratio:.1}"),
        ),
        (
            memory <= MOST_MEMORY,
            format!("at most {MOST_MEMORY} MiB: {memory:.0}"),
        ),
    ];
    let mut good = true;
    for (holds, promise) in promises {
        println!("{}: {promise}", if holds { "PASS" } else { "FAIL" });
        good &= holds;
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn median(pairs: &[(Run, Run)], value: impl Fn(&(Run, Run)) -> f64) -> f64 {
    let mut values: Vec<f64> = pairs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

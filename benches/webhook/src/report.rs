//! The table, and whether what is promised holds.

use crate::load::{Case, Run};
use crate::usage::Memory;

/// Idle, with the example nodes.
const MOST_MEMORY: u64 = 16 * 1024;

/// A case, and in each round what Hostfit and the null server did in it.
pub(crate) type Row = (Case, Vec<(Run, Run)>);

/// Prints a line for each case, Hostfit's number before the null server's. Says whether all are within what is promised.
pub(crate) fn table(rows: &[Row]) -> bool {
    println!(
        "| review | connections | reviews/s | p50, ms | p99, ms | CPU time per review, µs | ratio | at most | |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|---|");
    let mut good = true;
    for (case, pairs) in rows {
        let ratio = median(pairs, |(ours, theirs)| ours.cpu / theirs.cpu);
        let most = case.review.most_cpu;
        good &= ratio <= most;
        let both = |digits, value: fn(&Run) -> f64| {
            let ours = median(pairs, |(ours, _)| value(ours));
            let theirs = median(pairs, |(_, theirs)| value(theirs));
            format!("{ours:.digits$} / {theirs:.digits$}")
        };
        println!(
            "| {} | {} | {} | {} | {} | {} | {ratio:.2} | {most} | {} |",
            case.review.name,
            case.connections,
            both(0, |run| run.rate),
            both(2, |run| run.p50),
            both(1, |run| run.p99),
            both(1, |run| run.cpu),
            verdict(ratio <= most),
        );
    }
    println!("\nEach pair: Hostfit / the null server; each number: the median over the rounds.");
    good
}

/// The middle one of what the rounds say.
fn median(pairs: &[(Run, Run)], value: impl Fn(&(Run, Run)) -> f64) -> f64 {
    let mut values: Vec<f64> = pairs.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints the memory, ours before the null server's, idle and at the end. Says whether ours is within what is promised.
pub(crate) fn memory(idle: (Memory, Memory), loaded: (Memory, Memory)) -> bool {
    let good = idle.0.resident <= MOST_MEMORY;
    println!(
        "Idle memory: {} / {} MiB, at most {}: {}. At the peak of the load: {} / {} MiB.",
        mib(idle.0.resident),
        mib(idle.1.resident),
        mib(MOST_MEMORY),
        verdict(good),
        mib(loaded.0.peak),
        mib(loaded.1.peak),
    );
    good
}

fn mib(kib: u64) -> String {
    format!("{}.{}", kib / 1024, kib % 1024 * 10 / 1024)
}

fn verdict(good: bool) -> &'static str {
    if good { "PASS" } else { "FAIL" }
}

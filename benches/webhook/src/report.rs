//! The table, and whether what is promised holds.

use crate::load::{Case, Sample};
use crate::server::Memory;

/// A review costs at most this many times what it costs the server that judges nothing.
const MOST_CPU: f64 = 1.5;
/// Idle, with the example nodes.
const MOST_MEMORY: u64 = 16 * 1024;

/// Says how far the run is, beside the results.
pub(crate) fn progress(text: &str) {
    eprintln!("{text}");
}

/// Prints a line for each case, Hostfit's number before the null server's. Says whether all are within what is promised.
pub(crate) fn table(rows: &[(Case, Sample, Sample)]) -> bool {
    println!(
        "| review | connections | reviews/s | p50, ms | p99, ms | CPU time per review, µs | ratio, at most {MOST_CPU} | |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    let mut good = true;
    for (case, ours, theirs) in rows {
        let ratio = ours.cpu() / theirs.cpu();
        good &= ratio <= MOST_CPU;
        println!(
            "| {} | {} | {:.0} / {:.0} | {:.2} / {:.2} | {:.1} / {:.1} | {:.0} / {:.0} | {ratio:.2} | {} |",
            case.review.name,
            case.connections,
            ours.rate(),
            theirs.rate(),
            ours.p50(),
            theirs.p50(),
            ours.p99(),
            theirs.p99(),
            ours.cpu(),
            theirs.cpu(),
            verdict(ratio <= MOST_CPU),
        );
    }
    println!("\nEach pair: Hostfit / the null server.");
    good
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

//! `make bench`: what a review costs in Hostfit, beside a server of the same stack that judges nothing.
//!
//! ```text
//!   main  --  server: starts both;  usage: reads their CPU time and memory from /proc
//!     |        null: the one that judges nothing, this program again
//!     +-----  load: wrk over TLS, one case after the other, the two servers in turns
//!     +-----  report: the table, and whether what is promised holds
//! ```
//!
//! Everything is on loopback and measured in one run, so that the machine and its noise are the same for both.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program of its own, whose output is its result and whose files are its input"
)]

mod load;
mod null;
mod report;
mod server;
mod usage;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, bail};

use self::load::cases;
use self::report::Row;
use self::server::Server;

/// The null server's; Hostfit's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rounds over all cases, an odd number. In each, every case meets the two servers one right after the other; what counts is the median, so
/// that a round in which the machine did something else does not.
const ROUNDS: usize = 7;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [NULL_SERVER] => null::serve().map(|()| ExitCode::SUCCESS),
        [hostfit] => bench(Path::new(hostfit)),
        _ => bail!(
            "usage: webhook-bench HOSTFIT, the path of the binary to measure; see docs/benchmarks.md"
        ),
    }
}

const NULL_SERVER: &str = "--null-server";
/// The longest time for a start.
const START: Duration = Duration::from_secs(10);

fn bench(hostfit: &Path) -> anyhow::Result<ExitCode> {
    let this = std::env::current_exe().context("this program's own file")?;
    let hostfit = Server::start(
        Command::new(hostfit)
            .args(["serve", "--nodes", "examples/nodes.yaml", "--drain", "0"])
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]),
        START,
    )?;
    let null = Server::start(Command::new(this).arg(NULL_SERVER), START)?;
    let idle = (hostfit.memory()?, null.memory()?);

    let cases = cases();
    for case in &cases {
        load::check(&hostfit, case.review, case.review.allowed)?;
        load::check(&null, case.review, true)?;
    }
    let mut rows: Vec<Row> = cases.into_iter().map(|case| (case, Vec::new())).collect();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for (case, pairs) in &mut rows {
            pairs.push((load::run(&hostfit, case)?, load::run(&null, case)?));
        }
    }
    let good = report::table(&rows) & report::memory(idle, (hostfit.memory()?, null.memory()?));
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

//! `make bench`, second part: what a placement costs, and what the nodes of a cluster cost in memory, from five nodes to a hundred thousand.
//!
//! ```text
//!   main  --  place: CPU time of one placement, and of one node's change
//!     |        size: starts Hostfit against an API server; memory, and the time until it is ready
//!     |          api: a generated API server, where a real one of that size cannot be had
//!     +-----  nodes: what the nodes look like
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program of its own, whose output is its result and whose files are its input"
)]

mod api;
mod nodes;
mod place;
#[path = "../../webhook/src/server.rs"]
mod server;
mod size;
#[path = "../../webhook/src/usage.rs"]
mod usage;

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;

/// Hostfit's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let good = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["place"] => place::bench()?,
        ["generated", hostfit] => size::generated(Path::new(hostfit))?,
        ["real", hostfit] => size::real(Path::new(hostfit))?,
        _ => bail!(
            "usage: placement-bench place | generated HOSTFIT | real HOSTFIT; see docs/benchmarks.md"
        ),
    };
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

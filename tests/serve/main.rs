//! `hostfit serve` from outside: the real binary, called over TLS as the API server calls it. Nodes come from a file, so that no cluster
//! is needed; what a real API server has to show is in `cluster`, ignored unless asked for, in a test cluster:
//! `tests/cluster/run cargo test --test serve -- --ignored --test-threads=1`.
//!
//! ```text
//!   server: a binary that runs, its log, its signals     client: connections to it, well and badly behaved
//!   reviews, limits, tls, changes, shutdown, starts: what is promised
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads files, waits, and fails loudly"
)]

mod changes;
mod client;
mod cluster;
mod limits;
mod reviews;
mod server;
mod shutdown;
mod starts;
mod tls;
mod volumes;

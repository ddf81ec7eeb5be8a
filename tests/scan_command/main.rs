//! `hostfit scan` from outside: the real binary against an API server that is nothing but lists.
//!
//! ```text
//!   api: the API server, and a cluster in it      report: what is shown            trouble: what goes wrong
//!   assume: --assume of scan and of check         admission: --as-admission        no_cluster: where there is none to read
//!   connection: kubectl's options, and who is asked and by whom
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod admission;
mod api;
mod assume;
mod connection;
mod no_cluster;
mod report;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../run/mod.rs"]
mod run;
#[path = "../schemas/mod.rs"]
mod schemas;
mod trouble;

//! `hostfit placement` from outside: the real binary, on the examples and on manifests that are not as they should be. With a real cluster it
//! is seen in `tests/e2e`.
//!
//! ```text
//!   table, json: what is shown      inputs: what it reads, and what it cannot
//!   pools: those that have no node yet          api_server: a cluster that is played
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test writes files and fails loudly"
)]

mod api_server;
mod inputs;
mod json;
mod pools;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../run/mod.rs"]
mod run;
mod table;
mod volumes;

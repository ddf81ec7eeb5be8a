//! `hostfit placement` from outside: the real binary, on the examples and on manifests that are not as they should be. With a real cluster it
//! is seen in `tests/e2e`.
//!
//! ```text
//!   run: the binary in a folder of its own      table, json: what is shown      inputs: what it reads, and what it cannot
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
mod run;
mod table;
mod volumes;

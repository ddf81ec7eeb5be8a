//! `hostfit scan` from outside: the real binary against an API server that is nothing but lists.
//!
//! ```text
//!   api: the API server, and a cluster in it      run: the binary, with a kubeconfig      report: what is shown
//!   assume: --assume of scan and of check         admission: --as-admission               trouble: what goes wrong
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod admission;
mod api;
mod assume;
mod report;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../run/mod.rs"]
mod run;
mod trouble;

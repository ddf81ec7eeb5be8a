//! `hostfit check` from outside: the real binary, on an example and on manifests that are not as they should be; and its engine beside the
//! webhook's, which must agree.
//!
//! ```text
//!   formats: what is shown                      inputs: what it reads, and what it cannot
//!   valid: SARIF and JUnit by their schemas     baseline: only what is new fails
//!   systems: --os and --nodes                   policy: the configuration   same: check and the webhook say the same
//!   places: where each finding's field stands   cluster: --kubeconfig, --context and --namespace
//!   custom: custom resources that make pods     generated: the same of generated workloads
//!   styles: ways to write an object down        fixtures: manifests
//!   trouble: what cannot be asked, read or written
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

#[allow(dead_code, reason = "the tests of placement use more of it")]
#[path = "../placement_command/api_server.rs"]
mod api_server;
mod baseline;
mod cluster;
mod custom;
mod fixtures;
mod formats;
mod generated;
mod inputs;
mod places;
mod policy;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../run/mod.rs"]
mod run;
mod same;
#[path = "../schemas/mod.rs"]
mod schemas;
mod styles;
mod systems;
mod trouble;
mod valid;

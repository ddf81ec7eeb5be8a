//! The Helm chart, through the real `helm`.
//!
//! ```text
//!   values -> helm template -> objects -> compared whole           (this machine alone)
//!   values -> helm install  -> a real API server -> asked          (live/, needs a cluster)
//! ```
//!
//! `cargo test --test chart` runs the first kind. The second kind is ignored by default and runs, one test at a time, in the shell
//! of a throw-away cluster: `cargo test --test chart -- --ignored --test-threads=1`. Never point it at a cluster that somebody needs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test reads files, waits, and fails loudly"
)]

mod asks;
mod certificates;
mod conditions;
mod configuration;
mod documents;
mod generate;
mod guards;
mod helm;
mod live;
mod notes;
mod pods;
mod schema;
mod senders;
mod webhooks;

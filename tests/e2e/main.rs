//! Hostfit in a real cluster: the real image in real pods, installed by `helm install` of the real chart, seen through kubectl.
//!
//! Runs inside a test cluster: `make e2e`, or `make e2e T=audit` for the scenarios with `audit` in their name. Scenarios run side by side,
//! each in a namespace of its own, over one installation; the few that change the installation have it for themselves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test fails loudly, reads its environment and its clock, counts in the metrics' numbers, and says what it measured"
)]

mod abrupt;
mod availability;
mod bindings;
mod calls;
mod changes;
mod cluster;
mod compatible;
mod configuration;
mod connection;
mod daemonset;
mod debug;
mod exemptions;
mod host_access;
mod lives_on;
mod load;
mod manifests;
mod migration;
mod modes;
mod open_reports;
mod outage;
mod placement_command;
mod pool;
mod pools;
mod quiet;
mod real_node;
mod release;
mod replica;
mod rotation;
mod scan_command;
mod templates;
mod uninstall;
mod volumes;
mod waiting_job;
mod workloads;

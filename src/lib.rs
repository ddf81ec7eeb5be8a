//! Hostfit: will this workload fit the operating system of the nodes that it can land on?
//!
//! ```text
//!            review     workload     placement      rules        decision    review
//!   bytes  ->  Review  ->  Workload  ->  Placement  ->  Findings  ->  Decision  ->  response bytes
//!                                          ^              ^            ^
//!                                  inventory, storage   os, storage  policy
//! ```
//!
//! Everything in this picture is pure: data in, data out; no client, clock, file, environment or log. [`judge`] runs it from left to
//! right. The shell around it ([`serve`] and the other [`commands`], [`cluster`], [`manifests`], [`cli`]) says only where reviews, workloads,
//! nodes and configuration come from, and [`report`] how the answers are shown.

pub mod agents;
pub mod certificate;
pub mod cli;
pub mod cluster;
pub mod commands;
pub mod decision;
pub mod failure;
pub mod findings;
pub mod inventory;
pub mod judge;
pub mod logging;
pub mod manifests;
pub mod message;
pub mod nearest;
pub mod os;
pub mod placement;
pub mod policy;
pub mod report;
pub mod review;
pub mod rules;
pub mod scan;
pub mod serve;
pub mod storage;
pub mod workload;

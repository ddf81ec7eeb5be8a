//! Hostfit: will this workload fit the operating system of the nodes that it can land on?
//!
//! ```text
//!            review     workload     placement      rules        decision    review
//!   bytes  ->  Review  ->  Workload  ->  Placement  ->  Findings  ->  Decision  ->  response bytes
//!                                          ^              ^            ^
//!                                       inventory        os          policy
//! ```
//!
//! Everything in this picture is pure: data in, data out; no client, clock, file, environment or log. [`judge`] runs it from left to
//! right. The shell around it ([`serve`], [`cluster`], [`cli`]) says only where reviews, nodes and configuration come from.

pub mod certificate;
pub mod cli;
pub mod cluster;
pub mod decision;
pub mod failure;
pub mod findings;
pub mod inventory;
pub mod judge;
pub mod logging;
pub mod message;
pub mod os;
pub mod placement;
pub mod policy;
pub mod review;
pub mod rules;
pub mod serve;
pub mod workload;

//! The core as a whole, by what it promises: a review made here as bytes, a decision compared as a whole. No cluster, no server.

#![allow(
    clippy::unwrap_used,
    clippy::semicolon_if_nothing_returned,
    reason = "a test fails loudly, and its closures are short"
)]

mod bindings;
mod exemptions;
mod passes;
mod pools;
mod robust;
mod systems;
mod table;
mod templates;
mod updates;
mod volumes;
mod world;

//! `hostfit placement` from outside: the real binary, on the examples and on manifests that are not as they should be. With a real cluster it
//! is seen in `tests/e2e`.
//!
//! ```text
//!   run: the binary in a folder of its own      table, json: what is shown      inputs: what it reads, and what it cannot
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test writes files and fails loudly"
)]

mod inputs;
mod json;
mod run;
mod table;
mod volumes;

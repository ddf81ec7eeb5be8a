//! `hostfit check` from outside: the real binary, on an example and on manifests that are not as they should be; and its engine beside the
//! webhook's, which must agree.
//!
//! ```text
//!   run: the binary in a folder of its own      formats: what is shown      inputs: what it reads, and what it cannot
//!   systems: --os and --nodes                   policy: the configuration   same: check and the webhook say the same
//!   places: where each finding's field stands
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod formats;
mod inputs;
mod places;
mod policy;
mod run;
mod same;
mod systems;

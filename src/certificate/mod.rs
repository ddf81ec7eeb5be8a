//! The serving certificate: where it comes from, and how it is exchanged without a restart. Part of the shell.
//!
//! ```text
//!   cluster::keep    the Secret of an installation; the process renews it itself  \
//!   files::follow    a pair of files that somebody else renews                     >--  Served  --  the listener, its probe, metrics
//!   in_memory::keep  outside a cluster                                             /
//! ```
//!
//! One of the three tasks on the left runs as long as the process and puts each new pair into [`Served`]; a handshake takes the one that
//! is there. A pair that cannot be used is never put there, so the last good one stays.

mod authority;
mod ca;
pub mod cluster;
pub mod files;
pub mod in_memory;
mod life;
mod pair;
mod served;

pub use pair::{Pair, PairError};
pub use served::Served;

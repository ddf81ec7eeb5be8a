//! The commands that answer and end, as against [`crate::serve`]. Each is the shell around the same core: where workloads and nodes come
//! from, and where the answer goes.

pub mod assume;
pub mod check;
mod config;
pub mod explain;
mod given;
pub mod placement;
mod places;
mod reporting;
pub mod scan;
mod start;

pub use self::reporting::Reporting;

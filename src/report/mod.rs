//! How answers are shown: tables for people, JSON for programs. Part of the shell; what is shown was worked out before.

pub mod explain;
mod output;
pub mod placement;
pub mod program;
pub mod verdict;
mod voice;
mod words;

pub use self::output::{Format, Formats, Output, to_file};
pub use self::program::Program;
pub use self::voice::{Style, Voice};

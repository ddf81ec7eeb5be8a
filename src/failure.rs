//! Why a command cannot go on: one line for whoever started it, and an exit code.

use std::process::ExitCode;

/// A reason to end. The text says what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The command line, the configuration or another input is wrong.
    #[error("{0}")]
    Input(String),
    /// The cluster could not be read.
    #[error("{0}")]
    Cluster(String),
    /// A part of the program ended that never should.
    #[error("a bug in Hostfit: {0}; please report it")]
    Bug(String),
}

impl Failure {
    /// The same, where nodes can be given instead of a cluster.
    #[must_use]
    pub fn or_give_nodes(self) -> Self {
        match self {
            Self::Cluster(why) => Self::Cluster(format!("{why}, or give --nodes FILE")),
            other => other,
        }
    }

    /// The exit code that tells a script which it is.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Input(_) => ExitCode::from(2),
            Self::Cluster(_) => ExitCode::from(3),
            // As after any panic of a Rust program.
            Self::Bug(_) => ExitCode::from(101),
        }
    }
}

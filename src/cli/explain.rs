//! The arguments of `hostfit explain`.

use clap::Args;

use crate::commands::explain::Options;
use crate::manifests::Source;
use crate::report::Voice;
use crate::report::explain::Form;

/// Says what a rule means and how to fix what it finds, or what is known of an OS and from where
///
/// Without an argument it lists the rules and the operating systems.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The id of a rule, such as host-path, or of an OS, such as azure-container-linux
    #[arg(value_name = "RULE|OS")]
    topic: Option<String>,
    /// The configuration, for the operating systems that it adds and corrects
    #[arg(long, value_name = "FILE")]
    config: Option<Source>,
    /// How to show it
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: Form,
}

impl Explain {
    pub(super) fn resolve(self, voice: Voice) -> Options {
        Options {
            topic: self.topic,
            config: self.config,
            form: self.output,
            voice,
        }
    }
}

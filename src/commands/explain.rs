//! `hostfit explain`: what a rule means and how to fix it, what is known of an OS and from where.

use std::process::ExitCode;

use crate::failure::Failure;
use crate::manifests::Source;
use crate::report::explain::{Form, Topic};
use crate::report::{Format, Output, Voice};

use super::{config, start};

/// What is asked.
#[derive(Debug)]
pub struct Options {
    /// The rule or the OS; without one, what there is.
    pub topic: Option<String>,
    /// The configuration file: it adds and corrects operating systems.
    pub config: Option<Source>,
    /// How it is shown.
    pub form: Form,
    /// How to tell what is wrong.
    pub voice: Voice,
}

/// Answers.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let runtime = start::runtime()?;
    let policy = runtime.block_on(config::load(options.config.as_ref()))?;
    let catalogue = policy.catalogue();
    let topic = match &options.topic {
        Some(word) => Topic::find(word, catalogue).map_err(Failure::Input)?,
        None => Topic::Index,
    };
    Output::<Format>::default().write(options.voice, |out, style| {
        out.write_all(topic.render(catalogue, options.form, style).as_bytes())
    })?;
    Ok(ExitCode::SUCCESS)
}

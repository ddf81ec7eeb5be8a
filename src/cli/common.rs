//! What the arguments of several commands must be.

use std::path::PathBuf;

use clap::Args;

use crate::commands;
use crate::manifests::Source;
use crate::report::Output;
use crate::report::verdict::{FailOn, Format};

/// How verdicts are told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Report")]
pub(super) struct Reporting {
    /// table, wide, json, sarif, junit, github, markdown, html, csv or openreports, to standard output or to a file; repeatable [default: table]
    #[arg(short, long, value_name = "FORMAT[=PATH]")]
    output: Vec<Output<Format>>,
    /// The least decision that makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "DECISION")]
    fail_on: FailOn,
    /// What was found before, by --write-baseline: it is shown and fails nothing, unless it has become worse
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<Source>,
    /// Write what is found as a baseline; nothing of it makes the exit code 1
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

impl Reporting {
    pub(super) fn resolve(self) -> Result<commands::Reporting, String> {
        Ok(commands::Reporting {
            outputs: outputs(self.output)?,
            fail_on: self.fail_on,
            baseline: self.baseline,
            write_baseline: self.write_baseline,
        })
    }
}

/// Standard input is there for one of the inputs.
pub(super) fn one_stdin<'s>(inputs: impl Iterator<Item = &'s Source>) -> Result<(), String> {
    if inputs.filter(|input| **input == Source::Stdin).count() > 1 {
        return Err("standard input can be read only once: give - once".to_owned());
    }
    Ok(())
}

/// Where the reports go: the default format to standard output, unless something is said; and only one of them there.
pub(super) fn outputs<F: Default>(given: Vec<Output<F>>) -> Result<Vec<Output<F>>, String> {
    if given.is_empty() {
        return Ok(vec![Output::default()]);
    }
    if given.iter().filter(|output| output.path.is_none()).count() > 1 {
        return Err(
            "only one --output can go to standard output: give the others a file, as in json=FILE"
                .to_owned(),
        );
    }
    Ok(given)
}

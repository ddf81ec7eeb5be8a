//! The command line: raw arguments, resolved once into what a command needs. Nothing behind it looks at arguments again.

mod check;
mod cluster;
mod common;
mod completions;
mod explain;
mod man;
mod placement;
mod program;
mod scan;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing::Level;

use crate::failure::Failure;
use crate::report::{Format, Output, Program, Voice};
use crate::{commands, serve as server};

/// What was asked for.
#[derive(Debug)]
pub struct Invocation {
    /// The least level that is logged.
    pub level: Level,
    /// How to speak to whoever started it.
    pub voice: Voice,
    /// The command.
    pub command: Command,
}

/// A command with its options.
#[derive(Debug)]
pub enum Command {
    /// The webhook.
    Serve(server::Options),
    /// Which nodes each workload can land on.
    Placement(commands::placement::Options),
    /// Whether manifests fit, before a deploy.
    Check(commands::check::Options),
    /// Whether a cluster's workloads fit, before a migration.
    Scan(commands::scan::Options),
    /// What a rule or an OS is.
    Explain(commands::explain::Options),
    /// What the command line says of itself: completions or the man page.
    Definition(String),
}

/// Reads the arguments. An error has been printed already, as has help: what is left is the exit code.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, ExitCode> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let program = Program::of(arguments.first());
    let matches = definition(program).try_get_matches_from(arguments);
    let raw = matches.and_then(|matches| Raw::from_arg_matches(&matches));
    let raw = raw.map_err(|error| {
        if error.use_stderr() {
            let failure = Failure::Input(in_one_line(&error));
            let voice = Voice {
                program,
                ..Voice::default()
            };
            report(&failure, voice)
        } else {
            // Help or version. A closed standard output is no reason to complain.
            let _ = error.print();
            ExitCode::SUCCESS
        }
    })?;
    let Common {
        quiet,
        verbose,
        color,
    } = raw.common;
    let level = match (quiet, verbose) {
        (true, _) => Level::WARN,
        (false, 0) => Level::INFO,
        (false, 1) => Level::DEBUG,
        (false, _) => Level::TRACE,
    };
    let voice = Voice {
        color,
        quiet,
        verbose: verbose > 0,
        program,
    };
    let wrong = |error| {
        let failure = Failure::Input(format!("{error}; see --help"));
        report(&failure, voice)
    };
    let command = match raw.command {
        RawCommand::Serve(arguments) => Command::Serve(arguments.resolve()),
        RawCommand::Explain(arguments) => Command::Explain(arguments.resolve(voice)),
        RawCommand::Placement(arguments) => arguments
            .resolve(verbose > 0, voice)
            .map(Command::Placement)
            .map_err(wrong)?,
        RawCommand::Scan(arguments) => {
            arguments.resolve(voice).map(Command::Scan).map_err(wrong)?
        }
        RawCommand::Check(arguments) => arguments
            .resolve(voice)
            .map(Command::Check)
            .map_err(wrong)?,
        RawCommand::Completions(arguments) => Command::Definition(arguments.script()),
        RawCommand::Man => Command::Definition(man::page(program)),
    };
    Ok(Invocation {
        level,
        voice,
        command,
    })
}

/// Prints why the command ends, in one line, and gives the exit code.
pub fn report(failure: &Failure, voice: Voice) -> ExitCode {
    voice.error(failure);
    failure.code()
}

/// Prints what the command line says of itself.
pub fn print(text: &str, voice: Voice) -> Result<ExitCode, Failure> {
    Output::<Format>::default().write(voice, |out, _| out.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// The command line, in the name that the program was started by.
fn definition(program: Program) -> clap::Command {
    program.names(Raw::command())
}

/// Clap's message without its usage block, which `--help` has.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text);
    let message = message.split("\nUsage:").next().unwrap_or(message);
    let message = message.split("\nFor more").next().unwrap_or(message);
    let words: Vec<&str> = message.split_whitespace().collect();
    format!("{}; see --help", words.join(" ").replace(" tip:", ";"))
}

/// Tells which workloads do not fit the operating system of the nodes they can land on.
#[derive(Debug, Parser)]
#[command(name = "hostfit", version)]
struct Raw {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: RawCommand,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Colour for people
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum RawCommand {
    Serve(Box<serve::Serve>),
    Check(Box<check::Check>),
    Scan(Box<scan::Scan>),
    Placement(Box<placement::Placement>),
    Explain(explain::Explain),
    Completions(completions::Completions),
    /// Prints the man page of the whole program
    #[command(after_help = "Examples:\n  hostfit man | man -l -")]
    Man,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::program::COMMANDS;

    #[test]
    fn the_commands_are_those_that_texts_are_searched_for() {
        let definition = Raw::command();
        let names: Vec<&str> = definition
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        assert_eq!(names, COMMANDS);
    }

    #[test]
    fn the_definition_is_sound() {
        for program in [Program::Hostfit, Program::Plugin] {
            definition(program).debug_assert();
        }
    }
}

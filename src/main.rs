//! The binary: reads the command line, runs what it asks for, and ends with its exit code.

use std::process::ExitCode;

use hostfit::cli::{self, Command};
use hostfit::failure::Failure;
use hostfit::report::Voice;
use hostfit::{commands, logging, serve};
use tracing::Level;

/// In a static binary musl's would be in use, in which threads wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(code) => return code,
    };
    // Once, before any TLS: rustls has no provider of its own here. It fails only where one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let voice = invocation.voice;
    match run(invocation.level, voice, invocation.command) {
        Ok(code) => code,
        Err(failure) => cli::report(&failure, voice),
    }
}

fn run(level: Level, voice: Voice, command: Command) -> Result<ExitCode, Failure> {
    let _log = logging::start(level)?;
    match command {
        Command::Serve(options) => serve::run(options),
        Command::Placement(options) => commands::placement::run(&options),
        Command::Check(options) => commands::check::run(&options),
        Command::Scan(options) => commands::scan::run(&options),
        Command::Explain(options) => commands::explain::run(&options),
        Command::Definition(text) => cli::print(&text, voice),
    }
}

//! The binary: reads the command line, runs what it asks for, and ends with its exit code.

use std::process::ExitCode;

use hostfit::cli::{self, Command};
use hostfit::{logging, serve};

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(code) => return code,
    };
    // Once, before any TLS: rustls has no provider of its own here. It fails only where one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    logging::start(invocation.level);
    let result = match invocation.command {
        Command::Serve(options) => serve::run(options),
    };
    match result {
        Ok(code) => code,
        Err(failure) => cli::report(&failure, invocation.color),
    }
}

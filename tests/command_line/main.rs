//! What the command line says of itself: completions, tried in the shells; the man page; what it explains; and the name by which kubectl calls
//! it as its plugin, tried with the real kubectl.
//!
//! ```text
//!   completions: `hostfit completions`      man: `hostfit man`      plugin: `kubectl hostfit`
//!   explain: `hostfit explain`              output: where none of them can be written
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads the environment, says what it left out, and fails loudly"
)]

use std::process::{Command, Output};

mod completions;
mod explain;
mod man;
mod output;
mod plugin;
#[allow(dead_code, reason = "the tests of the other commands use more of it")]
#[path = "../run/mod.rs"]
mod run;

/// What `hostfit` prints with these arguments. It must succeed.
fn hostfit(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    stdout(command.args(arguments).output().unwrap())
}

/// What a command printed that must have succeeded without a word on the side.
#[track_caller]
fn stdout(output: Output) -> String {
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The words of a help text that `--help` lists: the commands, and the long options of each.
fn commands_and_options() -> (Vec<String>, Vec<String>) {
    let help = hostfit(&["--help"]);
    let listed = help.split("Commands:\n").nth(1).unwrap();
    let listed = listed.split("\n\n").next().unwrap();
    let commands: Vec<String> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && *word != "help")
        .map(str::to_owned)
        .collect();
    let mut options = Vec::new();
    for command in &commands {
        let help = hostfit(&[command, "--help"]);
        let heads = help.lines().map(str::trim_start);
        let heads = heads.filter(|line| line.starts_with('-'));
        for head in heads {
            let long = head
                .split([' ', ',', '['])
                .find(|word| word.starts_with("--"));
            options.extend(long.map(|long| long.trim_end_matches("...").to_owned()));
        }
    }
    assert!(commands.len() > 4 && options.len() > 20, "{help}");
    (commands, options)
}

//! What a command says on the side, on standard error, and whether it speaks in colour.

use std::fmt;
use std::io::{IsTerminal, Write as _};

use clap::ColorChoice;

use super::program::Program;

/// How to speak to whoever started the command.
#[derive(Debug, Clone, Copy, Default)]
pub struct Voice {
    /// Whether to use colour.
    pub color: ColorChoice,
    /// Whether to keep to what is wrong.
    pub quiet: bool,
    /// Whether to say more than is asked for.
    pub verbose: bool,
    /// The name that whoever started it called it by.
    pub program: Program,
}

impl Voice {
    /// Says what is wrong, in one line.
    pub fn error(self, what: impl fmt::Display) {
        self.say("error", Style::RED, what);
    }

    /// Says what may be wrong, in one line, unless it is to be quiet.
    pub fn warning(self, what: impl fmt::Display) {
        if !self.quiet {
            self.say("warning", Style::YELLOW, what);
        }
    }

    /// Says how far it has come: over what was said before on a terminal, in lines of their own where more is to be said.
    pub fn progress(self, what: impl fmt::Display) {
        let mut stderr = std::io::stderr();
        let _ = match (self.quiet, self.verbose, stderr.is_terminal()) {
            (false, true, _) => writeln!(stderr, "{what}"),
            (false, false, true) => write!(stderr, "\r\x1b[K{what}").and_then(|()| stderr.flush()),
            _ => Ok(()),
        };
    }

    /// Takes away from a terminal what was said of progress.
    pub fn end_progress(self) {
        let mut stderr = std::io::stderr();
        if !self.quiet && !self.verbose && stderr.is_terminal() {
            let _ = write!(stderr, "\r\x1b[K").and_then(|()| stderr.flush());
        }
    }

    fn say(self, label: &str, code: &'static str, what: impl fmt::Display) {
        let mut stderr = std::io::stderr();
        let label = self.style(&stderr).paint(code, label);
        // With standard error gone the exit code still says it.
        let what = self.program.in_its_name(&what.to_string());
        let _ = writeln!(stderr, "{label}: {what}");
    }

    /// What this stream gets.
    pub fn style(self, stream: &impl IsTerminal) -> Style {
        Style(match self.color {
            ColorChoice::Never => false,
            ColorChoice::Auto => stream.is_terminal() && is_wanted(),
            ColorChoice::Always => true,
        })
    }
}

/// Colour, or none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style(bool);

impl Style {
    /// For what is wrong.
    pub const RED: &'static str = "1;31";
    /// For what may be.
    pub const YELLOW: &'static str = "1;33";
    /// For what is well.
    pub const GREEN: &'static str = "32";
    /// For a heading.
    pub const BOLD: &'static str = "1";

    /// The text in this colour.
    pub fn paint(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// <https://no-color.org>.
#[allow(
    clippy::disallowed_methods,
    reason = "the edge of the program reads the environment"
)]
fn is_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

//! The name that the program was started by: `hostfit`, or `kubectl-hostfit`, by which kubectl finds it as its plugin. A plugin speaks of
//! itself as people call it: `kubectl hostfit`. `Voice` speaks so on standard error, the command line in its help.

use std::ffi::OsString;
use std::path::Path;

/// What people type to get here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Program {
    /// `hostfit`.
    #[default]
    Hostfit,
    /// `kubectl hostfit`.
    Plugin,
}

impl Program {
    /// By the first argument, which is the file that was started: kubectl gives its whole path.
    pub fn of(started: Option<&OsString>) -> Self {
        let stem = started.and_then(|file| Path::new(file).file_stem());
        if stem.is_some_and(|stem| stem == Self::Plugin.file()) {
            Self::Plugin
        } else {
            Self::Hostfit
        }
    }

    /// The name of the file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Hostfit => "hostfit",
            Self::Plugin => "kubectl-hostfit",
        }
    }

    /// What people call it by.
    pub fn called(self) -> &'static str {
        match self {
            Self::Hostfit => "hostfit",
            Self::Plugin => "kubectl hostfit",
        }
    }

    /// A text about our commands, as whoever started this would type them.
    pub fn in_its_name(self, text: &str) -> String {
        let mut text = text.to_owned();
        if self == Self::Plugin {
            for command in COMMANDS {
                let plain = format!("{} {command}", Self::Hostfit.called());
                let own = format!("{} {command}", self.called());
                text = text.replace(&plain, &own);
            }
        }
        text
    }
}

/// The names of our commands.
pub const COMMANDS: [&str; 7] = [
    "serve",
    "check",
    "scan",
    "placement",
    "explain",
    "completions",
    "man",
];

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("hostfit", Program::Hostfit)]
    #[case::path("/usr/local/bin/hostfit", Program::Hostfit)]
    #[case::plugin("kubectl-hostfit", Program::Plugin)]
    #[case::plugin_by_path("/root/.krew/bin/kubectl-hostfit", Program::Plugin)]
    #[case::on_windows("kubectl-hostfit.exe", Program::Plugin)]
    #[case::another_plugin("kubectl-hostfit-old", Program::Hostfit)]
    #[case::a_folder_of_that_name("/opt/kubectl-hostfit/hostfit", Program::Hostfit)]
    fn the_file_says_which_it_is(#[case] started: &str, #[case] program: Program) {
        assert_eq!(Program::of(Some(&started.into())), program);
    }

    #[test]
    fn nothing_at_all_is_the_plain_one() {
        assert_eq!(Program::of(None), Program::Hostfit);
    }

    #[test]
    fn only_commands_are_named_anew() {
        let text = "a bug in Hostfit; `hostfit explain` lists hostfit.dev/mode | hostfit check -";
        assert_eq!(Program::Hostfit.in_its_name(text), text);
        assert_eq!(
            Program::Plugin.in_its_name(text),
            "a bug in Hostfit; `kubectl hostfit explain` lists hostfit.dev/mode | kubectl hostfit check -"
        );
    }
}

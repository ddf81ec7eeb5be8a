//! The name that the program was started by: `hostfit`, or `kubectl-hostfit`, by which kubectl finds it as its plugin. A plugin speaks of
//! itself as people call it: `kubectl hostfit`.

use std::ffi::OsString;
use std::path::Path;

use clap::{Arg, Command, CommandFactory};

use super::Raw;

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
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Hostfit => "hostfit",
            Self::Plugin => "kubectl-hostfit",
        }
    }

    /// What people call it by.
    pub(super) fn called(self) -> &'static str {
        match self {
            Self::Hostfit => "hostfit",
            Self::Plugin => "kubectl hostfit",
        }
    }

    /// A text about our commands, as whoever started this would type them.
    pub(super) fn in_its_name(self, text: &str) -> String {
        let mut text = text.to_owned();
        if self == Self::Plugin {
            for command in Raw::command().get_subcommands() {
                let plain = format!("{} {}", Self::Hostfit.called(), command.get_name());
                let own = format!("{} {}", self.called(), command.get_name());
                text = text.replace(&plain, &own);
            }
        }
        text
    }

    /// A command line in this name, with its help.
    pub(super) fn names(self, command: Command) -> Command {
        let command = command.bin_name(self.called()).display_name(self.called());
        if self == Self::Hostfit {
            return command;
        }
        self.helps(command.name(self.file()))
    }

    fn helps(self, mut command: Command) -> Command {
        let own = |text: &dyn ToString| self.in_its_name(&text.to_string());
        if let Some(text) = command.get_about().map(|text| own(text)) {
            command = command.about(text);
        }
        if let Some(text) = command.get_long_about().map(|text| own(text)) {
            command = command.long_about(text);
        }
        if let Some(text) = command.get_after_help().map(|text| own(text)) {
            command = command.after_help(text);
        }
        command
            .mut_args(|argument| self.helps_with(argument))
            .mut_subcommands(|subcommand| self.helps(subcommand))
    }

    fn helps_with(self, mut argument: Arg) -> Arg {
        let own = |text: &dyn ToString| self.in_its_name(&text.to_string());
        if let Some(text) = argument.get_help().map(|text| own(text)) {
            argument = argument.help(text);
        }
        if let Some(text) = argument.get_long_help().map(|text| own(text)) {
            argument = argument.long_help(text);
        }
        argument
    }
}

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

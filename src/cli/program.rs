//! The command line in the name that the program was started by.

use clap::{Arg, Command};

use crate::report::Program;

impl Program {
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

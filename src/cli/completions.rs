//! `hostfit completions`: what a shell has to know to complete our command lines, from their definition.

use clap::Args;
use clap_complete::Shell;

use crate::report::Program;

/// Prints the completions of a shell
///
/// They complete `hostfit`. What follows `kubectl hostfit` is completed by kubectl, which asks kubectl_complete-hostfit: put that script beside
/// the plugin, in a folder of PATH.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "Examples:
  source <(hostfit completions bash)
  hostfit completions zsh > ~/.zfunc/_hostfit
  hostfit completions fish | source
  hostfit completions powershell | Out-String | Invoke-Expression
  eval (hostfit completions elvish | slurp)";

impl Completions {
    /// The script. It is for `hostfit`, also where the plugin prints it: what follows `kubectl hostfit` is completed by kubectl.
    pub(super) fn script(self) -> String {
        let program = Program::Hostfit;
        let mut script = Vec::new();
        let mut definition = super::definition(program);
        clap_complete::generate(self.shell, &mut definition, program.file(), &mut script);
        String::from_utf8_lossy(&script).into_owned()
    }
}

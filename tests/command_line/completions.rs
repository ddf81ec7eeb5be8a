//! Completions: every shell's has every command and option; bash, zsh and fish read it, and complete by it.

use std::path::Path;
use std::process::Command;

use rstest::rstest;

use super::{commands_and_options, hostfit, stdout};

#[rstest]
#[case::bash("bash")]
#[case::zsh("zsh")]
#[case::fish("fish")]
#[case::powershell("powershell")]
#[case::elvish("elvish")]
fn every_command_and_option_is_in_it(#[case] shell: &str) {
    let script = hostfit(&["completions", shell]);
    let (commands, options) = commands_and_options();
    for command in commands {
        assert!(script.contains(&command), "{shell}: {command}");
    }
    for option in options {
        // fish has the name without its dashes.
        let name = option.trim_start_matches("--");
        let is_there = match shell {
            "fish" => script.contains(&format!("-l {name}")),
            _ => script.contains(&option),
        };
        assert!(is_there, "{shell}: {option}");
    }
}

#[rstest]
#[case::bash("bash")]
#[case::zsh("zsh")]
#[case::fish("fish")]
fn the_shell_reads_it(#[case] shell: &str) {
    if is_missing(shell) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, hostfit(&["completions", shell])).unwrap();
    stdout(Command::new(shell).arg("-n").arg(&script).output().unwrap());
}

#[rstest]
#[case::command(&["ch"], "check")]
#[case::option(&["check", "--fail"], "--fail-on")]
#[case::value(&["check", "--fail-on", ""], "deny warn never")]
#[case::shell(&["completions", "b"], "bash")]
#[case::file(&["check", "--config", "docs/pro"], "docs/proof.md")]
fn bash_completes(#[case] words: &[&str], #[case] expected: &str) {
    let script = r#"source <("$0" completions bash)
complete -p hostfit > /dev/null || exit
COMP_WORDS=(hostfit "$@") COMP_CWORD=$#
_hostfit hostfit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
echo "${COMPREPLY[*]}""#;
    let mut bash = Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_hostfit")]);
    assert_eq!(stdout(bash.args(words).output().unwrap()).trim(), expected);
}

/// Everything that bash offers behind each command.
#[test]
fn bash_offers_it_all() {
    let script = r#"source <("$0" completions bash)
for words in "$@"; do
    COMP_WORDS=(hostfit $words "") COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _hostfit hostfit "" "${COMP_WORDS[COMP_CWORD - 1]}" 2> /dev/null
    echo "hostfit $words: ${COMPREPLY[*]}"
done"#;
    let mut bash = Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_hostfit"), ""]);
    let (commands, _) = commands_and_options();
    insta::assert_snapshot!("offers", stdout(bash.args(commands).output().unwrap()));
}

#[rstest]
#[case::command("hostfit ch", "check")]
#[case::option("hostfit check --fail", "--fail-on")]
#[case::value("hostfit check --fail-on n", "never")]
fn fish_completes(#[case] line: &str, #[case] expected: &str) {
    if is_missing("fish") {
        return;
    }
    let mut fish = Command::new("fish");
    let script = "$argv[1] completions fish | source; complete -C $argv[2]";
    fish.args(["--no-config", "-c", script]);
    fish.args([env!("CARGO_BIN_EXE_hostfit"), line]);
    let said = stdout(fish.output().unwrap());
    assert_eq!(said.split('\t').next().unwrap().trim(), expected, "{said}");
}

#[test]
fn an_unknown_shell_is_told_which_there_are() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    let output = command.args(["completions", "csh"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: invalid value 'csh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]; a similar value exists: 'zsh'; see --help\n"
    );
}

/// Whether this machine lacks the shell, which is said: bash alone can be counted on.
fn is_missing(shell: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap();
    let is_there = |folder: &Path| folder.join(shell).exists();
    let is_missing = !std::env::split_paths(&path).any(|folder| is_there(&folder));
    assert!(!(is_missing && shell == "bash"), "bash is not in PATH");
    if is_missing {
        eprintln!("{shell} is not installed: its completions were not tried");
    }
    is_missing
}

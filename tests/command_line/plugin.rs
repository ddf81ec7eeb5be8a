//! `kubectl hostfit`: the same binary under the name by which kubectl finds its plugins, started by the real kubectl of the test cluster.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rstest::rstest;
use tempfile::TempDir;

use super::stdout;

/// A folder of PATH with what is installed there, and nothing that leads kubectl to a cluster.
struct Installed(TempDir);

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let binary = env!("CARGO_BIN_EXE_hostfit");
        symlink(binary, folder.path().join("kubectl-hostfit")).unwrap();
        let complete = "kubectl_complete-hostfit";
        let script = here.join("deploy/kubectl").join(complete);
        symlink(script, folder.path().join(complete)).unwrap();
        Self(folder)
    }

    fn kubectl(&self, arguments: &[&str]) -> Output {
        let path = std::env::var_os("PATH").unwrap();
        // kubectl warns of folders that are not there.
        let others = std::env::split_paths(&path).filter(|folder| folder.is_dir());
        let all = std::iter::once(self.0.path().to_owned()).chain(others);
        Command::new(kubectl())
            .args(arguments)
            .env("PATH", std::env::join_paths(all).unwrap())
            .env("HOME", self.0.path())
            .env_remove("KUBECONFIG")
            .output()
            .unwrap()
    }

    fn says(&self, arguments: &[&str]) -> String {
        stdout(self.kubectl(arguments))
    }
}

/// From `PATH`, where the Makefile puts it, else from where `make setup` builds it.
fn kubectl() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let caches = std::fs::read_dir(home.join(".cache/hostfit/tools"));
    let built = caches.into_iter().flatten().flatten();
    let built = built.map(|folder| folder.path());
    std::env::split_paths(&path)
        .chain(built)
        .map(|folder| folder.join("kubectl"))
        .find(|file| file.is_file())
        .expect("kubectl is not installed: run `make setup`")
}

#[test]
fn kubectl_finds_it_and_has_nothing_to_complain_of() {
    let installed = Installed::new();
    let list = installed.says(&["plugin", "list"]);
    let plugin = installed.0.path().join("kubectl-hostfit");
    assert!(list.contains(plugin.to_str().unwrap()), "{list}");
    assert!(!list.contains("warning"), "{list}");
}

#[test]
fn its_help_is_in_its_name() {
    let installed = Installed::new();
    let help = installed.says(&["hostfit", "--help"]);
    assert!(
        help.contains("Usage: kubectl hostfit [OPTIONS] <COMMAND>"),
        "{help}"
    );
    assert_eq!(
        installed.says(&["hostfit", "-V"]),
        format!("kubectl hostfit {}\n", env!("CARGO_PKG_VERSION"))
    );

    let (commands, _) = super::commands_and_options();
    for command in commands {
        let help = installed.says(&["hostfit", &command, "--help"]);
        assert!(
            help.contains(&format!("Usage: kubectl hostfit {command}")),
            "{help}"
        );
        let own = help.matches(&format!("kubectl hostfit {command}")).count();
        assert_eq!(
            help.matches(&format!("hostfit {command}")).count(),
            own,
            "{help}"
        );
    }
    let help = installed.says(&["hostfit", "check", "--help"]);
    assert!(
        help.contains("\n  helm template my-release my-chart | kubectl hostfit check -\n"),
        "{help}"
    );
}

#[test]
fn its_man_page_is_in_its_name() {
    let page = Installed::new().says(&["hostfit", "man"]);
    assert!(page.contains(".TH kubectl-hostfit 1"), "{page}");
    assert!(
        page.contains(".SH \"kubectl hostfit check\"")
            && page.contains("\\fBkubectl hostfit check\\fR"),
        "{page}"
    );
}

#[test]
fn it_checks_and_its_exit_code_is_what_kubectl_ends_with() {
    let checked = Installed::new().kubectl(&["hostfit", "check", "examples/agent.yaml"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(said.contains("DaemonSet monitoring/agent  deny"), "{said}");
}

#[rstest]
#[case::command_line(&["chek"], "error: unrecognized subcommand 'chek'; a similar subcommand exists: 'check'; see --help\n")]
#[case::an_option(&["check", "--os=flatcr", "examples/agent.yaml"], "error: --os flatcr: there is no such operating system; did you mean flatcar?; kubectl hostfit explain lists them\n")]
#[case::afterwards(&["explain", "flatcr"], "error: flatcr is neither a rule nor an OS; did you mean flatcar?; kubectl hostfit explain lists them\n")]
fn its_errors_are_in_its_name(#[case] arguments: &[&str], #[case] expected: &str) {
    let failed = Installed::new().kubectl(&[&["hostfit"], arguments].concat());
    assert_eq!(failed.status.code(), Some(2));
    assert_eq!(String::from_utf8(failed.stderr).unwrap(), expected);
}

#[rstest]
#[case::command(&["ch"], "check\n:0\n")]
#[case::option(&["check", "--fail"], "--fail-on\n:0\n")]
#[case::value(&["check", "--fail-on", ""], "deny\nwarn\nnever\n:0\n")]
#[case::a_file_is_left_to_the_shell(&["check", "--config", "docs/pro"], ":0\n")]
#[case::nothing_known(&["check", "docs/pro"], ":0\n")]
fn kubectl_completes_it(#[case] words: &[&str], #[case] expected: &str) {
    let completed = Installed::new().kubectl(&[&["__complete", "hostfit"], words].concat());
    assert_eq!(String::from_utf8(completed.stdout).unwrap(), expected);
}

//! The binary in a folder of its own, with a kubeconfig for an API server.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a kubeconfig and the files that a test writes there.
pub(crate) struct Folder(TempDir);

/// What the command said, and its exit code.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// With a kubeconfig for the API server there.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(
            "kubeconfig",
            &format!(
                "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], \
                 users: [{{name: u, user: {{}}}}], clusters: [{{name: c, cluster: {{server: 'http://{address}'}}}}]}}"
            ),
        );
        folder
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        std::fs::write(self.0.path().join(name), content).unwrap();
    }

    /// `hostfit scan` with the kubeconfig and these arguments.
    pub(crate) fn scan(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["scan", "--kubeconfig", "kubeconfig"], arguments].concat())
    }

    /// hostfit with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().unwrap())
    }

    /// The command itself, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(self.0.path(), arguments)
    }
}

/// hostfit in a folder, not started. Nothing of this shell's environment leads it to a cluster.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    command.env_clear().env("HOME", "/nonexistent");
    command.current_dir(folder).args(arguments);
    command
}

impl Outcome {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stderr))
    }

    /// Everything: the exit code, what was said on the side, and what was answered.
    pub(crate) fn whole(&self) -> String {
        format!("{}\n{}{}", self.code, self.stderr, self.stdout)
    }

    /// Each workload of a JSON report: what it is, its decision, and what it was before, if anything.
    #[track_caller]
    pub(crate) fn decisions(&self) -> Vec<String> {
        let report = self.json();
        let workloads = report["workloads"].as_array().unwrap().iter();
        let line = |workload: &Value| {
            let text = |key: &str| workload[key].as_str().unwrap().to_owned();
            let before = workload["before"]["decision"].as_str();
            let before = before.map_or(String::new(), |before| format!(" (was {before})"));
            format!(
                "{} {}/{} {}{before}",
                text("kind"),
                text("namespace"),
                text("name"),
                text("decision")
            )
        };
        workloads.map(line).collect()
    }
}

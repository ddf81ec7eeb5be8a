//! The binary in a folder of its own, and what it says: for the tests of `check`, `scan` and `placement`.

mod steady;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) use self::steady::steady;

/// Every format of a report.
pub(crate) const FORMATS: [&str; 10] = [
    "table",
    "wide",
    "json",
    "sarif",
    "junit",
    "github",
    "markdown",
    "html",
    "csv",
    "openreports",
];

/// A folder with files, in which the command runs.
pub(crate) struct Folder(TempDir);

/// What the command said, and its exit code.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// With these files; folders in their names are made. The examples are there as `agent.yaml` and `nodes.yaml`.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for example in ["agent.yaml", "nodes.yaml"] {
            folder.write(
                example,
                std::fs::read(Path::new("examples").join(example)).unwrap(),
            );
        }
        for (name, content) in files {
            folder.write(name, content);
        }
        folder
    }

    /// With a kubeconfig for the API server there, too.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let folder = Self::with(&[]);
        folder.write("kubeconfig", kubeconfig(&format!("http://{address}")));
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// `hostfit check` with these arguments.
    pub(crate) fn check(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["check"], arguments].concat())
    }

    /// `hostfit placement` with these arguments.
    pub(crate) fn placement(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["placement"], arguments].concat())
    }

    /// `hostfit scan` of the kubeconfig's cluster, with these arguments.
    pub(crate) fn scan(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["scan", "--kubeconfig=kubeconfig"], arguments].concat())
    }

    /// hostfit with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_on("", arguments)
    }

    /// The same with something on standard input.
    pub(crate) fn run_on(&self, stdin: &str, arguments: &[&str]) -> Outcome {
        outcome(self.command(arguments), stdin)
    }

    /// The command itself, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = hostfit(arguments);
        command.current_dir(self.path());
        command
    }

    /// As it ends where the reader leaves after the first line, as `head -n 1` does; that line is its answer.
    pub(crate) fn first_line(&self, arguments: &[&str]) -> Outcome {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = String::new();
        drop(BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut stdout));
        let output = child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code().unwrap(),
            stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The exit code and standard error where nobody reads the answer: the reader is gone before it is written.
    pub(crate) fn unread(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = self.command(arguments);
        command.stdout(writer).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}

/// hostfit with these arguments in the repository, where the examples are.
pub(crate) fn on_examples(arguments: &[&str]) -> Outcome {
    outcome(hostfit(arguments), "")
}

/// Nothing of this shell's environment leads it to a cluster.
fn hostfit(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    command.env_clear().env("HOME", "/nonexistent");
    command.args(arguments);
    command
}

fn outcome(command: Command, stdin: &str) -> Outcome {
    let mut command = assert_cmd::Command::from_std(command);
    Outcome::of(command.write_stdin(stdin).output().unwrap())
}

/// A kubeconfig for the API server there.
pub(crate) fn kubeconfig(url: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Config, current-context: c, contexts: [{{name: c, context: {{cluster: c, user: u}}}}], \
         users: [{{name: u, user: {{}}}}], clusters: [{{name: c, cluster: {{server: '{url}'}}}}]}}"
    )
}

impl Outcome {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output, where all went well and without a word on the side.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (0, ""),
            "{}",
            self.stdout
        );
        self.stdout
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stderr))
    }

    /// Standard error without its warnings, which is what `-q` leaves of it.
    pub(crate) fn errors(&self) -> String {
        let lines = self.stderr.split_inclusive('\n');
        lines
            .filter(|line| !line.starts_with("warning: "))
            .collect()
    }

    /// Everything: the exit code, what was said on the side, and what was answered.
    pub(crate) fn whole(&self) -> String {
        steady(&format!("{}\n{}{}", self.code, self.stderr, self.stdout))
    }

    /// The same without what stands below a workload's line.
    pub(crate) fn in_short(&self) -> String {
        let shown = self.stdout.lines();
        let shown = shown.filter(|line| !line.is_empty() && !line.starts_with("  "));
        let lines: Vec<&str> = self.stderr.lines().chain(shown).collect();
        steady(&format!("{}\n{}", self.code, lines.join("\n")))
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

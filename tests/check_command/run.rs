//! The binary in a folder of its own.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

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
        let folder = tempfile::tempdir().unwrap();
        for example in ["agent.yaml", "nodes.yaml"] {
            std::fs::copy(
                Path::new("examples").join(example),
                folder.path().join(example),
            )
            .unwrap();
        }
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `hostfit check` with these arguments.
    pub(crate) fn check(&self, arguments: &[&str]) -> Outcome {
        self.check_of(arguments, "")
    }

    /// The same with something on standard input. Nothing of this shell's environment leads it to a cluster.
    pub(crate) fn check_of(&self, arguments: &[&str], stdin: &str) -> Outcome {
        let output = assert_cmd::Command::from_std(self.command(arguments))
            .write_stdin(stdin)
            .output()
            .unwrap();
        Outcome {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The command itself, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
        command.env_clear().env("HOME", "/nonexistent");
        command
            .current_dir(self.path())
            .arg("check")
            .args(arguments);
        command
    }
}

impl Outcome {
    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stderr))
    }

    /// Everything: the exit code, what was said on the side, and what was answered.
    pub(crate) fn whole(&self) -> String {
        format!("{}\n{}{}", self.code, self.stderr, self.stdout)
    }

    /// The same without the findings.
    pub(crate) fn in_short(&self) -> String {
        let shown = self.stdout.lines();
        let shown = shown.filter(|line| !line.is_empty() && !line.starts_with("  "));
        let lines: Vec<&str> = self.stderr.lines().chain(shown).collect();
        format!("{}\n{}", self.code, lines.join("\n"))
    }
}

/// A pod of this name that needs the host's network namespace, and nothing else.
pub(crate) fn pod(name: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{hostNetwork: true}}}}\n"
    )
}

/// The manifest of every fixture of the rules, with the fixture's name.
pub(crate) fn fixtures() -> Vec<(String, Value)> {
    let mut fixtures = Vec::new();
    let mut folders = vec![Path::new("tests/rules").to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml")
                && path.parent() != Some(Path::new("tests/rules"))
            {
                let bytes = std::fs::read(&path).unwrap();
                let first = hostfit::manifests::documents(&bytes).next().unwrap();
                fixtures.push((path.display().to_string(), first.content.unwrap()));
            }
        }
    }
    fixtures.sort_by(|a, b| a.0.cmp(&b.0));
    fixtures
}

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
    /// With these files; folders in their names are made. The example nodes are there as `nodes.yaml`.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nodes = std::fs::read("examples/nodes.yaml").unwrap();
        for (name, content) in files.iter().chain(&[("nodes.yaml", nodes.as_slice())]) {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// `hostfit placement` with these arguments.
    pub(crate) fn placement(&self, arguments: &[&str]) -> Outcome {
        self.placement_of(arguments, "")
    }

    /// The same with something on standard input. Nothing of this shell's environment leads it to a cluster.
    pub(crate) fn placement_of(&self, arguments: &[&str], stdin: &str) -> Outcome {
        run(self.path(), arguments, stdin)
    }
}

/// The same in the folder with the examples.
pub(crate) fn on_examples(arguments: &[&str]) -> Outcome {
    run(Path::new("."), arguments, "")
}

fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    command.env_clear().env("HOME", "/nonexistent");
    let output = assert_cmd::Command::from_std(command)
        .current_dir(folder)
        .arg("placement")
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Outcome {
    /// All went well, without a word on the side.
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
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Everything: the exit code, what was said on the side, and the blocks' first lines and the summary.
    pub(crate) fn in_short(&self) -> String {
        let shown = self
            .stdout
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("  "));
        let lines: Vec<&str> = self.stderr.lines().chain(shown).collect();
        format!("{}\n{}", self.code, lines.join("\n"))
    }
}

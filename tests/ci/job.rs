//! A job on a runner of GitHub's, as far as the Action's step sees one: a workspace, variables and files of the runner, and nothing else.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{ours, repository, yaml};

/// A job on a runner whose workspace has the manifests.
pub(crate) struct Job {
    pub(crate) workspace: TempDir,
    pub(crate) temp: TempDir,
}

/// What became of a step.
pub(crate) struct Step {
    pub(crate) code: i32,
    pub(crate) log: String,
    pub(crate) outputs: String,
    pub(crate) summary: String,
}

impl Job {
    pub(crate) fn new() -> Self {
        Self {
            workspace: repository(),
            temp: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn sarif(&self) -> PathBuf {
        self.workspace.path().join("hostfit.sarif")
    }

    /// The step with these inputs, the others being the defaults of action.yml, as the runner passes them: by the step's own `env`.
    pub(crate) fn step(&self, inputs: &[(&str, &str)]) -> Step {
        let action = yaml("deploy/github-action/action.yml");
        let step = &action["runs"]["steps"][0];
        let [outputs, summary] = ["output", "summary"].map(|name| self.temp.path().join(name));
        std::fs::write(&outputs, "").unwrap();
        std::fs::write(&summary, "").unwrap();
        let mut bash = Command::new("bash");
        // How a runner starts `shell: bash`.
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
        bash.arg(step["run"].as_str().unwrap());
        bash.current_dir(self.workspace.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_ACTION_PATH", ours("deploy/github-action"))
            .env("GITHUB_WORKSPACE", self.workspace.path())
            .env("GITHUB_OUTPUT", &outputs)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("RUNNER_TEMP", self.temp.path());
        for (name, expression) in step["env"].as_object().unwrap() {
            bash.env(name, value_of(expression, &action, inputs));
        }
        let output = bash.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Step {
            code: output.status.code().unwrap(),
            log: said.concat(),
            outputs: std::fs::read_to_string(outputs).unwrap(),
            summary: std::fs::read_to_string(summary).unwrap(),
        }
    }
}

impl Step {
    /// Everything but the warnings, which are of an OS of the example's nodes that retires: what is said of that changes with the date.
    pub(crate) fn whole(&self) -> String {
        let log = self.log.lines();
        let log: Vec<&str> = log.filter(|line| !line.starts_with("warning: ")).collect();
        let (code, log) = (self.code, log.join("\n"));
        format!(
            "{code}\n{log}\noutputs:\n{}summary:\n{}",
            self.outputs, self.summary
        )
    }
}

/// What `${{ inputs.NAME }}` is.
fn value_of(expression: &Value, action: &Value, inputs: &[(&str, &str)]) -> String {
    let name = expression.as_str().unwrap();
    let name = name
        .strip_prefix("${{ inputs.")
        .unwrap()
        .strip_suffix(" }}")
        .unwrap();
    let given = inputs.iter().find(|(input, _)| *input == name);
    given.map_or_else(
        || {
            action["inputs"][name]["default"]
                .as_str()
                .unwrap()
                .to_owned()
        },
        |(_, value)| (*value).to_owned(),
    )
}

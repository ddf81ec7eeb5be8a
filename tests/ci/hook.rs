//! The pre-commit hook: its entry, run as pre-commit runs it (in the repository's top folder, with the changed files that match behind it); and
//! by pre-commit itself, where that is installed.

use std::path::Path;
use std::process::{Command, Output};

use rstest::rstest;

use super::{path_of, repository, yaml};

const CONFIG: &str = "deploy/pre-commit/pre-commit-config.yaml";

#[rstest]
#[case::denied("denied", &["k8s/agent.yaml", "k8s/web.yaml"])]
#[case::fits("fits", &["k8s/web.yaml"])]
fn its_entry_judges_the_changed_files(#[case] name: &str, #[case] files: &[&str]) {
    let repository = repository();
    let hook = &yaml(CONFIG)["repos"][0]["hooks"][0];
    let entry = hook["entry"].as_str().unwrap().split(' ');
    let output = Command::new("env")
        .args(entry)
        .args(files)
        .current_dir(repository.path())
        .env("PATH", path_of(repository.path()))
        .output()
        .unwrap();
    let said = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap());
    let said = format!("{}\n{}", output.status, said.concat());
    insta::assert_snapshot!(name, said);
}

#[test]
fn it_is_a_local_hook_of_manifests() {
    let config = yaml(CONFIG);
    assert_eq!(config["repos"][0]["repo"], "local");
    let hook = &config["repos"][0]["hooks"][0];
    for field in ["id", "name", "entry", "language"] {
        assert!(hook[field].is_string(), "{field} is required");
    }
    assert_eq!(hook["language"], "system");
    assert_eq!(hook["types_or"], serde_json::json!(["yaml", "json"]));
    assert_eq!(hook["require_serial"], true);
}

#[test]
fn pre_commit_runs_it() {
    if Command::new("pre-commit")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("pre-commit is not installed: the hook was not run by it");
        return;
    }
    let repository = repository();
    let here = repository.path();
    std::fs::copy(super::ours(CONFIG), here.join(".pre-commit-config.yaml")).unwrap();
    std::fs::write(here.join("not-a-manifest.yaml"), "[").unwrap();
    run(here, "git", &["init", "--quiet"]);
    run(here, "git", &["add", "--all", "k8s", "not-a-manifest.yaml"]);
    let denied = run(here, "pre-commit", &["run"]);
    let said = String::from_utf8(denied.stdout).unwrap();
    assert!(
        denied.status.code() == Some(1) && said.contains("monitoring/agent  deny"),
        "{said}"
    );

    run(
        here,
        "git",
        &["rm", "--quiet", "--cached", "k8s/agent.yaml"],
    );
    let passed = run(here, "pre-commit", &["run"]);
    let said = String::from_utf8(passed.stdout).unwrap();
    assert!(passed.status.success() && said.contains("Passed"), "{said}");
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path_of(folder))
        .env("PRE_COMMIT_HOME", folder.join(".cache"))
        // This test may itself be run by a hook of git.
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap()
}

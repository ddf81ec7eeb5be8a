//! The GitHub Action: its step, run with what a runner gives to it and nothing else, and its definition beside the step's script.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::job::Job;
use super::{ours, yaml};

const BINARY: (&str, &str) = ("binary", env!("CARGO_BIN_EXE_hostfit"));

#[test]
fn a_denied_workload_fails_the_step_and_is_told_in_three_ways() {
    let job = Job::new();
    let step = job.step(&[BINARY, ("files", "k8s")]);
    insta::assert_snapshot!("denied", step.whole());
    let sarif: Value = serde_json::from_slice(&std::fs::read(job.sarif()).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "host-path");
}

#[test]
fn what_fits_passes() {
    let step = Job::new().step(&[BINARY, ("files", "k8s/web.yaml")]);
    insta::assert_snapshot!(step.whole(), @r"
    0
    1 workload: 1 allow
    outputs:
    sarif=hostfit.sarif
    summary:
    **hostfit check**: 1 workload: 1 allow
    ");
}

#[test]
fn every_input_reaches_the_command() {
    let job = Job::new();
    let config = "apiVersion: hostfit.dev/v1\nkind: Config\nmode: audit\n";
    std::fs::write(job.workspace.path().join("hostfit.yaml"), config).unwrap();
    std::fs::copy(
        ours("examples/nodes.yaml"),
        job.workspace.path().join("nodes.yaml"),
    )
    .unwrap();

    let with_config = job.step(&[
        BINARY,
        ("config", "hostfit.yaml"),
        ("fail-on", "warn"),
        ("files", "k8s/agent.yaml\nk8s/web.yaml\n"),
    ]);
    insta::assert_snapshot!("with_config", with_config.whole());

    let systems = job.step(&[
        BINARY,
        ("os", "ubuntu"),
        ("sarif", "of-ubuntu.sarif"),
        ("files", "k8s"),
    ]);
    insta::assert_snapshot!("on_systems", systems.whole());

    let nodes = job.step(&[
        BINARY,
        ("nodes", "nodes.yaml"),
        ("fail-on", "never"),
        ("files", "k8s"),
    ]);
    insta::assert_snapshot!("among_nodes", nodes.whole());
}

#[test]
fn a_manifest_that_cannot_be_read_fails_whatever_fail_on_says() {
    let job = Job::new();
    std::fs::write(job.workspace.path().join("k8s/broken.yaml"), "a: [").unwrap();
    let step = job.step(&[BINARY, ("fail-on", "never"), ("files", "k8s")]);
    insta::assert_snapshot!("broken", step.whole());
}

#[test]
fn an_archive_is_run_only_if_it_is_the_one_that_was_pinned() {
    let job = Job::new();
    let (url, sum) = archive(job.temp.path());
    let step = job.step(&[
        ("url", &url),
        ("sha256", &sum.to_uppercase()),
        ("files", "k8s/web.yaml"),
    ]);
    assert_eq!((step.code, step.log.as_str()), (7, "it ran: check\n"));

    let other = sum.replace(|digit: char| digit.is_ascii_digit(), "0");
    let mut said = String::new();
    for wrong in [other.as_str(), "", "latest"] {
        said += &job.step(&[("url", &url), ("sha256", wrong)]).whole();
    }
    let said = said
        .replace(&url, "URL")
        .replace(&sum, "SUM")
        .replace(&other, "OTHER");
    insta::assert_snapshot!(said, @r"
    2
    ::error title=hostfit::URL has another checksum than sha256: it is not what was pinned, and was not run
    outputs:
    summary:
    2
    ::error title=hostfit::sha256 must be the checksum of the archive, 64 hexadecimal digits: an archive that is not pinned is not run
    outputs:
    summary:
    2
    ::error title=hostfit::sha256 must be the checksum of the archive, 64 hexadecimal digits: an archive that is not pinned is not run
    outputs:
    summary:
    ");
}

#[test]
fn without_any_hostfit_it_says_what_to_give() {
    let step = Job::new().step(&[]);
    insta::assert_snapshot!(step.whole(), @r"
    2
    ::error title=hostfit::there is no hostfit to run: give url and sha256 of a release's archive, or binary
    outputs:
    summary:
    ");
}

#[test]
fn the_definition_and_the_script_know_the_same_inputs() {
    let action = yaml("deploy/github-action/action.yml");
    let step = &action["runs"]["steps"][0];
    let passed: BTreeSet<&str> = step["env"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let script = std::fs::read_to_string(ours("deploy/github-action/check.sh")).unwrap();
    let words = script.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
    let read: BTreeSet<&str> = words
        .filter(|word| word.len() > 8 && word.starts_with("HOSTFIT_"))
        .collect();
    assert_eq!(passed, read);
    assert_eq!(action["inputs"].as_object().unwrap().len(), passed.len());
    // Nobody else's code runs in it, so there is nothing to pin.
    assert_eq!(action["runs"]["using"], "composite");
    assert!(step.get("uses").is_none());
}

/// An archive as `scripts/release` makes it, with a program in it that says that it ran; its URL and its checksum.
fn archive(folder: &Path) -> (String, String) {
    let program = folder.join("program");
    std::fs::write(&program, "#!/bin/sh\necho it ran: $1\nexit 7\n").unwrap();
    let made = Command::new(ours("scripts/release"))
        .args(["archive", program.to_str().unwrap(), "linux-amd64"])
        .arg(folder)
        .output()
        .unwrap();
    let file = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let sum = Command::new("sha256sum").arg(&file).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    (
        format!("file://{file}"),
        sum.split(' ').next().unwrap().to_owned(),
    )
}

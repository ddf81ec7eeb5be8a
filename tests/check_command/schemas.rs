//! What is written is what the formats' own schemas allow.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::fixtures::pod;
use crate::run::Folder;

const SARIF: &str = include_str!("../schemas/sarif-2.1.0.json");
const LANGUAGE: &str = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";

/// Everything that a report can hold: each severity and decision, exempt, known, hostile names, no finding at all.
fn reports(format: &str) -> Vec<String> {
    let folder = Folder::with(&[
        ("hostile.yaml", &pod(r#""p\e[31m\n<b>&\"]]>\u0001\uFFFE""#)),
        (
            "none.yaml",
            "{apiVersion: v1, kind: Service, metadata: {name: s}}",
        ),
        (
            "exempt.yaml",
            "apiVersion: hostfit.dev/v1\nkind: Config\nexemptions:\n- {name: all, reason: r, match: {namespaces: ['*']}, rules: [host-path]}\n",
        ),
    ]);
    folder.check(&["agent.yaml", "--write-baseline=known.json"]);
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");
    let runs: [&[&str]; 5] = [
        &["agent.yaml", "hostile.yaml"],
        &["none.yaml"],
        &["agent.yaml", "--nodes=nodes.yaml", "--config=exempt.yaml"],
        &[
            "agent.yaml",
            "hostile.yaml",
            "--baseline=known.json",
            "--fail-on=warn",
        ],
        &[rules, "--os=flatcar", "--os=azure-linux-os-guard"],
    ];
    let reports = runs.map(|run| {
        let outcome = folder.check(&[run, &["-o", format]].concat());
        assert!(!outcome.stdout.is_empty(), "{}", outcome.stderr);
        outcome.stdout
    });
    reports.into()
}

#[test]
fn sarif_is_valid() {
    // The one pattern that is no regular expression, as it was meant.
    let schema = SARIF.replace(LANGUAGE, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for report in reports("sarif") {
        let mut log: Value = serde_json::from_str(&report).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
        log["runs"][0]["tool"]["driver"]["nonsense"] = json!(1);
        assert!(!schema.is_valid(&log), "the schema refuses nothing");
    }
}

#[test]
fn junit_is_valid() {
    for report in reports("junit") {
        assert_eq!(refused(&report), None);
        let wrong = report.replace("<testsuite ", "<testsuite nonsense=\"1\" ");
        assert_ne!(refused(&wrong), None, "the schema refuses nothing");
    }
}

/// What xmllint says of a document that it refuses.
fn refused(report: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.xml");
    std::fs::write(&file, report).unwrap();
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/junit-10.xsd"))
        .arg(&file)
        .output()
        .unwrap_or_else(|error| panic!("xmllint: {error}; make setup installs it"));
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

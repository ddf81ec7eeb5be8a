//! What is written is what the formats' own schemas allow: SARIF's and `JUnit`'s.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const SARIF: &str = include_str!("sarif-2.1.0.json");
const LANGUAGE: &str = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";

/// Every log is valid, and each result names its rule where the log has it. One with something else in it is not.
#[track_caller]
pub(crate) fn is_sarif(reports: &[String]) {
    // The one pattern that is no regular expression, as it was meant.
    let schema = SARIF.replace(LANGUAGE, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for report in reports {
        let mut log: Value = serde_json::from_str(report).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&log)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
        let run = &mut log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            let rule = &run["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
        }
        run["tool"]["driver"]["nonsense"] = json!(1);
        assert!(!schema.is_valid(&log), "the schema refuses nothing");
    }
}

/// Every report is valid. One with something else in it is not.
#[track_caller]
pub(crate) fn is_junit(reports: &[String]) {
    for report in reports {
        assert_eq!(refused(report), None);
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

//! What people run, and what people reported: every well-known workload of this folder gets the severity that its file argues for, and
//! every reported breakage that a pod spec can show is found. The table of both is `docs/workloads.md`.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads its files and fails loudly"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hostfit::findings::{Finding, Severity};
use hostfit::os::Catalogue;
use hostfit::rules;
use hostfit::workload::{Kind, Workload};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The first document of a workload's file.
#[derive(Deserialize)]
struct Expectation {
    verdicts: BTreeMap<String, Verdict>,
    #[serde(default)]
    documented: Vec<Documented>,
}

#[derive(Deserialize)]
struct Verdict {
    worst: String,
    why: String,
}

#[derive(Deserialize)]
struct Documented {
    os: String,
    works: bool,
}

/// The first document of a reported breakage.
#[derive(Deserialize)]
struct Report {
    source: String,
    os: String,
    expected: Expected,
    symptom: String,
}

#[derive(Deserialize)]
struct Expected {
    rule: String,
    severity: String,
    field: String,
}

#[derive(Deserialize)]
struct NotVisible {
    name: String,
    reason: String,
}

/// Every file of a folder that has two documents, by name.
fn files<T: DeserializeOwned>(folder: &str) -> BTreeMap<String, (T, Workload)> {
    let read = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let (header, object) = text.split_once("\n---\n").unwrap();
        let object: Value = serde_saphyr::from_str(object)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let of = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        let api_version = of("apiVersion");
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let kind = Kind::from_api(group, &of("kind")).unwrap();
        let header = serde_saphyr::from_str(header)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (header, Workload::deserialize(kind, object).unwrap())
    };
    let yaml = |path: &Path| path.extension().is_some_and(|e| e == "yaml");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    paths
        .filter(|path| yaml(path) && !path.ends_with("not-visible.yaml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, read(&path))
        })
        .collect()
}

fn findings(workload: &Workload, os: &str) -> Vec<Finding> {
    let os = Catalogue::built_in()
        .by_id(os)
        .unwrap_or_else(|| panic!("there is no profile {os}"));
    rules::run(workload, &[], std::slice::from_ref(os))
}

fn worst(findings: &[Finding]) -> &'static str {
    let worst = findings.iter().map(|finding| finding.severity).max();
    worst.map_or("none", Severity::as_str)
}

#[test]
fn every_workload_gets_the_severity_that_is_argued_for() {
    let mut wrong = String::new();
    let files = files::<Expectation>("tests/corpus");
    assert!(files.len() >= 60, "only {} workloads", files.len());
    for (name, (expectation, workload)) in files {
        for (os, verdict) in &expectation.verdicts {
            let found = findings(&workload, os);
            if worst(&found) != verdict.worst {
                _ = writeln!(
                    wrong,
                    "{name} on {os}: {} expected ({}), {} found:",
                    verdict.worst,
                    verdict.why,
                    worst(&found)
                );
                for f in found {
                    _ = writeln!(
                        wrong,
                        "    {} {} {}, and {}",
                        f.severity.as_str(),
                        f.rule,
                        f.detail,
                        f.reason
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn nothing_that_is_documented_to_work_is_said_to_break() {
    let files = files::<Expectation>("tests/corpus");
    let documented = files.iter().flat_map(|(name, (expectation, workload))| {
        let works = expectation.documented.iter().filter(|d| d.works);
        works.map(move |documented| (name, workload, &documented.os))
    });
    let mut seen = 0;
    for (name, workload, os) in documented {
        assert_ne!(worst(&findings(workload, os)), "breaks", "{name} on {os}");
        seen += 1;
    }
    assert!(seen > 0, "no workload is documented to work anywhere");
}

#[test]
fn every_reported_breakage_that_a_pod_shows_is_found() {
    let reports = files::<Report>("tests/breakages");
    let mut table = String::from(
        "| reported | operating system | symptom | rule | expected | found |\n|---|---|---|---|---|---|\n",
    );
    let mut missed = Vec::new();
    for (name, (report, workload)) in &reports {
        let Expected {
            rule,
            severity,
            field,
        } = &report.expected;
        let found = findings(workload, &report.os);
        let found = found
            .iter()
            .find(|finding| finding.rule == rule && finding.field == *field)
            .map_or("nothing", |finding| finding.severity.as_str());
        if found != severity {
            missed.push(format!(
                "{name}: {rule} at {field} is {severity}, found {found}"
            ));
        }
        let symptom = report.symptom.replace('|', "\\|");
        _ = writeln!(
            table,
            "| [{name}]({}) | {} | {symptom} | {rule} | {severity} | {found} |",
            report.source, report.os
        );
    }
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));

    let hidden = fs::read_to_string("tests/breakages/not-visible.yaml").unwrap();
    let hidden: Vec<NotVisible> = serde_saphyr::from_str(&hidden).unwrap();
    let mut not_shown = String::new();
    for NotVisible { name, reason } in hidden {
        _ = writeln!(not_shown, "- **{name}**: {reason}.");
    }
    let page = format!(
        "{INTRODUCTION}\n## Reported breakages\n\n{table}\nWhat a pod's spec cannot show:\n\n{not_shown}\n## Well-known workloads\n\n{}",
        corpus_table()
    );
    let file = "docs/workloads.md";
    if std::env::var_os("HOSTFIT_BLESS").is_some() {
        fs::write(file, &page).unwrap();
    }
    let written = fs::read_to_string(file).unwrap_or_default();
    assert!(
        written == page,
        "{file} is not what the program says now; rewrite it with: HOSTFIT_BLESS=1 cargo test --test corpus"
    );
}

const INTRODUCTION: &str = "# Workloads and breakages that are known

Written by a test, which fails when a verdict changes. The workloads are reduced from their public manifests (`tests/corpus`, each with its
source and the argument for each verdict), the breakages from the reports that are linked. None of it was run on a live node of that OS.
";

fn corpus_table() -> String {
    const SHOWN: [&str; 3] = ["azure-container-linux", "azure-linux-os-guard", "flatcar"];
    let mut table = String::from(
        "| workload | Azure Container Linux | OS Guard | Flatcar |\n|---|---|---|---|\n",
    );
    for (name, (_, workload)) in files::<Expectation>("tests/corpus") {
        let cells = SHOWN.map(|os| worst(&findings(&workload, os)));
        _ = writeln!(
            table,
            "| [{name}](../tests/corpus/{name}.yaml) | {} |",
            cells.join(" | ")
        );
    }
    table
}

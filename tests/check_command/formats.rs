//! What is shown, in each format, whole.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::fixtures::pod;
use crate::run::{FORMATS, Folder, steady};

#[test]
fn each_format_says_it_all() {
    let folder = Folder::with(&[]);
    for format in FORMATS {
        let outcome = folder.check(&["agent.yaml", "-o", format]);
        insta::assert_snapshot!(format, outcome.whole());
    }
}

#[test]
fn json_is_the_schema_that_is_promised() {
    let folder = Folder::with(&[]);
    let report = folder
        .check(&["agent.yaml", "-ojson", "--nodes=nodes.yaml"])
        .json();
    let keys = |value: &Value| {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys.join(" ")
    };
    let agent = &report["workloads"][0];
    let keys = [
        &report,
        &report["summary"],
        agent,
        &agent["source"],
        &agent["placement"],
        &agent["placement"]["pools"][0],
        &agent["findings"][0],
        &agent["findings"][0]["source"],
    ]
    .map(keys);
    assert_eq!(
        keys,
        [
            "schema summary workloads",
            "allow deny warn workloads",
            "apiVersion decision findings kind name namespace placement source",
            "file line",
            "class immutable nodes pools",
            "immutable name nodes os",
            "detail field os reason remedy rule severity source",
            "column file line",
        ]
    );
    assert_eq!(report["schema"], "hostfit.dev/report/v1");
    assert_eq!(
        report["summary"],
        json!({"workloads": 2, "deny": 0, "warn": 1, "allow": 1})
    );
    insta::assert_json_snapshot!("placement_among_nodes", agent["placement"]);
}

#[test]
fn several_formats_go_where_each_is_sent() {
    let folder = Folder::with(&[]);
    let files = FORMATS.map(|format| format!("--output={format}=report.{format}"));
    let mut arguments = vec!["agent.yaml", "-otable", "--color=always"];
    arguments.extend(files.iter().map(String::as_str));
    insta::assert_snapshot!("in_colour", folder.check(&arguments).whole());
    for format in FORMATS {
        let alone = folder.check(&["agent.yaml", "-o", format]).stdout;
        let written = folder.read(&format!("report.{format}"));
        assert_eq!(steady(&written), steady(&alone), "{format}");
    }
}

#[test]
fn what_an_owner_wrote_is_made_harmless_in_every_format() {
    let name = r#""p\e[31m\n::error::|<b>&@x`\"]]>""#;
    let folder = Folder::with(&[("p%,:\u{e9}.yaml", &pod(name))]);
    let mut said = Vec::new();
    // A log of SARIF is made of the same pieces; the page is looked at in a browser.
    for format in FORMATS
        .into_iter()
        .filter(|format| !["sarif", "html"].contains(format))
    {
        let outcome = folder.check(&["p%,:\u{e9}.yaml", "-o", format]);
        said.push(format!("{format}: {}\n", outcome.whole()));
    }
    insta::assert_snapshot!("harmless", said.concat());
    let sarif = folder.check(&["p%,:\u{e9}.yaml", "-osarif"]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "p%25%2C%3A%C3%A9.yaml");
}

/// `=cmd()` in a cell would be run by a spreadsheet.
#[test]
fn no_cell_is_a_formula() {
    let folder = Folder::with(&[("p.yaml", &pod("'=1+1'"))]);
    let outcome = folder.check(&["p.yaml", "-ocsv"]);
    let cells: Vec<&str> = outcome.stdout.lines().nth(1).unwrap().split(',').collect();
    assert_eq!(cells[..4], ["deny", "default", "Pod", "'=1+1"]);
}

/// Two workloads never write the same object, whatever their names are.
#[test]
fn every_workload_has_a_report_of_its_own_name() {
    let names = [
        "a.b",
        "a-b",
        "A-b",
        "a-b-",
        "''",
        "\u{e9}",
        &"x".repeat(300),
        &"x".repeat(301),
    ];
    let pods: Vec<String> = names.iter().map(|name| pod(name)).collect();
    let folder = Folder::with(&[("p.yaml", &pods.join("---\n"))]);
    let list = folder.check(&["p.yaml", "-oopenreports"]).json();
    let items = list["items"].as_array().unwrap();
    let given: Vec<&str> = items
        .iter()
        .map(|report| report["metadata"]["name"].as_str().unwrap())
        .collect();
    let distinct: BTreeSet<&str> = given.iter().copied().collect();
    assert_eq!(distinct.len(), names.len(), "{given:?}");
    for name in given {
        let is_name = name.len() < 254
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !name.ends_with('-');
        assert!(is_name, "{name}");
    }
}

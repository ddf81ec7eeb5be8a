//! Reports in all their variety are what the schemas of SARIF and `JUnit` allow.

use crate::fixtures::pod;
use crate::run::Folder;
use crate::schemas::{is_junit, is_sarif};

/// Everything that a report can hold: each severity and decision, exempt, known, hostile names, no finding at all, what could not be read.
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
    folder.write("broken.yaml", BROKEN);
    folder.check(&["agent.yaml", "--write-baseline=known.json"]);
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");
    let runs: [&[&str]; 6] = [
        &["broken.yaml", "agent.yaml"],
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

const BROKEN: &str = "a: [\n---\n{apiVersion: v1, kind: Pod, metadata: {name: '<b>'}, spec: {hostNetwork: '<b>&\u{e9}'}}\n";

/// Half a report must not look like a whole one to those who read nothing but the file.
#[test]
fn what_could_not_be_read_stands_in_it() {
    let folder = Folder::with(&[("broken.yaml", BROKEN)]);
    let junit = folder.check(&["broken.yaml", "-ojunit"]);
    insta::assert_snapshot!(junit.whole());
    let log = folder.check(&["broken.yaml", "-osarif"]).json();
    insta::assert_json_snapshot!(log["runs"][0]["invocations"]);
}

#[test]
fn they_are_valid() {
    is_sarif(&reports("sarif"));
    is_junit(&reports("junit"));
}

//! What it reads, what it cannot read, and the exit code of each.

use rstest::rstest;

use crate::fixtures::pod;
use crate::run::Folder;

/// A manifest with much that can be wrong.
const NASTY: &str = r#"# Something that is fine comes first.
apiVersion: v1
kind: Pod
metadata: {name: one}
spec: {hostPID: true}
---
apiVersion: v1
kind: Pod
metadata:
  name: two
  labels: [
spec: {}
---
apiVersion: v1
kind: Pod
metadata: {name: three}
spec:
  hostNetwork: "true"
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: four, name: five}
spec:
  template:
    spec: &spec
      volumes: [{name: x, secret: {secretName: x, defaultMode: 0400}}]
      hostIPC: true
---
apiVersion: acme.io/v1
kind: Widget
metadata: {name: w}
---
{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}},
  {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "six"}, "spec": {"template": {"spec": {"hostPID": true}}}}]}
{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "seven"}}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: eight}
spec:
  template:
    spec: {<<: {hostNetwork: true}, hostPID: false}
"#;

#[test]
fn what_is_wrong_takes_nothing_with_it() {
    let folder = Folder::with(&[("nasty.yaml", NASTY)]);
    let outcome = folder.check(&["nasty.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r#"
    2
    warning: nasty.yaml:20: metadata.name stands there more than once; the last one holds
    error: nasty.yaml:11:11: unclosed bracket '['
    error: nasty.yaml:18:16: Pod three: spec.hostNetwork: invalid type: string "true", expected a boolean
    nasty.yaml:2  Pod default/one  deny  immutable: Azure Container Linux is assumed
    nasty.yaml:20  DaemonSet default/five  deny  immutable: Azure Container Linux is assumed
    nasty.yaml:33  Job default/six  deny  immutable: Azure Container Linux is assumed
    nasty.yaml:36  Pod default/seven  allow  immutable: Azure Container Linux is assumed
    nasty.yaml:38  Deployment default/eight  deny  immutable: Azure Container Linux is assumed
    5 workloads: 4 deny, 1 allow; other kinds skipped: 1 ConfigMap, 1 Widget; 2 errors
    "#);
    let quiet = folder.check(&["-q", "nasty.yaml"]);
    assert_eq!(quiet.stderr, outcome.errors());
    assert_eq!((quiet.code, quiet.stdout), (outcome.code, outcome.stdout));
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let folder = Folder::with(&[]);
    let agent = std::fs::read_to_string("examples/agent.yaml").unwrap();
    let of_file = folder.check(&["agent.yaml"]).whole();
    let of_stdin = folder.run_on(&agent, &["check", "-"]).whole();
    assert_eq!(of_stdin.replace("standard input:", "agent.yaml:"), of_file);
}

/// The header and the comments of `helm template`, and documents that came out empty.
#[test]
fn what_helm_renders_is_read() {
    let rendered = format!(
        "---\n# Source: chart/templates/empty.yaml\n---\n# Source: chart/templates/a.yaml\n{}---\n# Source: chart/templates/b.yaml\n\n---\n# Source: chart/templates/c.yaml\napiVersion: v1\nkind: Service\nmetadata:\n  name: s\n",
        pod("a")
    );
    let outcome = Folder::with(&[]).run_on(&rendered, &["check", "-"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    1
    standard input:5  Pod default/a  deny  immutable: Azure Container Linux is assumed
    1 workload: 1 deny; other kinds skipped: 1 Service
    ");
}

#[test]
fn a_folder_is_everything_below_it() {
    let folder = Folder::with(&[
        ("k8s/b/one.yml", &pod("b-one")),
        ("k8s/a.yaml", &pod("a")),
        (
            "k8s/z.json",
            r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "z"}}"#,
        ),
        ("k8s/notes.txt", "no manifest"),
    ]);
    insta::assert_snapshot!(folder.check(&["k8s"]).in_short(), @r"
    1
    k8s/a.yaml:1  Pod default/a  deny  immutable: Azure Container Linux is assumed
    k8s/b/one.yml:1  Pod default/b-one  deny  immutable: Azure Container Linux is assumed
    k8s/z.json:1  Pod default/z  allow  immutable: Azure Container Linux is assumed
    3 workloads: 2 deny, 1 allow
    ");
}

#[rstest]
#[case::nothing_found("p.yaml", &[], 0)]
#[case::denied("host.yaml", &[], 1)]
#[case::denied_and_nobody_minds("host.yaml", &["--fail-on=never"], 0)]
#[case::warned_of("host.yaml", &["--nodes=nodes.yaml"], 0)]
#[case::warned_of_is_enough("host.yaml", &["--nodes=nodes.yaml", "--fail-on=warn"], 1)]
#[case::nothing_to_warn_of("p.yaml", &["--fail-on=warn"], 0)]
#[case::only_other_kinds("service.yaml", &[], 0)]
#[case::an_empty_list("list.yaml", &[], 0)]
#[case::broken_beside_denied("host.yaml", &["broken.yaml"], 2)]
#[case::broken_and_nobody_minds_denials("host.yaml", &["broken.yaml", "--fail-on=never"], 2)]
fn the_exit_code_tells_which_it_is(
    #[case] file: &str,
    #[case] arguments: &[&str],
    #[case] code: i32,
) {
    let folder = Folder::with(&[
        ("p.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}"),
        ("host.yaml", &pod("p")),
        (
            "service.yaml",
            "{apiVersion: v1, kind: Service, metadata: {name: s}}",
        ),
        ("list.yaml", "{apiVersion: v1, kind: List, items: []}"),
        ("broken.yaml", "kind: ["),
    ]);
    let outcome = folder.check(&[&[file], arguments].concat());
    assert_eq!(outcome.code, code, "{}", outcome.whole());
}

#[test]
fn kinds_that_are_skipped_are_listed_up_to_a_point() {
    let object = |kind: char| {
        format!("{{apiVersion: acme.io/v1, kind: Kind{kind}, metadata: {{name: x}}}}\n---\n")
    };
    let manifest: String = ('A'..='K').chain('K'..='K').map(object).collect();
    let outcome = Folder::with(&[]).run_on(&manifest, &["check", "-"]);
    insta::assert_snapshot!(outcome.whole(), @r"
    0
    0 workloads; other kinds skipped: 1 KindA, 1 KindB, 1 KindC, 1 KindD, 1 KindE, 1 KindF, 1 KindG, 1 KindH, and 4 more
    ");
}

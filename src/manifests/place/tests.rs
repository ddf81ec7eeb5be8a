//! Places of fields in every way in which a document can be written.

use rstest::rstest;

use super::*;
use crate::manifests::{Manifests, Reading};

/// Where the fields stand in a file's workloads, one after the other; each line with what is written from the column to its end.
fn places(file: &str, fields: &[&str]) -> Vec<String> {
    let mut manifests = Manifests::default();
    manifests.take("f", file.as_bytes(), Reading::default());
    assert_eq!(manifests.problems, [""; 0]);
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').split('\n').collect();
    let mut places = Vec::new();
    for manifest in &manifests.workloads {
        let text = manifest.text.as_ref().unwrap();
        let fields: Vec<Field> = fields
            .iter()
            .map(|path| Field {
                indices: &manifest.indices,
                path,
            })
            .collect();
        for spot in text.places(&fields) {
            let Spot { line, column } = spot.unwrap();
            let rest: String = lines[line - 1].chars().skip(column - 1).collect();
            places.push(format!("{line} {}", rest.trim_end()));
        }
    }
    places
}

const HOST_PATH: &str = "spec.volumes[1].hostPath";

#[rstest]
#[case::block("apiVersion: v1\nkind: Pod\nspec:\n  volumes:\n  - name: a\n  - hostPath:\n      path: /\n    name: b\n", &["7 path: /"])]
#[case::flow("{apiVersion: v1, kind: Pod, spec: {volumes: [{}, {hostPath: {path: /}}]}}", &["1 {path: /}}]}}"])]
#[case::windows_lines("apiVersion: v1\r\nkind: Pod\r\nspec:\r\n  volumes:\r\n  - {}\r\n  - hostPath: {path: /}\r\n", &["6 {path: /}"])]
#[case::byte_order_mark("\u{feff}{kind: Pod, apiVersion: v1, spec: {volumes: [{}, {hostPath: {path: /}}]}}", &["1 {path: /}}]}}"])]
#[case::characters("# \u{1f600}\n{\u{e9}\u{1f600}: \u{4e16}, kind: Pod, apiVersion: v1, spec: {volumes: [{}, {hostPath: {path: /}}]}}", &["2 {path: /}}]}}"])]
#[case::second_document("a: 1\nkind: X\n---\n# and\n---\napiVersion: v1\nkind: Pod\nspec:\n  volumes: [{},\n    {hostPath: {path: /}}]\n", &["10 {path: /}}]"])]
#[case::alias("x: &x {path: /}\napiVersion: v1\nkind: Pod\nspec: {volumes: [{}, {hostPath: *x}]}\n", &["1 {path: /}"])]
#[case::merged("x: &x\n  hostPath: {path: /}\napiVersion: v1\nkind: Pod\nspec: {volumes: [{}, {name: a, <<: *x}]}\n", &["2 {path: /}"])]
#[case::merged_and_overridden("x: &x\n  hostPath: {path: /}\napiVersion: v1\nkind: Pod\nspec: {volumes: [{}, {hostPath: {path: /a}, <<: *x}]}\n", &["5 {path: /a}, <<: *x}]}"])]
#[case::repeated_key("apiVersion: v1\nkind: Pod\nspec: {volumes: [{}, {hostPath: {path: /}, hostPath: {path: /b}}]}\n", &["3 {path: /b}}]}"])]
#[case::list("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap}\n- apiVersion: v1\n  kind: Pod\n  spec: {volumes: [{}, {hostPath: {path: /}}]}\n- kind: PodList\n  apiVersion: v1\n  items:\n  - {}\n  - spec: {volumes: [{}, {hostPath: {path: /c}}]}\n", &["7 {path: /}}]}", "11 {}", "12 {path: /c}}]}"])]
#[case::json("{\"apiVersion\": \"v1\",\n \"kind\": \"Pod\", \"spec\": {\"\u{e9}\": 1, \"volumes\": [{}, {\"hostPath\":\n\t {\"path\": \"/\"}}]}}", &["3 {\"path\": \"/\"}}]}}"])]
#[case::json_stream("{\"kind\": \"X\"}\n{\"apiVersion\": \"v1\", \"kind\": \"Pod\",\n\"spec\": {\"volumes\": [{}, {\"hostPath\": {}}]}} {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"volumes\": [{}, {}]}}", &["3 {}}]}} {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"volumes\": [{}, {}]}}", "3 {}]}}"])]
#[case::json_list("---\n{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"items\": [{}, {\"spec\":\n{\"volumes\": [{}, {\"hostPath\": {\"path\": \"/x\"}}], \"volumes\": [{}, {\"hostPath\": {\"path\": \"/y\"}}]}}]}\n", &["2 {}, {\"spec\":", "3 {\"path\": \"/y\"}}]}}]}"])]
fn the_value_is_found(#[case] file: &str, #[case] expected: &[&str]) {
    assert_eq!(places(file, &[HOST_PATH]), expected);
}

#[test]
fn what_is_not_there_stands_where_it_would() {
    let fields = [
        "spec.volumes[0].hostPath.path",
        "spec.volumes[0].hostPath.type",
        "spec.volumes[7].hostPath",
        "spec.hostPID",
        "metadata.annotations[a.b/c]",
        "metadata.annotations[none]",
        "metadata.labels[7]",
        "none",
        "",
        "spec.empty.x",
    ];
    let yaml = "kind: Pod\napiVersion: v1\nmetadata:\n  annotations: {a.b/c: d}\n  labels: {7: x}\nspec:\n  empty:\n  volumes:\n  - hostPath:\n      path: /a\n";
    assert_eq!(
        places(yaml, &fields),
        [
            "10 /a",
            "10 path: /a",
            "9 hostPath:",
            "7 empty:",
            "4 d}",
            "4 {a.b/c: d}",
            "5 x}",
            "1 kind: Pod",
            "1 kind: Pod",
            "7 :"
        ]
    );
    let json = "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"metadata\": {\"annotations\": {\"a.b/c\": \"d\"}, \"labels\": {\"7\": \"x\"}},\n\"spec\": {\"empty\": null, \"volumes\": [{\"hostPath\": {\"path\":\n\"/a\"}}]}}";
    let spec = r#"2 {"empty": null, "volumes": [{"hostPath": {"path":"#;
    let whole = r#"1 {"kind": "Pod", "apiVersion": "v1", "metadata": {"annotations": {"a.b/c": "d"}, "labels": {"7": "x"}},"#;
    assert_eq!(
        places(json, &fields),
        [
            r#"3 "/a"}}]}}"#,
            r#"2 {"path":"#,
            r#"2 [{"hostPath": {"path":"#,
            spec,
            r#"1 "d"}, "labels": {"7": "x"}},"#,
            r#"1 {"a.b/c": "d"}, "labels": {"7": "x"}},"#,
            r#"1 "x"}},"#,
            whole,
            whole,
            r#"2 null, "volumes": [{"hostPath": {"path":"#
        ]
    );
}

//! Each finding names the place of its very field: whatever a manifest looks like, the field's value is what stands there.

use std::path::Path;

use hostfit::inventory::Inventory;
use hostfit::judge::{World, ahead};
use hostfit::manifests::{self, Field, Reading, Source, Text};
use hostfit::os::Catalogue;
use hostfit::policy::Policy;
use hostfit::storage::Stored;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use serde_json::Value;

use crate::fixtures::fixtures;
use crate::run::Folder;
use crate::styles::{STYLES, Style, is_block, value_at, written};

/// The value at a field, or the nearest around it; whether it is the field itself.
fn value_of<'v>(object: &'v Value, field: &str) -> (&'v Value, bool) {
    let mut value = object;
    let mut rest = field;
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('[') {
            Some(inside) => inside.split_once(']').unwrap(),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        let inside = match key.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(key),
        };
        let Some(inside) = inside else {
            return (value, false);
        };
        value = inside;
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    (value, true)
}

/// The findings of a file's only workload on an OS, each with its field and its place.
fn found(file: &Path, os: &str) -> Vec<(String, usize, usize)> {
    let read = manifests::load(&[Source::Path(file.to_owned())], Reading::default());
    assert_eq!(read.problems, [""; 0], "{}", file.display());
    let [manifest] = &read.workloads[..] else {
        panic!("{} workloads", read.workloads.len());
    };
    let policy = Policy::default();
    let storage = Stored::default();
    let os = policy.catalogue().by_id(os).unwrap();
    let world = World {
        inventory: &Inventory::default(),
        namespaces: &Namespaces::new(),
        runtime_classes: &RuntimeClasses::new(),
        storage: storage.view(),
        policy: &policy,
        own_namespace: "",
        today: date(2026, 11, 24),
    };
    let outlook = ahead::judge(&manifest.workload, Some(std::slice::from_ref(os)), &world);
    let fields: Vec<&str> = outlook
        .findings
        .iter()
        .map(|judged| judged.finding.field.as_str())
        .collect();
    let wanted: Vec<Field> = fields
        .iter()
        .map(|path| Field {
            indices: &manifest.indices,
            path,
        })
        .collect();
    let text: &Text = manifest.text.as_ref().unwrap();
    let spots = text.places(&wanted).into_iter().map(Option::unwrap);
    fields
        .iter()
        .zip(spots)
        .map(|(field, spot)| ((*field).to_owned(), spot.line, spot.column))
        .collect()
}

#[test]
fn the_value_stands_there_in_every_style() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.yaml");
    let (mut exact, mut around) = (0, 0);
    let systems: Vec<&str> = Catalogue::built_in()
        .iter()
        .map(|os| os.id.as_str())
        .collect();
    for (name, object) in fixtures() {
        for style in STYLES {
            let text = written(&object, style);
            std::fs::write(&file, &text).unwrap();
            let mut last = None;
            for os in &systems {
                let found = found(&file, os);
                if last.as_ref() == Some(&found) {
                    continue;
                }
                for (field, line, column) in &found {
                    let (value, is_exact) = value_of(&object, field);
                    // A list in block style stands where its first item does, behind the dash.
                    let dash = if value.is_array() && is_block(style) {
                        2
                    } else {
                        0
                    };
                    let mut there = value_at(&text, *line, *column - dash, style);
                    if style == Style::Flow && there.get("\u{1f600}").is_some() {
                        there.as_object_mut().unwrap().remove("\u{1f600}");
                    }
                    assert_eq!(
                        &there, value,
                        "{name} {style:?} {field} at {line}:{column}\n{text}"
                    );
                    exact += usize::from(is_exact);
                    around += usize::from(!is_exact);
                }
                last = Some(found);
            }
        }
    }
    assert!(
        exact > 1000 && around < exact / 10,
        "{exact} places of fields, {around} of what is around them"
    );
}

/// Aliases, merges and lists, in every format that shows places.
#[test]
fn each_format_shows_where_it_is() {
    let manifest = "
apiVersion: v1
kind: List
items:
- kind: ConfigMap
  apiVersion: v1
  x: &volume {name: a, hostPath: {path: /etc}}
- apiVersion: v1
  kind: Pod
  metadata: {name: p\u{e9}}
  spec:
    volumes: [*volume, {name: \u{e9}\u{1f600}, <<: *volume}]
    hostNetwork: true
";
    let folder = Folder::with(&[("m.yaml", manifest)]);
    let report = folder.check(&["m.yaml", "-ojson"]).json();
    let findings = report["workloads"][0]["findings"].as_array().unwrap();
    let places: Vec<String> = findings
        .iter()
        .map(|finding| {
            let source = &finding["source"];
            format!(
                "{} {}:{}:{}",
                finding["field"].as_str().unwrap(),
                source["file"].as_str().unwrap(),
                source["line"],
                source["column"]
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "spec.volumes[0].hostPath m.yaml:7:34",
            "spec.volumes[1].hostPath m.yaml:7:34",
            "spec.hostNetwork m.yaml:13:18",
        ]
    );
    let said = ["table", "wide", "junit", "github", "markdown", "csv"].map(|format| {
        let outcome = folder.check(&["m.yaml", "-o", format]);
        format!("{format}: {}\n", outcome.whole())
    });
    insta::assert_snapshot!("each_format", said.concat());
    let sarif = folder.check(&["m.yaml", "-osarif"]).json();
    let region = &sarif["runs"][0]["results"][2]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        *region,
        serde_json::json!({"startLine": 13, "startColumn": 18})
    );
}

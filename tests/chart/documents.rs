//! What is made from the chart, and must not fall behind it: the README's table of values and `deploy/hostfit.yaml`.
//! `UPDATE=1 cargo test --test chart` writes them anew.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::helm::{chart, command, repository};

const TABLE_STARTS: &str = "<!-- values: made from values.schema.json and values.yaml; `UPDATE=1 cargo test --test chart` brings it up to date -->\n";
const TABLE_ENDS: &str = "<!-- end of values -->\n";

/// Defaults longer than this are left to `values.yaml`.
const LONGEST_DEFAULT: usize = 40;

#[test]
fn readme_lists_the_values() {
    let file = chart().join("README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (head, rest) = text
        .split_once(TABLE_STARTS)
        .expect("the mark before the table");
    let (_, tail) = rest
        .split_once(TABLE_ENDS)
        .expect("the mark after the table");
    assert_file(
        &file,
        &[head, TABLE_STARTS, &table(), TABLE_ENDS, tail].concat(),
    );
}

#[test]
fn plain_manifests_are_the_default_rendering() {
    let helm = command("helm");
    let mut path = Path::new(helm.get_program())
        .parent()
        .unwrap()
        .as_os_str()
        .to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let output = std::process::Command::new(repository().join("deploy/render.sh"))
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_file(
        &repository().join("deploy/hostfit.yaml"),
        &String::from_utf8(output.stdout).unwrap(),
    );
}

/// Every value has a default, and every default is a value: neither file knows one that the other does not.
#[test]
fn schema_and_defaults_name_the_same_values() {
    fn leaves(defaults: &Value, prefix: &str, schema: &Value) -> Vec<String> {
        let properties = schema["properties"].as_object().unwrap();
        let mut found = Vec::new();
        for (key, value) in defaults.as_object().unwrap() {
            let path = format!("{prefix}{key}");
            match properties
                .get(key)
                .filter(|schema| schema.get("properties").is_some())
            {
                Some(schema) => found.extend(leaves(value, &format!("{path}."), schema)),
                None => found.push(path),
            }
        }
        found
    }
    let (schema, defaults) = sources();
    let mut from_defaults = leaves(&defaults, "", &schema);
    let mut from_schema: Vec<_> = rows(&schema, "")
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    from_schema.retain(|path| path != "global");
    from_defaults.sort();
    from_schema.sort();
    assert_eq!(from_defaults, from_schema);
}

fn table() -> String {
    let (schema, defaults) = sources();
    let mut table = String::from("| value | default | meaning |\n|---|---|---|\n");
    for (path, description) in rows(&schema, "") {
        let default = path.split('.').fold(&defaults, |value, key| &value[key]);
        let default = match default.to_string() {
            _ if default.is_null() => String::new(),
            text if text.len() > LONGEST_DEFAULT => "see `values.yaml`".to_owned(),
            text => format!("`{text}`"),
        };
        writeln!(table, "| `{path}` | {default} | {description} |").unwrap();
    }
    table
}

/// Path and description of every value, by name.
fn rows(schema: &Value, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in schema["properties"].as_object().unwrap() {
        let path = format!("{prefix}{key}");
        if value.get("properties").is_some() {
            found.extend(rows(value, &format!("{path}.")));
        } else {
            let description = value["description"]
                .as_str()
                .unwrap_or_else(|| panic!("{path} has no description"));
            found.push((path, description.to_owned()));
        }
    }
    found
}

fn sources() -> (Value, Value) {
    let schema = std::fs::read_to_string(chart().join("values.schema.json")).unwrap();
    let defaults = std::fs::read_to_string(chart().join("values.yaml")).unwrap();
    (
        serde_json::from_str(&schema).unwrap(),
        serde_saphyr::from_str(&defaults).unwrap(),
    )
}

#[track_caller]
fn assert_file(file: &Path, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, expected).unwrap();
    }
    let found = std::fs::read_to_string(file).unwrap();
    assert!(
        found == expected,
        "{} is out of date: run `UPDATE=1 cargo test --test chart` and look at the difference",
        file.display()
    );
}

//! Manifests of the tests: a pod that is found fault with, and all that the rules have.

use std::path::Path;

use serde_json::Value;

/// A pod of this name that needs the host's network namespace, and nothing else.
pub(crate) fn pod(name: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{hostNetwork: true}}}}\n"
    )
}

/// The manifest of every fixture of the rules, with the fixture's name.
pub(crate) fn fixtures() -> Vec<(String, Value)> {
    let mut fixtures = Vec::new();
    let mut folders = vec![Path::new("tests/rules").to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml")
                && path.parent() != Some(Path::new("tests/rules"))
            {
                let bytes = std::fs::read(&path).unwrap();
                let first = hostfit::manifests::documents(&bytes).next().unwrap();
                fixtures.push((path.display().to_string(), first.content.unwrap()));
            }
        }
    }
    fixtures.sort_by(|a, b| a.0.cmp(&b.0));
    fixtures
}

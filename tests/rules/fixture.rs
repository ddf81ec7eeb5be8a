//! A fixture as it is read from its file.

use std::fs;
use std::path::PathBuf;

use hostfit::storage::Stored;
use hostfit::workload::{Kind, Workload};
use serde_json::Value;

pub(crate) const ROOT: &str = "tests/rules";

/// A manifest and what is expected of it.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// Where it stands.
    pub(crate) name: String,
    /// The OS that it is judged on.
    pub(crate) os: String,
    /// The findings of its rule, as `SEVERITY FIELD`.
    pub(crate) finds: Vec<String>,
    /// The manifest.
    pub(crate) object: Value,
    /// The same as the core reads it.
    pub(crate) workload: Workload,
    /// The volumes, claims and StorageClasses beside it.
    pub(crate) storage: Stored,
}

/// All fixtures of a rule on one side, `pass` or `fail`, in the order of their names.
pub(crate) fn fixtures(rule: &str, side: &str) -> Vec<Fixture> {
    let folder = PathBuf::from(ROOT).join(rule).join(side);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file).unwrap();
            read(&file.display().to_string(), &text)
        })
        .collect()
}

fn read(name: &str, text: &str) -> Fixture {
    let stated = |key: &str| -> Vec<String> {
        let lines = text.lines();
        lines
            .filter_map(|line| line.strip_prefix(key))
            .map(|said| said.trim().to_owned())
            .collect()
    };
    let systems = stated("# os:");
    assert_eq!(systems.len(), 1, "{name} names one OS");
    let (object, storage) = objects(name, text);
    Fixture {
        name: name.to_owned(),
        os: systems[0].clone(),
        finds: stated("# finds:"),
        workload: workload(name, &object),
        object,
        storage,
    }
}

/// A manifest as JSON, and what stands beside it.
pub(crate) fn objects(name: &str, yaml: &str) -> (Value, Stored) {
    let mut documents = yaml.split("\n---\n").map(|document| -> Value {
        serde_saphyr::from_str(document).unwrap_or_else(|e| panic!("{name}: {e}"))
    });
    let object = documents.next().unwrap();
    let mut storage = Stored::default();
    for other in documents {
        match other["kind"].as_str().unwrap() {
            "PersistentVolume" => storage.add_volume(serde_json::from_value(other).unwrap()),
            "PersistentVolumeClaim" => storage.add_claim(serde_json::from_value(other).unwrap()),
            "StorageClass" => storage.add_class(serde_json::from_value(other).unwrap()),
            kind => panic!("{name}: {kind}"),
        }
    }
    (object, storage)
}

fn workload(name: &str, object: &Value) -> Workload {
    let kind = object["kind"].as_str().unwrap();
    let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
    let kind = kind.unwrap_or_else(|| panic!("{name} is of a kind that carries a pod"));
    let mut workload =
        Workload::deserialize(kind, object).unwrap_or_else(|e| panic!("{name}: {e}"));
    "default".clone_into(&mut workload.namespace);
    workload
}

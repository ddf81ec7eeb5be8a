//! Every recorded AdmissionReview has a golden answer: bytes in, bytes out, through the whole core.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads its files and fails loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hostfit::inventory::node::NodeObject;
use hostfit::inventory::{Inventory, Node};
use hostfit::judge::{World, judge};
use hostfit::os::Catalogue;
use hostfit::policy::Policy;
use hostfit::review::{Review, respond};
use hostfit::storage::Storage;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct List {
    items: Vec<NodeObject>,
}

fn inventory(folder: &Path) -> Inventory {
    let yaml = fs::read_to_string(folder.join("nodes.yaml")).unwrap();
    let list: List = serde_saphyr::from_str(&yaml).unwrap();
    list.items
        .into_iter()
        .map(|node| Node::new(node, Catalogue::built_in()))
        .collect()
}

#[test]
fn every_recorded_review_has_its_golden_answer() {
    let folder = Path::new("tests/reviews");
    let inventory = inventory(folder);
    let namespaces = Namespaces::new();
    let policy = Policy::default();
    let world = World {
        inventory: &inventory,
        namespaces: &namespaces,
        runtime_classes: &RuntimeClasses::new(),
        storage: Storage::NONE,
        policy: &policy,
        own_namespace: "hostfit-system",
        today: date(2026, 11, 24),
    };

    let mut answers: BTreeMap<String, Value> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let review = Review::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let decision = judge(&review, &world).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut answer: Value = serde_json::from_slice(&respond(&review.uid, &decision)).unwrap();
        let response = answer["response"].as_object_mut().unwrap();
        assert_eq!(
            response.remove("uid").unwrap(),
            *review.uid,
            "{name}: the uid comes back"
        );
        if let Some(passed) = decision.passed {
            response.insert("(passed unjudged)".to_owned(), format!("{passed:?}").into());
        }
        answers.insert(name, answer["response"].take());
    }
    assert_eq!(answers.len(), 37, "all recorded reviews are here");
    insta::assert_yaml_snapshot!(answers);
}

//! `check` and the webhook give the same findings and the same decision for the same object: every manifest and review of the tests, in
//! several worlds.

use std::path::{Path, PathBuf};

use hostfit::cluster::read;
use hostfit::decision::Passed;
use hostfit::inventory::{Inventory, Origin};
use hostfit::judge::{World, ahead, judge};
use hostfit::manifests::{self, Manifest, Reading, Source, documents, objects};
use hostfit::os::Catalogue;
use hostfit::policy::Policy;
use hostfit::review::Review;
use hostfit::storage::Stored;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use hostfit::workload::{Kind, Workload};
use jiff::civil::date;
use serde_json::{Value, json};

/// Configurations: as it comes, stricter, laxer, and with exemptions, one of which ends soon.
const CONFIGS: [&str; 4] = [
    "",
    "onMixed: deny",
    "mode: audit\nstrictness: compatible",
    "strictness: compatible\nexemptions:\n  - {name: e, reason: r, expires: 2026-11-30, match: {kinds: [Pod, DaemonSet]}, rules: [host-pid, host-path]}",
];

fn policy(rest: &str) -> Policy {
    Policy::parse(&format!("apiVersion: hostfit.dev/v1\nkind: Config\n{rest}")).unwrap()
}

/// The nodes of the reviews, and for each OS a cluster that has a pool of it and no other.
fn inventories() -> Vec<Inventory> {
    let nodes = std::fs::read("tests/reviews/nodes.yaml").unwrap();
    let read = read(
        [("nodes".to_owned(), nodes.as_slice())],
        Catalogue::built_in(),
    )
    .unwrap();
    let of_one = Catalogue::built_in().iter().map(|os| {
        let policy = policy(&format!("pools: [{{name: one, os: {}}}]", os.id));
        let mut inventory = Inventory::default();
        inventory.set_pools(Origin::Declared, policy.pools().to_vec());
        inventory
    });
    std::iter::once(read.inventory).chain(of_one).collect()
}

/// Every YAML file of a folder and the folders below it.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            found.push(path);
        }
    }
}

/// A workload as `check` reads it, and the object as the API server would send it.
fn cases() -> Vec<(Manifest, Value, Stored)> {
    let mut paths = Vec::new();
    for folder in ["tests/rules", "tests/corpus", "tests/breakages", "examples"] {
        files(Path::new(folder), &mut paths);
    }
    let mut cases = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let raw = documents(&bytes)
            .filter_map(|document| document.content.ok())
            .flat_map(objects)
            .filter(|object| {
                let group = object
                    .api_version
                    .split_once('/')
                    .map_or("", |(group, _)| group);
                Kind::from_api(group, &object.kind).is_some()
            });
        let read = manifests::load(&[Source::Path(path)], Reading::default());
        let storage = read.facts.storage;
        let read = read.workloads.into_iter().zip(raw);
        cases.extend(read.map(|(manifest, raw)| (manifest, raw.value, storage.clone())));
    }
    cases
}

/// What the webhook makes of a review, beside what `check` makes of its object. False where the webhook does not look at it.
pub(crate) fn agree(review: &[u8], workload: &Workload, world: &World) -> bool {
    let review = Review::parse(review).unwrap();
    let decision = judge(&review, world).unwrap();
    if let Some(passed) = decision.passed {
        assert!(
            matches!(
                passed,
                Passed::Controlled | Passed::Mirror | Passed::NotOurs
            ),
            "{passed:?}"
        );
        return false;
    }
    let outlook = ahead::judge(workload, None, world);
    let name = format!("{} {}/{}", workload.kind, workload.namespace, workload.name);
    let (ours, theirs) = (&outlook.findings, &decision.findings);
    assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"), "{name}");
    let placement = decision.placement.as_ref().unwrap();
    assert_eq!(
        format!("{:?}", outlook.placement),
        format!("{placement:?}"),
        "{name}"
    );
    // A workload that makes pods is warned of what its pods would be denied.
    let expected = match outlook.decision.as_str() {
        "deny" if workload.kind != Kind::Pod => "warn",
        other => other,
    };
    assert_eq!(decision.verdict.as_str(), expected, "{name}");
    true
}

pub(crate) fn create(manifest: &Manifest, object: &Value) -> Vec<u8> {
    let workload = &manifest.workload;
    let group = manifest
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u", "kind": {"group": group, "version": "v1", "kind": workload.kind.as_str()}, "namespace": workload.namespace,
        "operation": "CREATE", "object": object}});
    serde_json::to_vec(&review).unwrap()
}

/// Runs something in every world.
pub(crate) fn in_every_world(storage: &Stored, mut act: impl FnMut(&World)) {
    for config in CONFIGS {
        for inventory in inventories() {
            act(&World {
                inventory: &inventory,
                namespaces: &Namespaces::new(),
                runtime_classes: &RuntimeClasses::new(),
                storage: storage.view(),
                policy: &policy(config),
                own_namespace: "hostfit-system",
                today: date(2026, 11, 24),
            });
        }
    }
}

#[test]
fn for_every_manifest() {
    let cases = cases();
    assert!(cases.len() > 150, "{} manifests", cases.len());
    let none = Stored::default();
    let mut worlds = 0;
    in_every_world(&none, |world| {
        worlds += 1;
        for (manifest, object, storage) in &cases {
            let world = World {
                storage: storage.view(),
                ..*world
            };
            assert!(agree(&create(manifest, object), &manifest.workload, &world));
        }
    });
    assert!(worlds > 40, "{worlds} worlds");
}

#[test]
fn for_every_recorded_creation() {
    let mut seen = 0;
    for entry in std::fs::read_dir("tests/reviews").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let review: Value = serde_json::from_slice(&bytes).unwrap();
        let request = &review["request"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = Kind::from_api(
            &text(&request["kind"]["group"]),
            &text(&request["kind"]["kind"]),
        );
        let (Some(kind), "CREATE", true) = (
            kind,
            text(&request["operation"]).as_str(),
            request["subResource"].is_null(),
        ) else {
            continue;
        };
        let mut workload = Workload::deserialize(kind, &request["object"]).unwrap();
        workload.namespace = text(&request["namespace"]);
        in_every_world(&Stored::default(), |world| {
            seen += usize::from(agree(&bytes, &workload, world));
        });
    }
    assert!(seen > 500, "{seen} reviews");
}

/// What is found on an assumed OS is what is found in a cluster of that OS alone, wherever the workload could land there.
#[test]
fn an_assumed_os_is_like_a_cluster_of_it() {
    let cases = cases();
    let policy = policy("");
    let mut compared = 0;
    for os in Catalogue::built_in().iter() {
        let pools = self::policy(&format!("pools: [{{name: one, os: {}}}]", os.id));
        let mut inventory = Inventory::default();
        inventory.set_pools(Origin::Declared, pools.pools().to_vec());
        for (manifest, _, storage) in &cases {
            let world = World {
                inventory: &inventory,
                namespaces: &Namespaces::new(),
                runtime_classes: &RuntimeClasses::new(),
                storage: storage.view(),
                policy: &policy,
                own_namespace: "",
                today: date(2026, 11, 24),
            };
            let landed = ahead::judge(&manifest.workload, None, &world);
            if landed.placement.pools.is_empty() {
                continue;
            }
            let assumed = ahead::judge(&manifest.workload, Some(std::slice::from_ref(os)), &world);
            let name = format!("{} on {}", manifest.workload.name, os.id);
            let (ours, theirs) = (&assumed.findings, &landed.findings);
            assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"), "{name}");
            assert_eq!(assumed.decision, landed.decision);
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared} pairs");
}

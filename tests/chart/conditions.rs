//! Two surfaces that must not drift: what the matchConditions let through to Hostfit, and what Hostfit finds. A pod that a rule speaks of
//! and a condition hides would be admitted unjudged; one that is sent for nothing costs its author time, and an outage could hurt it.
//!
//! The expressions are the chart's; here a CEL library evaluates them, in `live` the API server does.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use cel::{Context, Env, Program, Value as CelValue};
use hostfit::decision::Decision;
use hostfit::inventory::{Inventory, Node};
use hostfit::judge::{World, judge};
use hostfit::policy::Policy;
use hostfit::review::Review;
use hostfit::rules::RULES;
use hostfit::storage::{Storage, Stored};
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{NODE, creation, creation_of_pod, touch, update};
use crate::helm::{render, repository, the};

/// The matchConditions of a webhook, compiled.
struct Conditions(Vec<(String, Program)>);

/// Those of both webhooks under some values.
struct Webhooks {
    pods: Conditions,
    workloads: Conditions,
}

static WEBHOOKS: LazyLock<Webhooks> = LazyLock::new(|| Webhooks::under(&[]));
/// Where the volumes of claims are looked at.
static OF_CLAIMS: LazyLock<Webhooks> =
    LazyLock::new(|| Webhooks::under(&["rules.hostVolume=true"]));

impl Webhooks {
    fn under(settings: &[&str]) -> Self {
        Self {
            pods: Conditions::of("pods.hostfit.dev", settings),
            workloads: Conditions::of("workloads.hostfit.dev", settings),
        }
    }

    /// Whether the API server would call Hostfit for this review.
    fn call(&self, review: &Value) -> bool {
        let request = &review["request"];
        match request["kind"]["kind"].as_str() {
            Some("Pod") => self.pods.hold(request),
            _ => self.workloads.hold(request),
        }
    }
}

impl Conditions {
    fn of(webhook: &str, settings: &[&str]) -> Self {
        let objects = render(settings);
        let webhooks = &the("ValidatingWebhookConfiguration", &objects)["webhooks"];
        let mut webhooks = webhooks.as_array().unwrap().iter();
        let webhook = webhooks.find(|found| found["name"] == webhook).unwrap();
        let compile = |condition: &Value| {
            let expression = condition["expression"].as_str().unwrap();
            let program = Env::stdlib().compile(expression).unwrap();
            (condition["name"].as_str().unwrap().to_owned(), program)
        };
        Self(
            webhook["matchConditions"]
                .as_array()
                .unwrap()
                .iter()
                .map(compile)
                .collect(),
        )
    }

    /// All must be true. None may fail: that would leave it to the failure policy.
    fn hold(&self, request: &Value) -> bool {
        let mut context = Context::default();
        for (name, value) in [
            ("request", request),
            ("object", &request["object"]),
            ("oldObject", &request["oldObject"]),
        ] {
            context.add_variable(name, value).unwrap();
        }
        let holds = |(name, program): &(String, Program)| match program.execute(&context) {
            Ok(CelValue::Bool(holds)) => holds,
            other => panic!("{name} gives {other:?} for {request}"),
        };
        // Every one is evaluated, as the API server does: a false one must not hide that another fails.
        let answers: Vec<bool> = self.0.iter().map(holds).collect();
        answers.into_iter().all(|holds| holds)
    }
}

/// Whether the API server would call Hostfit for this review, by default.
pub(crate) fn is_called(review: &Value) -> bool {
    WEBHOOKS.call(review)
}

/// Of an OS that lacks all that a pod can ask for: every rule speaks there.
static LACKS_ALL: LazyLock<Policy> = LazyLock::new(|| {
    let lacks = |kind: &str| json!({"kind": kind, "name": "*", "present": "no", "because": "it is missing", "source": "s", "confidence": "cited"});
    let features = ["runtime-class", "device", "kernel-module", "flex-volume"].map(lacks);
    let entry = json!([{
        "id": "azure-container-linux",
        "appArmor": {"present": "no", "source": "s", "confidence": "cited"},
        "seLinux": {"mode": "enforcing", "definedTypes": ["only_t"], "source": "s", "confidence": "cited"},
        "features": features,
    }]);
    Policy::parse(&json!({"operatingSystems": entry}).to_string()).unwrap()
});

/// What Hostfit would answer, in a cluster of one immutable node.
fn decide(review: &Value) -> Decision {
    decide_with(Storage::NONE, review)
}

/// The same where it looks at the volumes of claims.
fn decide_on_claims(review: &Value) -> Decision {
    let mut stored = Stored::default();
    for (name, spec) in [
        ("hostPath", json!({"hostPath": {"path": "/usr"}})),
        ("disk", json!({"local": {"path": "/mnt"}})),
    ] {
        let volume = json!({"metadata": {"name": name}, "spec": spec});
        stored.add_volume(serde_json::from_value(volume).unwrap());
        let claim =
            json!({"metadata": {"name": name, "namespace": "team"}, "spec": {"volumeName": name}});
        stored.add_claim(serde_json::from_value(claim).unwrap());
    }
    let waiting = json!({"metadata": {"name": "waiting", "namespace": "team"}, "spec": {}});
    stored.add_claim(serde_json::from_value(waiting).unwrap());
    for (name, provisioner) in [
        ("local", "rancher.io/local-path"),
        ("managed", "disk.csi.azure.com"),
    ] {
        let default =
            json!({"storageclass.kubernetes.io/is-default-class": (name == "local").to_string()});
        let class =
            json!({"metadata": {"name": name, "annotations": default}, "provisioner": provisioner});
        stored.add_class(serde_json::from_value(class).unwrap());
    }
    decide_with(stored.view(), review)
}

fn decide_with(storage: Storage, review: &Value) -> Decision {
    let node = json!({"metadata": {"name": NODE, "labels": {"kubernetes.azure.com/os-sku": "AzureContainerLinux"}}});
    let node = Node::new(serde_json::from_value(node).unwrap(), LACKS_ALL.catalogue());
    let world = World {
        inventory: &Inventory::from_iter([node]),
        namespaces: &Namespaces::new(),
        runtime_classes: &RuntimeClasses::new(),
        storage,
        policy: &LACKS_ALL,
        own_namespace: "hostfit-system",
        today: date(2026, 11, 24),
    };
    let bytes = serde_json::to_vec(review).unwrap();
    judge(&Review::parse(&bytes).unwrap(), &world).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// On creation the two agree exactly, but for a profile of AppArmor that something else in the pod overrides.
    #[test]
    fn a_creation_is_called_for_if_and_only_if_something_is_found(review in creation()) {
        let found = !decide(&review).findings.is_empty();
        let overrides = review.to_string().to_lowercase().contains("unconfined");
        let called = is_called(&review);
        prop_assert!(called || !found);
        prop_assert!(found || !called || overrides);
    }

    /// An update may be called for and found no worse than before, never the other way round.
    #[test]
    fn an_update_that_something_is_found_in_is_called_for(review in update()) {
        prop_assert!(is_called(&review) || decide(&review).findings.is_empty());
    }

    /// What is behind a claim no condition can see: a pod with one may be called for in vain.
    #[test]
    fn where_claims_count_whatever_is_found_in_them_is_called_for(review in prop_oneof![creation(), update()]) {
        prop_assert!(OF_CLAIMS.call(&review) || decide_on_claims(&review).findings.is_empty());
        prop_assert!(OF_CLAIMS.call(&review) || !is_called(&review));
    }

    /// What runs is not held up by an outage: its finalizers, labels and owners change without a call.
    #[test]
    fn an_update_of_metadata_is_never_called_for(review in touch()) {
        prop_assert!(!is_called(&review));
        prop_assert!(decide(&review).findings.is_empty());
    }
}

/// An ordinary pod is spared the call in any case, and a claim only by default.
#[test]
fn claims_are_called_for_where_they_count() {
    let pod = |volume: Value| {
        creation_of_pod(&json!({"metadata": {"name": "x"}, "spec": {"volumes": [volume]}}))
    };
    let set = |templates: Value| {
        let mut review = pod(json!({}));
        review["request"]["kind"] =
            json!({"group": "apps", "version": "v1", "kind": "StatefulSet"});
        review["request"]["object"] = json!({"metadata": {"name": "x"}, "spec": {"template": {"spec": {}}, "volumeClaimTemplates": templates}});
        review
    };
    let template = json!({"metadata": {"name": "data"}, "spec": {"storageClassName": "local"}});
    for (review, expected) in [
        (pod(json!({"name": "v", "emptyDir": {}})), false),
        (
            pod(json!({"name": "v", "persistentVolumeClaim": {"claimName": "disk"}})),
            true,
        ),
        (
            pod(json!({"name": "v", "ephemeral": {"volumeClaimTemplate": template}})),
            true,
        ),
        (set(json!([])), false),
        (set(json!([template])), true),
    ] {
        assert!(!is_called(&review), "{review}");
        assert_eq!(OF_CLAIMS.call(&review), expected, "{review}");
        assert_eq!(
            !decide_on_claims(&review).findings.is_empty(),
            expected,
            "{review}"
        );
        assert!(decide(&review).findings.is_empty(), "{review}");
    }
}

/// The generated pods and workloads are worth something only if every rule finds something in them.
#[test]
fn every_rule_speaks_of_some_creation() {
    let mut runner = TestRunner::deterministic();
    let mut silent: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    for _ in 0..1000 {
        let review = creation().new_tree(&mut runner).unwrap().current();
        for judged in decide_on_claims(&review).findings {
            silent.remove(judged.finding.rule);
        }
    }
    assert_eq!(silent, BTreeSet::new());
}

/// Requests as a real API server sent them, with everything that it fills in.
#[test]
fn recorded_reviews_are_called_for_if_something_is_found() {
    let mut seen = 0;
    for entry in std::fs::read_dir(repository().join("tests/reviews")).unwrap() {
        let file = entry.unwrap().path();
        let Some(review) = recorded(&file) else {
            continue;
        };
        let called = is_called(&review);
        assert!(
            called || decide(&review).findings.is_empty(),
            "{}",
            file.display()
        );
        seen += usize::from(called);
    }
    assert!(seen > 10, "{seen} recorded reviews use the host");
}

/// A review of a kind that our webhooks have rules for.
fn recorded(file: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(file)
        .ok()
        .filter(|_| file.extension().is_some_and(|e| e == "json"))?;
    let review: Value = serde_json::from_str(&text).unwrap();
    (review["request"]["kind"]["kind"] != "Binding").then_some(review)
}

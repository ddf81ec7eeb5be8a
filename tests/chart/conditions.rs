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
use hostfit::os::Catalogue;
use hostfit::os::file::Entry;
use hostfit::policy::Policy;
use hostfit::review::Review;
use hostfit::rules::RULES;
use hostfit::workload::admitted::RuntimeClasses;
use hostfit::workload::namespace::Namespaces;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{NODE, creation, touch, update};
use crate::helm::{render, repository, the};

/// The matchConditions of a webhook, compiled.
struct Conditions(Vec<(String, Program)>);

static PODS: LazyLock<Conditions> = LazyLock::new(|| Conditions::of("pods.hostfit.dev"));
static WORKLOADS: LazyLock<Conditions> = LazyLock::new(|| Conditions::of("workloads.hostfit.dev"));

impl Conditions {
    fn of(webhook: &str) -> Self {
        let objects = render(&[]);
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

/// Whether the API server would call Hostfit for this review.
pub(crate) fn is_called(review: &Value) -> bool {
    let request = &review["request"];
    match request["kind"]["kind"].as_str() {
        Some("Pod") => PODS.hold(request),
        _ => WORKLOADS.hold(request),
    }
}

/// An OS that lacks all that a pod can ask for: every rule speaks there.
static LACKS_ALL: LazyLock<Catalogue> = LazyLock::new(|| {
    let lacks = |kind: &str| json!({"kind": kind, "name": "*", "present": "no", "because": "it is missing", "source": "s", "confidence": "cited"});
    let features = ["runtime-class", "device", "kernel-module", "flex-volume"].map(lacks);
    let entry = json!([{
        "id": "azure-container-linux",
        "appArmor": {"present": "no", "source": "s", "confidence": "cited"},
        "seLinux": {"mode": "enforcing", "definedTypes": ["only_t"], "source": "s", "confidence": "cited"},
        "features": features,
    }]);
    let entries: Vec<Entry> = serde_json::from_value(entry).unwrap();
    Catalogue::built_in().with(entries).unwrap()
});

/// What Hostfit would answer, in a cluster of one immutable node.
fn decide(review: &Value) -> Decision {
    let node = json!({"metadata": {"name": NODE, "labels": {"kubernetes.azure.com/os-sku": "AzureContainerLinux"}}});
    let node = Node::new(serde_json::from_value(node).unwrap(), &LACKS_ALL);
    let world = World {
        inventory: &Inventory::from_iter([node]),
        namespaces: &Namespaces::new(),
        runtime_classes: &RuntimeClasses::new(),
        policy: &Policy::default(),
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

    /// What runs is not held up by an outage: its finalizers, labels and owners change without a call.
    #[test]
    fn an_update_of_metadata_is_never_called_for(review in touch()) {
        prop_assert!(!is_called(&review));
        prop_assert!(decide(&review).findings.is_empty());
    }
}

/// The generated pods and workloads are worth something only if every rule finds something in them.
#[test]
fn every_rule_speaks_of_some_creation() {
    let mut runner = TestRunner::deterministic();
    let mut silent: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    for _ in 0..1000 {
        let review = creation().new_tree(&mut runner).unwrap().current();
        for judged in decide(&review).findings {
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

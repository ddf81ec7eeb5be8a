//! The remedies: what `hostfit explain` shows as before and after, judged in a cluster with one node of every system.

use hostfit::os::Profile;
use hostfit::rules::{RULES, Rule};

use super::fixture::objects;
use super::systems::{catalogue, judge_among};

/// How often a rule finds something in a manifest.
fn count(rule: &Rule, manifest: &str) -> usize {
    let systems: Vec<&Profile> = catalogue()
        .iter()
        .map(AsRef::as_ref)
        .filter(|os: &&Profile| !os.recognise.sku.globs().is_empty())
        .collect();
    let (object, storage) = objects(rule.id, manifest);
    let decision = judge_among(&systems, &object, storage.view(), "strict");
    let judged = decision.findings.iter();
    judged
        .filter(|judged| judged.finding.rule == rule.id)
        .count()
}

#[test]
fn a_rule_finds_something_before_its_remedy_and_nothing_after() {
    for rule in RULES {
        assert_ne!(count(rule, rule.before), 0, "{} before", rule.id);
        assert_eq!(count(rule, rule.after), 0, "{} after", rule.id);
    }
}

#[test]
fn nothing_else_is_found_after_a_remedy() {
    for rule in RULES {
        for other in RULES {
            assert_eq!(
                count(other, rule.after),
                0,
                "{} after {}",
                other.id,
                rule.id
            );
        }
    }
}

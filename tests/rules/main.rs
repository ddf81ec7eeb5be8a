//! Every rule by its fixtures: pods and workloads that it finds something in (`RULE/fail`) and that it has nothing to say of (`RULE/pass`).
//!
//! A fixture is a manifest that begins with comments: why it is there, `# os: ID`, and for each expected finding of its rule
//! `# finds: SEVERITY FIELD`. The remedies of `hostfit explain` are proved here too.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads its files and fails loudly"
)]

mod fixture;
mod messages;
mod remedies;
mod systems;

use std::collections::BTreeSet;
use std::fs;

use hostfit::rules::{RULES, run};

use self::fixture::{Fixture, ROOT, fixtures};

#[test]
fn every_rule_has_fixtures_that_pass_and_fail_and_every_folder_a_rule() {
    let folders: BTreeSet<String> = fs::read_dir(ROOT)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(folders, rules);
    for rule in RULES {
        for side in ["pass", "fail"] {
            assert!(!fixtures(rule.id, side).is_empty(), "{}/{side}", rule.id);
        }
    }
}

#[test]
fn a_rule_finds_in_every_fixture_what_it_says_and_no_more() {
    for rule in RULES {
        for side in ["pass", "fail"] {
            for fixture in fixtures(rule.id, side) {
                let name = &fixture.name;
                assert_eq!(found(&fixture, rule.id), fixture.finds, "{name}");
                assert_eq!(side == "fail", !fixture.finds.is_empty(), "{name}");
            }
        }
    }
}

/// The findings of one rule on the OS of the fixture, as `SEVERITY FIELD`.
fn found(fixture: &Fixture, rule: &str) -> Vec<String> {
    let os = systems::catalogue().by_id(&fixture.os);
    let os = os.unwrap_or_else(|| panic!("{}: os {}", fixture.name, fixture.os));
    let storage = fixture.storage.view();
    let volumes = storage.volumes_of(&fixture.workload);
    run(&fixture.workload, &volumes, std::slice::from_ref(os))
        .into_iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{} {}", finding.severity.as_str(), finding.field))
        .collect()
}

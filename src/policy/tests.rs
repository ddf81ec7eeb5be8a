//! What holds in a namespace.

use rstest::rstest;

use super::*;

fn settings(labels_mean: &str, label: &str) -> Settings {
    let yaml = format!(
        "{{mode: audit, namespaceLabels: {labels_mean}, namespaces: [{{names: ['team-*'], mode: enforce}}]}}"
    );
    let policy = Policy::parse(&yaml).expect("a valid configuration");
    let labels = BTreeMap::from([(MODE_LABEL.to_owned(), label.to_owned())]);
    policy.settings("prod", &labels)
}

#[rstest]
#[case("true", "enforce", Mode::Enforce)]
#[case("true", "off", Mode::Off)]
#[case("tighten", "enforce", Mode::Enforce)]
#[case("tighten", "off", Mode::Audit)]
#[case("false", "enforce", Mode::Audit)]
fn a_label_changes_the_mode_as_far_as_it_may(
    #[case] labels: &str,
    #[case] label: &str,
    #[case] mode: Mode,
) {
    assert_eq!(settings(labels, label).mode, mode);
}

#[test]
fn a_label_that_is_no_mode_is_a_complaint_and_changes_nothing() {
    let settings = settings("true", "enforec");
    assert_eq!(settings.mode, Mode::Audit);
    assert_eq!(
        settings.complaints,
        ["namespace label hostfit.dev/mode=enforec is none of off, audit, enforce: it is ignored"]
    );
}

#[rstest]
#[case("team-a", Mode::Enforce)]
#[case("team", Mode::Audit)]
fn the_first_namespace_rule_that_matches_holds(#[case] namespace: &str, #[case] mode: Mode) {
    let policy = Policy::parse("{mode: audit, namespaces: [{names: ['team-*'], mode: enforce}, {names: ['*'], mode: audit}]}").expect("valid");
    assert_eq!(policy.settings(namespace, &BTreeMap::new()).mode, mode);
}

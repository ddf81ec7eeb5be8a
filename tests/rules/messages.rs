//! What people read of each finding: what, where, on which OS, why, what to do; and all of it in two lines.

use hostfit::decision::{Decision, Verdict};
use hostfit::findings::Severity;
use hostfit::message::in_full;
use hostfit::rules::RULES;
use serde_json::Value;

use super::fixture::{Fixture, fixtures};
use super::systems::{catalogue, judge_among};

/// A line of a wide terminal.
const LINE: usize = 180;

/// Every fixture that fails and carries a pod of its own, with its rule.
fn failing() -> impl Iterator<Item = (&'static str, Fixture)> {
    RULES.iter().flat_map(|rule| {
        let fixtures = fixtures(rule.id, "fail").into_iter();
        fixtures.map(|fixture| (rule.id, fixture))
    })
}

fn judge(fixture: &Fixture, object: &Value, strictness: &str) -> Decision {
    let os = catalogue().by_id(&fixture.os).unwrap();
    judge_among(&[os], object, fixture.storage.view(), strictness)
}

#[test]
fn a_finding_takes_two_lines_at_most_and_says_what_and_why() {
    let mut seen = 0;
    for (rule, fixture) in failing() {
        for judged in &judge(&fixture, &fixture.object, "strict").findings {
            let finding = &judged.finding;
            let name = &fixture.name;
            let text = in_full(finding);
            assert!(
                text.chars().count() <= 2 * LINE && !text.contains('\n'),
                "{name}: {text}"
            );
            assert!(
                text.starts_with(&format!("{}: ", finding.rule)),
                "{name}: {text}"
            );
            assert!(
                text.contains(&finding.detail) && text.contains(&finding.reason),
                "{text}"
            );
            assert!(
                !finding.detail.is_empty() && !finding.reason.is_empty(),
                "{name}"
            );
            assert!(
                !finding.remedy.is_empty() && finding.remedy.len() <= LINE,
                "{name}"
            );
            seen += usize::from(finding.rule == rule);
        }
    }
    assert!(seen > RULES.len());
}

#[test]
fn a_denial_names_field_os_reason_and_remedy() {
    let mut seen = 0;
    for (_, fixture) in failing().filter(|(_, fixture)| fixture.object["kind"] == "Pod") {
        let decision = judge(&fixture, &fixture.object, "compatible");
        let Verdict::Deny { message, causes } = &decision.verdict else {
            continue;
        };
        let title = &catalogue().by_id(&fixture.os).unwrap().title;
        assert!(
            message.starts_with(&format!("pod default/p cannot run on {title}")),
            "{message}"
        );
        for judged in decision
            .findings
            .iter()
            .filter(|j| j.finding.severity > Severity::Note)
        {
            let finding = &judged.finding;
            for part in [
                finding.rule,
                &finding.detail,
                &finding.reason,
                finding.remedy.as_ref(),
            ] {
                assert!(message.contains(part), "{part:?} in {message}");
            }
            assert!(
                causes.iter().any(|cause| cause.field == finding.field),
                "{causes:?}"
            );
        }
        seen += 1;
    }
    assert!(seen > 8, "{seen} pods are denied");
}

#[test]
fn a_warning_names_os_reason_and_remedy_in_two_lines() {
    let (mut seen, mut remedies) = (0, 0);
    for (rule, fixture) in failing() {
        let decision = judge(&fixture, &fixture.object, "compatible");
        if decision.verdict != Verdict::Warn {
            continue;
        }
        let title = &catalogue().by_id(&fixture.os).unwrap().title;
        for warning in &decision.warnings {
            assert!(
                warning.chars().count() <= 256 && !warning.contains('\n'),
                "{warning}"
            );
            assert!(warning.contains(title.as_str()), "{warning}");
        }
        // Only a long path or name of its owner's makes a warning so long that it is cut.
        let told = |finding: &hostfit::findings::Finding| {
            decision.warnings.iter().any(|warning| {
                let is_cut = warning.ends_with('…');
                warning.contains(&format!("{}: {}", finding.rule, finding.detail))
                    && (is_cut || warning.contains(&finding.reason))
            })
        };
        remedies += decision
            .warnings
            .iter()
            .filter(|w| w.contains("to fix it: "))
            .count();
        for judged in decision
            .findings
            .iter()
            .filter(|j| j.finding.severity > Severity::Note)
        {
            assert!(
                told(&judged.finding),
                "{:?} of {rule} in {:?}",
                judged.finding.detail,
                decision.warnings
            );
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen} findings are warned of");
    assert!(remedies > 0, "there is never room for a remedy");
}

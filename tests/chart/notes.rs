//! What an operator reads after `helm install`: the mode, what an outage does, and how to switch Hostfit off.

use crate::helm::{NAMESPACE, RELEASE, chart, command};

/// The notes as a person sees them, without line breaks.
fn notes(settings: &[&str]) -> String {
    let mut helm = command("helm");
    helm.args([
        "install",
        RELEASE,
        "--dry-run=client",
        "--namespace",
        NAMESPACE,
    ])
    .arg(chart());
    for setting in settings {
        helm.args(["--set", setting]);
    }
    let output = helm.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (_, notes) = said.split_once("NOTES:\n").unwrap();
    notes.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_says(settings: &[&str], sentences: &[&str]) {
    let notes = notes(settings);
    for sentence in sentences {
        assert!(
            notes.contains(sentence),
            "{settings:?}: {sentence:?} is not in: {notes}"
        );
    }
}

const SWITCH_OFF: &str = "To switch it off at once, for the whole cluster: kubectl delete validatingwebhookconfiguration hostfit";

#[test]
fn bindings_that_are_judged_are_a_word_worth() {
    assert_says(
        &["bindings.mode=deny"],
        &[
            "Bindings deny: each time the scheduler gives a pod a node, it waits for Hostfit. A pod that is refused its node stays Pending",
            SWITCH_OFF,
        ],
    );
    assert!(!notes(&[]).contains("Bindings"));
}

#[test]
fn by_default_an_outage_admits() {
    assert_says(
        &[],
        &[
            "Mode enforce: a pod that does not fit any node it could land on is refused; where only some nodes are unfit, its author is warned.",
            "Failure policy Ignore: while no replica answers, EVERY POD IS ADMITTED UNJUDGED.",
            "--reuse-values --set failurePolicy=Fail",
            SWITCH_OFF,
            "To bring it back, run helm upgrade with your values. To switch",
            "kubectl label namespace NAMESPACE hostfit.dev/mode=off --overwrite",
        ],
    );
}

#[test]
fn under_fail_an_outage_refuses() {
    assert_says(
        &[
            "failurePolicy=Fail",
            "failurePolicyForce=true",
            "onMixed=deny",
        ],
        &[
            "where only some nodes are unfit, it is refused too.",
            "Failure policy Fail: while no replica answers, NEW PODS WITH HOST ACCESS ARE REFUSED",
            SWITCH_OFF,
            "To bring it back, run helm upgrade with your values and --set failurePolicyForce=true.",
            "kubectl rollout restart makes them try at once.",
        ],
    );
}

#[test]
fn other_modes_say_so() {
    assert_says(
        &["mode=audit"],
        &["Mode audit: nothing is refused; authors are warned."],
    );
    assert_says(&["mode=off"], &["Mode off: everything is admitted."]);
}

#[test]
fn labels_that_do_not_count_are_no_way_out() {
    assert_says(
        &["namespaceLabels=tighten"],
        &[
            "Namespace labels do not switch it off here (namespaceLabels: tighten); add a namespace to excludedNamespaces for that.",
        ],
    );
}

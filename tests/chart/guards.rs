//! Settings that would hurt a cluster are refused in a sentence: `templates/_guards.tpl`.

use crate::helm::{refusal, refusal_in, render, the};

/// What a rendering without a cluster needs to get past the question whether Hostfit already serves.
const FORCED_FAIL: [&str; 2] = [r#"failurePolicy="Fail""#, "failurePolicyForce=true"];

#[test]
fn a_namespace_of_its_own() {
    for namespace in ["default", "kube-system"] {
        assert_contains(
            &refusal_in(namespace, &[]),
            &format!(
                "it cannot live in \"{namespace}\": install it into one of its own, with --namespace hostfit-system"
            ),
        );
    }
}

#[test]
fn fail_only_once_it_serves() {
    assert_contains(
        &refusal(&FORCED_FAIL[..1]),
        "Install with failurePolicy Ignore, wait until the Deployment is available, then upgrade with Fail.",
    );
    let objects = render(&FORCED_FAIL);
    assert_eq!(
        the("ValidatingWebhookConfiguration", &objects)["webhooks"][0]["failurePolicy"],
        "Fail"
    );
}

#[test]
fn fail_needs_two_replicas() {
    assert_contains(
        &refusal_of_fail("replicas=1"),
        "failurePolicy Fail needs replicas of 2 or more",
    );
}

#[test]
fn fail_needs_enforce() {
    for mode in ["audit", "off"] {
        assert_contains(
            &refusal_of_fail(&format!("mode={mode:?}")),
            &format!(
                "failurePolicy Fail with mode {mode} would refuse pods, while Hostfit is down, that it never refuses"
            ),
        );
    }
}

/// A selector knows labels, not globs: the webhook cannot leave these namespaces to the one that fails open.
#[test]
fn fail_needs_labels_for_audited_namespaces() {
    for mode in ["audit", "off"] {
        assert_contains(
            &refusal_of_fail(&format!(
                r#"namespaces=[{{"names":["team-*"],"mode":"{mode}"}}]"#
            )),
            &format!(r#"namespaces entry ["team-*"], which has mode {mode}"#),
        );
    }
    render(&[
        FORCED_FAIL[0],
        FORCED_FAIL[1],
        r#"namespaces=[{"names":["team-*"],"mode":"enforce"}]"#,
    ]);
}

#[test]
fn certificates_of_others_are_named() {
    assert_contains(
        &refusal(&[r#"certificates.mode="cert-manager""#]),
        "certificates.mode cert-manager needs certificates.issuerRef.name",
    );
    for half in [
        r#"certificates={"mode":"secret","secretName":"pair"}"#,
        r#"certificates={"mode":"secret","caBundle":"-----BEGIN CERTIFICATE-----\n"}"#,
    ] {
        assert_contains(
            &refusal(&[half]),
            "certificates.mode secret needs certificates.secretName",
        );
    }
}

fn refusal_of_fail(setting: &str) -> String {
    refusal(&[FORCED_FAIL[0], FORCED_FAIL[1], setting])
}

/// `helm` wraps the sentence in its own words, which are its affair.
#[track_caller]
fn assert_contains(message: &str, sentence: &str) {
    assert!(
        message.contains(sentence),
        "{sentence:?} is not in: {message}"
    );
}

//! A new certificate, a new CA and a lost one, while every pod with host access has to wait for an answer over a connection that they protect.

use base64::Engine as _;
use serde_json::{Value, json};

use super::cluster::{eventually, kubectl};
use super::load::under_load;
use super::release;
use super::replica::{self, replicas};

#[test]
fn a_rotation_of_the_certificate_loses_no_call() {
    let (_release, load) = under_load();
    let (before, reviews) = (nothing_under_way(), replica::reviews());
    let from = load.answered();
    rotate("certificate");
    eventually("every replica serves a new certificate", || {
        let now = Trust::settled()?;
        (now.certificate != before.certificate && now.ca == before.ca).then_some(())
    });
    load.answers(300);
    // The replicas are the same as before, so that they can say themselves that every call reached them.
    let answered = load.answered() - from;
    assert!(replica::reviews() - reviews >= f64::from(answered));
    load.stop().nothing_lost("a rotation of the certificate");
}

#[test]
fn a_rotation_of_the_ca_loses_no_call() {
    let (_release, load) = under_load();
    let before = nothing_under_way();
    rotate("ca");
    eventually(
        "every replica serves by a new CA, and none trusts the old one",
        || {
            let now = Trust::settled()?;
            (now.certificate != before.certificate && now.ca != before.ca).then_some(())
        },
    );
    load.answers(300);
    load.stop().nothing_lost("a rotation of the CA");
}

/// The load is the clock: a hundred calls are a second, and each that comes before the repair is lost.
#[test]
fn a_wiped_ca_bundle_is_repaired_within_a_second() {
    let (_release, load) = under_load();
    let before = nothing_under_way();
    let generation_before = generation();
    let wipe = |hook: usize| json!({"op": "remove", "path": format!("/webhooks/{hook}/clientConfig/caBundle")});
    let patch: Vec<Value> = (0..3).map(wipe).collect();
    let patch = Value::from(patch).to_string();
    kubectl(&[
        "patch",
        CONFIGURATION,
        "hostfit",
        "--type=json",
        "--patch",
        &patch,
    ])
    .ok();
    eventually("the bundle is there again", || {
        Trust::settled().filter(|now| *now == before)
    });
    // Once wiped, once repaired: a repair may be too quick for any call to see.
    assert_eq!(generation(), generation_before + 2);
    load.calm();
    assert!(load.stop().only_lost("a wiped caBundle") < 100);
}

const CONFIGURATION: &str = "validatingwebhookconfiguration";

/// How often the webhook configuration was changed.
fn generation() -> u64 {
    let configuration = kubectl(&["get", CONFIGURATION, "hostfit", "-o", "json"]).json();
    configuration["metadata"]["generation"].as_u64().unwrap()
}

/// Asks for a new one, as an operator does.
fn rotate(what: &str) {
    let wish = format!("hostfit.dev/rotate={what}");
    release::kubectl(&["annotate", "secret", "hostfit-tls", &wish]).ok();
}

/// What holds once no rotation is under way. That also means that nobody waits for the replicas that earlier scenarios have replaced.
fn nothing_under_way() -> Trust {
    eventually("no rotation is under way", Trust::settled)
}

/// What Hostfit keeps in its Secret.
#[derive(Debug, PartialEq)]
struct Trust {
    ca: String,
    certificate: String,
    wish: bool,
}

impl Trust {
    /// As it is.
    fn now() -> Self {
        let secret = release::kubectl(&["get", "secret", "hostfit-tls", "-o", "json"]).json();
        Self {
            ca: decoded(&secret["data"]["ca.crt"]),
            certificate: decoded(&secret["data"]["tls.crt"]),
            wish: !secret["metadata"]["annotations"]["hostfit.dev/rotate"].is_null(),
        }
    }

    /// `Some` when nothing is left to do: one CA, which every webhook trusts, and one certificate, which every replica serves.
    fn settled() -> Option<Self> {
        let now = Self::now();
        let hooks = kubectl(&["get", CONFIGURATION, "hostfit", "-o", "json"]).json();
        let mut bundles = hooks["webhooks"]
            .as_array()?
            .iter()
            .map(|hook| decoded(&hook["clientConfig"]["caBundle"]));
        let served = |replica: &replica::Replica| replica.certificate() == now.certificate.trim();
        let settled = !now.wish
            && now.ca.matches("BEGIN CERTIFICATE").count() == 1
            && bundles.all(|bundle| bundle == now.ca)
            && replicas().iter().all(served);
        settled.then_some(now)
    }
}

/// Text that JSON has in base64; empty where there is none.
fn decoded(value: &Value) -> String {
    let bytes =
        base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap_or_default());
    String::from_utf8(bytes.unwrap()).unwrap()
}

//! Why the Secret has to change, in words for the log; part of `plan`. Pure, as that is.

use jiff::Timestamp;

use super::plan::Scene;
use super::secret::{Stored, Wish};
use crate::certificate::ca::Ca;

/// Why a new CA has to be made. `settled`: the last exchange is through.
pub(super) fn new_ca(
    ca: &Ca,
    settled: bool,
    wish: Option<&Wish>,
    now: Timestamp,
) -> Option<String> {
    if ca.life.ended(now) {
        return Some(format!("the CA has expired on {}", ca.life.end));
    }
    // One exchange at a time: a wish waits until the last one is through.
    match wish {
        Some(Wish::Ca) if settled => Some("an operator asked for a new CA".to_owned()),
        _ if settled && now >= ca.life.renewal() => {
            Some("two thirds of the CA's life are over".to_owned())
        }
        _ => None,
    }
}

/// Why a new certificate has to be made by the CA that signs.
pub(super) fn new_leaf(
    scene: &Scene,
    issuer: Option<&Ca>,
    ca: &Ca,
    now: Timestamp,
) -> Option<String> {
    let stored = scene.stored;
    let Some(pair) = &stored.pair else {
        return Some(complaint(stored));
    };
    if pair.life.ended(now) {
        return Some(format!(
            "the serving certificate has expired on {}",
            pair.life.end
        ));
    }
    if issuer.is_none() {
        return Some(format!(
            "no CA in the Secret vouches for the serving certificate as {}",
            scene.name
        ));
    }
    if issuer != Some(ca) {
        return Some("the webhooks trust the new CA".to_owned());
    }
    if stored.wish == Some(Wish::Certificate) {
        return Some("an operator asked for a new certificate".to_owned());
    }
    (now >= pair.life.renewal())
        .then(|| "two thirds of the serving certificate's life are over".to_owned())
}

/// What is wrong with the Secret, in one line.
pub(super) fn complaint(stored: &Stored) -> String {
    if stored.faults.is_empty() {
        "the Secret is empty".to_owned()
    } else {
        format!("the Secret is not whole: {}", stored.faults.join("; "))
    }
}

//! The body of a request to the body of its response: the flow, run on snapshots of what is known, with an answer for whatever goes wrong.
//!
//! Where a uid can be read there is an AdmissionReview to answer with, which the API server takes as it is. Without one only an HTTP error
//! is left, and `failurePolicy` decides.
//!
//! A Binding names a pod that has to be looked at first: it is answered in two steps, `answer` and `with_pod`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::http::StatusCode;

use super::bindings::{Bindings, Unseen};
use super::body::{LONGEST, Unread};
use super::log;
use super::metrics::ReviewLabels;
use super::state::{State, today};
use crate::decision::{Decision, Passed};
use crate::judge::World;
use crate::judge::binding::{self, Asked};
use crate::message::clean_text;
use crate::policy::Mode;
use crate::review::{self, BINDING, Binding, Review, ReviewError};
use crate::storage::Storage;
use crate::workload::Kind;

/// What judges. The handler is given it, so that a test can give one that fails.
pub(super) type Judge = fn(&Review, &World) -> Result<Decision, ReviewError>;

/// What is sent back.
#[derive(Debug)]
pub(super) enum Answer {
    /// An AdmissionReview.
    Review(Vec<u8>),
    /// An HTTP error with a text.
    Error(StatusCode, String),
}

/// A Binding is to be judged, and its pod has to be looked at first.
pub(super) struct Look<'s> {
    pub(super) binding: Binding,
    pub(super) bindings: &'s Bindings,
}

/// Answers a body that was read, or says what has to be looked at first.
pub(super) fn answer<'s>(state: &'s State, judge: Judge, bytes: &[u8]) -> Result<Answer, Look<'s>> {
    guarded(state, bytes, |review, world| match &state.bindings {
        Some(bindings) if review.is_binding() => Ok(match binding::ask(review, world)? {
            Asked::Decided(decision) => Ok(*decision),
            Asked::Pod(binding) => Err(Look { binding, bindings }),
        }),
        _ => judge(review, world).map(Ok),
    })
}

/// Answers a Binding whose pod was looked at, or could not be.
pub(super) fn with_pod(
    state: &State,
    bytes: &[u8],
    look: &Look,
    pod: &Result<String, Unseen>,
) -> Answer {
    if let Err(unseen) = pod {
        state.metrics.error(unseen.as_str());
        unseen.log();
    }
    let answer = guarded(state, bytes, |review, world| {
        let decision = match pod {
            Ok(pod) => binding::judge(review, &look.binding, pod, world, look.bindings.at_most)?,
            Err(_) => binding::unseen(review, world),
        };
        Ok(Ok::<_, Infallible>(decision))
    });
    match answer {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// Answers by what `judge` makes of a review, whatever goes wrong. `P` is what it lacks for a decision.
fn guarded<P>(
    state: &State,
    bytes: &[u8],
    judge: impl FnOnce(&Review, &World) -> Result<Result<Decision, P>, ReviewError>,
) -> Result<Answer, P> {
    // What a panic leaves behind is dropped with the request; the snapshots are never changed in place.
    catch_unwind(AssertUnwindSafe(|| judged(state, bytes, judge)))
        .unwrap_or_else(|_| Ok(panicked(state, bytes)))
}

fn judged<P>(
    state: &State,
    bytes: &[u8],
    judge: impl FnOnce(&Review, &World) -> Result<Result<Decision, P>, ReviewError>,
) -> Result<Answer, P> {
    let policy = state.policy.load();
    let review = match Review::parse(bytes) {
        Ok(review) => review,
        Err(error) => return Ok(unreadable(state, policy.mode, &error)),
    };
    let namespaces = state.namespaces.read();
    let world = World {
        inventory: &state.inventory.read(),
        namespaces: &namespaces,
        runtime_classes: &state.runtime_classes.read(),
        storage: Storage {
            volumes: &state.volumes.read(),
            claims: &state.claims.read(),
            classes: &state.storage_classes.read(),
        },
        policy: &policy,
        own_namespace: &state.own_namespace,
        today: today(),
    };
    Ok(match judge(&review, &world) {
        Ok(Err(lacks)) => return Err(lacks),
        Ok(Ok(decision)) => {
            state.metrics.judged(&labels(&review, &decision), &decision);
            log::review(&review, &decision);
            log::complaints(&review.namespace, &decision.complaints);
            Answer::Review(review::respond(&review.uid, &decision))
        }
        Err(error) => {
            let none = BTreeMap::new();
            let namespace = namespaces.get(review.namespace.as_str());
            let labels = namespace.map_or(&none, |namespace| &namespace.labels);
            let mode = policy.settings(&review.namespace, labels).mode;
            let kind = Kind::from_api(&review.kind.group, &review.kind.kind);
            // Workloads that make pods are advised, never refused.
            let most = match kind {
                Some(Kind::Pod) => Mode::Enforce,
                _ => Mode::Audit,
            };
            unreadable(state, mode.min(most), &error)
        }
    })
}

fn labels(review: &Review, decision: &Decision) -> ReviewLabels {
    let kind = Kind::from_api(&review.kind.group, &review.kind.kind);
    let other = if review.is_binding() {
        BINDING
    } else {
        "other"
    };
    ReviewLabels {
        decision: match decision.passed {
            Some(Passed::Unseen) => "not-judged",
            _ => decision.verdict.as_str(),
        },
        mode: decision.mode.as_str(),
        operation: review.operation.as_str(),
        kind: kind.map_or(other, Kind::as_str),
    }
}

/// A body that is no review, or a review whose object is none. Enforced, it is refused: else whoever makes an object unreadable would be
/// let through.
fn unreadable(state: &State, mode: Mode, error: &ReviewError) -> Answer {
    state.metrics.error("unreadable");
    let reason = clean_text(&error.to_string());
    match &error.uid {
        Some(uid) => unjudged(state, mode, uid, StatusCode::BAD_REQUEST, &reason),
        None => Answer::Error(StatusCode::BAD_REQUEST, format!("hostfit: {reason}\n")),
    }
}

/// Answers a body that was not read to its end.
pub(super) fn unread(state: &State, unread: &Unread) -> Answer {
    let mode = state.policy.load().mode;
    match unread {
        Unread::TooLong(head) => {
            state.metrics.error("too-long");
            let limit = LONGEST / 1024 / 1024;
            let reason = format!("the request is longer than {limit} MiB");
            match review::find_uid(head) {
                Some(uid) => unjudged(state, mode, &uid, StatusCode::PAYLOAD_TOO_LARGE, &reason),
                None => failed(StatusCode::PAYLOAD_TOO_LARGE, &reason),
            }
        }
        Unread::TooMany => {
            state.metrics.error("too-many");
            let reason = "too many large requests at once; try again";
            failed(StatusCode::SERVICE_UNAVAILABLE, reason)
        }
        Unread::TooSlow => {
            state.metrics.error("too-slow");
            failed(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")
        }
        Unread::Broken(why) => {
            state.metrics.error("broken");
            let reason = format!("the body cannot be received: {why}");
            failed(StatusCode::BAD_REQUEST, &reason)
        }
    }
}

fn failed(status: StatusCode, reason: &str) -> Answer {
    tracing::warn!(status = status.as_u16(), reason, "a request was not read");
    Answer::Error(status, format!("hostfit: {reason}\n"))
}

fn unjudged(state: &State, mode: Mode, uid: &str, status: StatusCode, reason: &str) -> Answer {
    let enforced = mode == Mode::Enforce;
    let decision = if enforced { "refuse" } else { "not-judged" };
    state.metrics.unjudged(decision, mode.as_str());
    tracing::warn!(
        uid,
        decision,
        mode = mode.as_str(),
        reason,
        "a request was not judged"
    );
    Answer::Review(if enforced {
        let message = format!(
            "hostfit cannot judge this object, so it is refused: {reason}. To let it through all the same, label its namespace hostfit.dev/mode=off"
        );
        review::refuse(uid, status.as_u16(), &message)
    } else {
        review::let_through(
            uid,
            &clean_text(&format!("hostfit did not judge this object: {reason}")),
        )
    })
}

/// Our own bug never blocks anyone.
fn panicked(state: &State, bytes: &[u8]) -> Answer {
    state.metrics.error("panic");
    let uid = review::find_uid(bytes);
    tracing::error!(uid, "a bug in Hostfit: the request is let through unjudged");
    match uid {
        Some(uid) => {
            let mode = state.policy.load().mode;
            state.metrics.unjudged("not-judged", mode.as_str());
            let warning = "hostfit did not judge this object because of a bug in Hostfit; its log has the place";
            Answer::Review(review::let_through(&uid, warning))
        }
        None => Answer::Error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "hostfit: a bug in Hostfit\n".to_owned(),
        ),
    }
}

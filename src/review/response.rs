//! A decision, or that there is none, to the bytes of an AdmissionReview: the last station of the flow.

use std::collections::BTreeMap;

use serde::Serialize;

use super::API_VERSION;
use crate::decision::{Cause, Decision, Verdict};

/// The body of the response to a judged request.
pub fn respond(uid: &str, decision: &Decision) -> Vec<u8> {
    let status = match &decision.verdict {
        Verdict::Allow | Verdict::Warn => None,
        Verdict::Deny { message, causes } => Some(Status {
            status: "Failure",
            message,
            reason: "Forbidden",
            code: 403,
            details: Details { causes },
        }),
    };
    body(uid, status, &decision.warnings, &decision.audit)
}

/// The body of a response that refuses what could not be read; `code` is the HTTP status that fits.
pub fn refuse(uid: &str, code: u16, message: &str) -> Vec<u8> {
    let status = Status {
        status: "Failure",
        message,
        reason: "BadRequest",
        code,
        details: Details { causes: &[] },
    };
    body(uid, Some(status), &[], &BTreeMap::new())
}

/// The body of a response that lets through what could not be judged, and says so.
pub fn let_through(uid: &str, warning: &str) -> Vec<u8> {
    body(
        uid,
        None,
        &[warning.to_owned()],
        &BTreeMap::from([("decision", "not-judged".to_owned())]),
    )
}

fn body(
    uid: &str,
    status: Option<Status>,
    warnings: &[String],
    audit: &BTreeMap<&'static str, String>,
) -> Vec<u8> {
    let response = Response {
        uid,
        allowed: status.is_none(),
        status,
        warnings,
        audit_annotations: audit,
    };
    let answer = Answer {
        api_version: API_VERSION,
        kind: "AdmissionReview",
        response,
    };
    let mut body = Vec::with_capacity(ORDINARY);
    // Strings and numbers only: there is nothing in it that JSON cannot hold, and a Vec takes whatever is written.
    let _ = serde_json::to_writer(&mut body, &answer);
    body
}

/// A room for the answer of a denial with a finding or two.
const ORDINARY: usize = 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    audit_annotations: &'a BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[allow(clippy::struct_field_names, reason = "the API's own name")]
struct Status<'a> {
    status: &'static str,
    message: &'a str,
    reason: &'static str,
    code: u16,
    #[serde(skip_serializing_if = "Details::is_empty")]
    details: Details<'a>,
}

#[derive(Serialize)]
struct Details<'a> {
    causes: &'a [Cause],
}

impl Details<'_> {
    fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }
}

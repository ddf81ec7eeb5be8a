//! AdmissionReview v1: bytes to a typed review, the first station of the flow; `response` is the last.
//!
//! The object under review stays raw until it is judged, so that what is let through unread costs nothing.
//! Contract: `k8s.io/api/admission/v1` and `k8s.io/apiserver/pkg/admission/plugin/webhook`.

mod binding;
mod response;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use self::binding::{BINDING, Binding};
pub use self::response::{let_through, refuse, respond};
use crate::workload::pod::nullable;
use crate::workload::{Kind, Workload};

/// A request to judge.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review<'a> {
    /// Comes back in the response.
    #[serde(borrow)]
    pub uid: Cow<'a, str>,
    /// What kind of object.
    #[serde(default, deserialize_with = "nullable")]
    pub kind: GroupVersionKind,
    /// The subresource, such as `ephemeralcontainers`.
    #[serde(default, deserialize_with = "nullable")]
    pub sub_resource: String,
    /// The object's name; can be empty on CREATE.
    #[serde(default, deserialize_with = "nullable")]
    pub name: String,
    /// The object's namespace.
    #[serde(default, deserialize_with = "nullable")]
    pub namespace: String,
    /// What is done to it.
    #[serde(default, deserialize_with = "nullable")]
    pub operation: Operation,
    /// Who does it.
    #[serde(rename = "userInfo", default, deserialize_with = "nullable")]
    pub user: User,
    /// Nothing will be stored.
    #[serde(default, deserialize_with = "nullable")]
    pub dry_run: bool,
    #[serde(default, borrow)]
    object: Option<&'a RawValue>,
    #[serde(default, borrow)]
    old_object: Option<&'a RawValue>,
}

impl<'a> Review<'a> {
    /// Reads the body of a request.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ReviewError> {
        let unreadable = |error: serde_json::Error| {
            ReviewError::new(
                find_uid(bytes),
                format!("the body is no AdmissionReview: {error}"),
            )
        };
        let envelope: Envelope = serde_json::from_slice(bytes).map_err(unreadable)?;
        if envelope.kind != "AdmissionReview" || envelope.api_version != API_VERSION {
            let found = format!("{} {}", envelope.api_version, envelope.kind);
            return Err(ReviewError::new(
                find_uid(bytes),
                format!("the body is {found:?}; send {API_VERSION} AdmissionReview"),
            ));
        }
        envelope
            .request
            .ok_or_else(|| ReviewError::new(None, "the AdmissionReview has no request".to_owned()))
    }

    /// The object after the change.
    pub fn workload(&self, kind: Kind) -> Result<Workload, ReviewError> {
        match self.object {
            Some(object) => self.read(kind, object, "object"),
            None => Err(self.error("request.object is missing".to_owned())),
        }
    }

    /// The object before the change, on UPDATE.
    pub fn old_workload(&self, kind: Kind) -> Result<Option<Workload>, ReviewError> {
        let old = self
            .old_object
            .filter(|_| self.operation == Operation::Update);
        old.map(|object| self.read(kind, object, "oldObject"))
            .transpose()
    }

    fn read(&self, kind: Kind, object: &RawValue, field: &str) -> Result<Workload, ReviewError> {
        let mut workload = Workload::parse(kind, object.get()).map_err(|error| {
            self.error(format!(
                "request.{field} is no {kind} that can be read: {error}"
            ))
        })?;
        // What the request says is what the API server acts on.
        workload.namespace.clone_from(&self.namespace);
        if workload.name.is_empty() {
            workload.name.clone_from(&self.name);
        }
        Ok(workload)
    }

    /// Why it cannot be judged.
    pub(crate) fn error(&self, message: String) -> ReviewError {
        ReviewError::new(Some(self.uid.to_string()), message)
    }
}

/// The group, version and kind of the object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GroupVersionKind {
    /// The API group; empty for the core one.
    #[serde(deserialize_with = "nullable")]
    pub group: String,
    /// The kind.
    #[serde(deserialize_with = "nullable")]
    pub kind: String,
}

/// What is done to the object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Cow<str>")]
#[allow(missing_docs, reason = "the names are the API's")]
pub enum Operation {
    Create,
    Update,
    /// DELETE, CONNECT, or what may come.
    #[default]
    Other,
}

impl Operation {
    /// Its name in logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Other => "other",
        }
    }
}

impl From<Cow<'_, str>> for Operation {
    fn from(name: Cow<str>) -> Self {
        match name.as_ref() {
            "CREATE" => Self::Create,
            "UPDATE" => Self::Update,
            _ => Self::Other,
        }
    }
}

/// Who sent the request. Missing in reviews made by hand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct User {
    /// The user name.
    #[serde(deserialize_with = "nullable")]
    pub username: String,
    /// The groups.
    #[serde(deserialize_with = "nullable")]
    pub groups: Vec<String>,
}

/// A body that cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReviewError {
    /// The request's uid, where one could be read all the same.
    pub uid: Option<String>,
    message: String,
}

impl ReviewError {
    fn new(uid: Option<String>, message: String) -> Self {
        Self { uid, message }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    #[serde(default, deserialize_with = "nullable")]
    api_version: String,
    #[serde(default, deserialize_with = "nullable")]
    kind: String,
    #[serde(default, borrow)]
    request: Option<Review<'a>>,
}

const API_VERSION: &str = "admission.k8s.io/v1";

/// The uid of a request whose body cannot be read as a whole. The API server writes it before anything that a pod's owner can write.
pub fn find_uid(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    let (_, request) = head.split_once("\"request\"")?;
    let (_, value) = request.split_once("\"uid\"")?;
    let value = value
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')?;
    let (uid, _) = value.split_once('"')?;
    let plausible = !uid.is_empty()
        && uid.len() <= 64
        && uid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plausible.then(|| uid.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        r#"{"kind":"AdmissionReview","request":{"uid":"ab-12","object":{"#,
        Some("ab-12")
    )]
    #[case(r#"{"request" : { "uid" : "ab-12" "#, Some("ab-12"))]
    #[case(r#"{"uid":"outside"}"#, None)]
    #[case(r#"{"request":{"uid":"with space"}}"#, None)]
    #[case("", None)]
    fn a_uid_is_found_in_a_broken_body(#[case] body: &str, #[case] uid: Option<&str>) {
        assert_eq!(find_uid(body.as_bytes()).as_deref(), uid);
    }
}

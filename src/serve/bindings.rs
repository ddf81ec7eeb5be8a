//! A look at the pod of a Binding, on behalf of `judge::binding`: quick, never many at once, and given up rather than waited for.
//!
//! Whoever waits for the answer is the scheduler, with a pod in its hand. What cannot be seen in time is let through.

use std::time::Duration;

use kube::api::{GetParams, Request};
use kube::{Client, Error};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::cluster::in_words;
use crate::judge::binding::AtMost;
use crate::review::Binding;

/// The longest time for a look.
const PATIENCE: Duration = Duration::from_secs(1);
/// Looks at the same time. The API server answers one in a millisecond or so, thus far more in a second than it binds pods.
const AT_ONCE: usize = 16;

/// Looks at pods.
pub(super) struct Bindings {
    client: Client,
    turns: Semaphore,
    pub(super) at_most: AtMost,
}

/// Why a pod was not seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    /// There is none of that name any more.
    Gone,
    /// Hostfit may not.
    Forbidden(String),
    /// The API server did not answer in time.
    TooSlow,
    /// Anything else.
    Failed(String),
}

impl Bindings {
    pub(super) fn new(client: Client, at_most: AtMost) -> Self {
        Self {
            client,
            turns: Semaphore::new(AT_ONCE),
            at_most,
        }
    }

    /// The pod as the API server has it, in JSON.
    pub(super) async fn pod(&self, binding: &Binding, deadline: Instant) -> Result<String, Unseen> {
        let pods = Request::new(format!("/api/v1/namespaces/{}/pods", binding.namespace));
        let request = pods
            .get(&binding.pod, &GetParams::default())
            .map_err(|error| Unseen::Failed(error.to_string()))?;
        let look = async {
            let _turn = self.turns.acquire().await;
            self.client.request_text(request).await
        };
        match timeout_at(deadline.min(Instant::now() + PATIENCE), look).await {
            Ok(Ok(pod)) => Ok(pod),
            Ok(Err(Error::Api(status))) if status.code == 404 => Err(Unseen::Gone),
            Ok(Err(Error::Api(status))) if matches!(status.code, 401 | 403) => {
                Err(Unseen::Forbidden(status.message.clone()))
            }
            Ok(Err(error)) => Err(Unseen::Failed(in_words(&error))),
            Err(_) => Err(Unseen::TooSlow),
        }
    }
}

impl Unseen {
    /// Its name in the metric of errors.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Gone => "binding-pod-gone",
            Self::Forbidden(_) => "binding-pod-forbidden",
            Self::TooSlow => "binding-pod-too-slow",
            Self::Failed(_) => "binding-pod-failed",
        }
    }

    /// Says it in the log, unless it is in the nature of things.
    pub(super) fn log(&self) {
        let why = match self {
            Self::Gone => return,
            Self::Forbidden(why) => {
                format!(
                    "{why}; let this account get pods, as the chart's ClusterRole does when bindings.mode is not off"
                )
            }
            Self::TooSlow => "the API server did not answer in time".to_owned(),
            Self::Failed(why) => why.clone(),
        };
        tracing::warn!(
            why,
            "the pod of a Binding cannot be looked at, so it is bound unjudged"
        );
    }
}

#[cfg(test)]
mod tests;

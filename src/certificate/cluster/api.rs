//! The three objects in the API server: watched by name, patched by name, and what goes wrong with that in words.

use std::fmt::Debug;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::{BoxStream, select_all};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, watch_object};
use kube::{Api, Client, Error, Resource};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Names;

/// Who we are in an object's `managedFields`.
const MANAGER: &str = "hostfit-certificate";
/// A request without an answer after so long has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// The three objects.
pub(super) struct Objects {
    secret: Api<Secret>,
    lease: Api<Lease>,
    webhooks: Api<ValidatingWebhookConfiguration>,
    names: Names,
}

/// One of the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Secret,
    Lease,
    Webhooks,
}

/// What a watch brings: the object, or that there is none.
pub(super) enum Event {
    Secret(Option<Secret>),
    Lease(Option<Lease>),
    Webhooks(Option<ValidatingWebhookConfiguration>),
    Broken(Kind, watcher::Error),
}

impl Objects {
    /// Nothing is asked yet.
    pub(super) fn new(client: Client, names: &Names) -> Self {
        Self {
            secret: Api::namespaced(client.clone(), &names.namespace),
            lease: Api::namespaced(client.clone(), &names.namespace),
            webhooks: Api::all(client),
            names: names.clone(),
        }
    }

    /// Watches all three. A watch that breaks goes on by itself.
    pub(super) fn watch(&self) -> BoxStream<'static, Event> {
        let names = &self.names;
        select_all([
            follow(&self.secret, &names.secret, Kind::Secret, Event::Secret),
            follow(&self.lease, &names.secret, Kind::Lease, Event::Lease),
            follow(
                &self.webhooks,
                &names.webhook_configuration,
                Kind::Webhooks,
                Event::Webhooks,
            ),
        ])
        .boxed()
    }

    /// Writes. False when the object has changed meanwhile, so that nothing was written and its watch will say what to do now.
    pub(super) async fn patch(&self, kind: Kind, patch: &Value) -> Result<bool, String> {
        let names = &self.names;
        let written = match kind {
            Kind::Secret => write(&self.secret, &names.secret, &Patch::Merge(patch)).await,
            Kind::Lease => write(&self.lease, &names.secret, &Patch::Merge(patch)).await,
            Kind::Webhooks => {
                let operations = serde_json::from_value(patch.clone());
                let operations =
                    operations.map_err(|e| format!("a JSON patch could not be made: {e}"))?;
                write(
                    &self.webhooks,
                    &names.webhook_configuration,
                    &Patch::Json::<()>(operations),
                )
                .await
            }
        };
        written.map_err(|why| format!("{} cannot be written: {why}", self.describe(kind)))
    }

    /// An object in words.
    pub(super) fn describe(&self, kind: Kind) -> String {
        let Names {
            namespace,
            secret,
            webhook_configuration,
            ..
        } = &self.names;
        match kind {
            Kind::Secret => format!("Secret {namespace}/{secret}"),
            Kind::Lease => format!("Lease {namespace}/{secret}"),
            Kind::Webhooks => format!("ValidatingWebhookConfiguration {webhook_configuration}"),
        }
    }
}

fn follow<K>(
    api: &Api<K>,
    name: &str,
    kind: Kind,
    event: fn(Option<K>) -> Event,
) -> BoxStream<'static, Event>
where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    watch_object(api.clone(), name)
        .default_backoff()
        .map(move |seen| seen.map_or_else(|error| Event::Broken(kind, error), event))
        .boxed()
}

async fn write<K, P>(api: &Api<K>, name: &str, patch: &Patch<P>) -> Result<bool, String>
where
    K: Clone + DeserializeOwned + Debug,
    P: serde::Serialize + Debug,
{
    let params = PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    };
    match tokio::time::timeout(PATIENCE, api.patch(name, &params, patch)).await {
        Ok(Ok(_)) => Ok(true),
        Ok(Err(Error::Api(status))) if matches!(status.code, 404 | 409) => Ok(false),
        Ok(Err(Error::Api(status))) => Err(status.message),
        Ok(Err(error)) => Err(chain(&error)),
        Err(_) => Err(format!(
            "the API server did not answer within {} s",
            PATIENCE.as_secs()
        )),
    }
}

/// An error with its causes, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

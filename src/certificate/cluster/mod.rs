//! The certificate of an installation in a cluster, kept by the process itself in a Secret of its own namespace.
//!
//! ```text
//!   watches:  Secret  --  Stored   \                                    Store    the Secret, by the writer
//!             webhooks -- Hooks     >--  Memory, Watched  --  Step  --  Publish  the webhooks' caBundle
//!             Lease   --  Board    /          plan                      Wait
//! ```
//!
//! Every replica serves what the Secret holds. One of them is the writer, by turns that the Lease gives. What stands in the middle is pure
//! and tested with a clock of its own; `keeper` is the thin shell around it. All rights that it needs are get, list, watch and patch on
//! three objects by name.

mod api;
mod hooks;
mod keeper;
mod lease;
mod plan;
mod secret;
mod seen;
#[cfg(test)]
mod simulation;
mod timing;
mod why;

use std::convert::Infallible;

pub use self::timing::Timing;
use super::Served;

/// Where the certificate is kept and what it is for.
#[derive(Debug, Clone)]
pub struct Names {
    /// The namespace of the installation.
    pub namespace: String,
    /// This replica's pod.
    pub pod: String,
    /// The Secret, and the Lease of the same name.
    pub secret: String,
    /// The Service through which the API server calls.
    pub service: String,
    /// The `ValidatingWebhookConfiguration` whose webhooks get the CA.
    pub webhook_configuration: String,
}

impl Names {
    /// The names on the certificate. The first is the one by which the API server calls.
    fn on_the_certificate(&self) -> [String; 3] {
        let short = format!("{}.{}", self.service, self.namespace);
        [
            format!("{short}.svc"),
            format!("{short}.svc.cluster.local"),
            short,
        ]
    }
}

/// Keeps the certificate and serves it, as long as the process runs.
pub async fn keep(client: kube::Client, names: Names, served: Served) -> Infallible {
    keep_with(client, names, Timing::default(), served).await
}

/// The same with other waits.
pub async fn keep_with(
    client: kube::Client,
    names: Names,
    timing: Timing,
    served: Served,
) -> Infallible {
    keeper::Keeper::new(client, names, timing, served)
        .run()
        .await
}

/// Takes this replica off the Lease, so that no rotation waits for it. For a replica that ends in good order: it serves no more, and
/// [`keep`] has ended.
pub async fn leave(client: kube::Client, names: &Names) -> Result<(), String> {
    let objects = api::Objects::new(client, names);
    let farewell = lease::farewell(&names.pod);
    objects.patch(api::Kind::Lease, &farewell).await.map(drop)
}

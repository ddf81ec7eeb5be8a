//! The certificate of an installation in a cluster, kept by the process itself in a Secret of its own namespace.

use std::convert::Infallible;

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

/// Keeps the certificate and serves it, as long as the process runs.
pub async fn keep(client: kube::Client, names: Names, served: Served) -> Infallible {
    let _ = (client, names, served);
    std::future::pending().await
}

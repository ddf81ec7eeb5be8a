//! A CA and a certificate that live in memory only: for a server outside a cluster.

use std::convert::Infallible;
use std::net::IpAddr;
use std::path::PathBuf;

use super::Served;

/// A certificate in memory.
#[derive(Debug, Clone)]
pub struct InMemory {
    /// The address that the server listens on. The certificate names it besides localhost, unless it stands for all addresses.
    pub listen: IpAddr,
    /// Where to write the CA for clients to trust.
    pub ca_out: Option<PathBuf>,
}

/// The certificate could not be made, or its CA not be written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct InMemoryError(String);

/// Makes the first pair and serves it. For the start, where failing is an error of the caller's.
pub async fn load(place: &InMemory, served: &Served) -> Result<(), InMemoryError> {
    let _ = (place, served);
    Err(InMemoryError("to come".to_owned()))
}

/// Renews the pair in time, as long as the process runs.
pub async fn keep(place: InMemory, served: Served) -> Infallible {
    let _ = (place, served);
    std::future::pending().await
}

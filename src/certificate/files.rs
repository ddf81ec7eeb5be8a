//! A pair of files that somebody else renews: cert-manager, or an own Secret that the kubelet mounts.

use std::convert::Infallible;
use std::path::PathBuf;

use super::Served;

/// Where the pair lies.
#[derive(Debug, Clone)]
pub struct Files {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// A pair of files that cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FilesError(String);

/// Reads the pair once and serves it. For the start, where failing is an error of the caller's.
pub async fn load(files: &Files, served: &Served) -> Result<(), FilesError> {
    let _ = (files, served);
    Err(FilesError("to come".to_owned()))
}

/// Serves every change of the files, as long as the process runs.
pub async fn follow(files: Files, served: Served) -> Infallible {
    let _ = (files, served);
    std::future::pending().await
}

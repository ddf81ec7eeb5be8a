//! A certificate chain and its private key, known to belong together.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::life::Life;

/// A certificate chain and its private key. They were proven to belong together when this was made.
#[derive(Clone)]
pub struct Pair {
    pub(super) key: Arc<CertifiedKey>,
    /// The leaf's.
    pub(super) life: Life,
}

/// Why two pieces of PEM are no pair. The messages speak of "it", so that the caller can say which file or Secret key "it" is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// The certificate's side is wrong.
    #[error("{0}")]
    Certificate(String),
    /// The key's side is wrong.
    #[error("{0}")]
    Key(String),
    /// Both are well formed and do not belong together: most often one is new and the other still old.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
}

impl Pair {
    /// Reads a pair from PEM: the leaf first, then its intermediates, and a PKCS#8, SEC1 or PKCS#1 key.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, PairError> {
        let chain = CertificateDer::pem_slice_iter(certificate)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| PairError::Certificate(format!("it is not valid PEM: {e}")))?;
        let leaf = chain
            .first()
            .ok_or_else(|| PairError::Certificate("it holds no CERTIFICATE block".to_owned()))?;
        let life = Life::of(leaf).map_err(PairError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| match e {
            pem::Error::NoItemsFound => PairError::Key("it holds no PRIVATE KEY block".to_owned()),
            // No detail: it could quote a line of the key.
            _ => PairError::Key("it is not valid PEM".to_owned()),
        })?;
        let key =
            CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|e| match e {
                Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => PairError::Mismatch,
                Error::InvalidCertificate(why) => {
                    PairError::Certificate(format!("it cannot be served: {why}"))
                }
                other => PairError::Key(format!("it cannot be used: {other}")),
            })?;
        Ok(Self {
            key: Arc::new(key),
            life,
        })
    }

    /// The serving certificate itself.
    pub(super) fn leaf(&self) -> Option<&CertificateDer<'static>> {
        self.key.cert.first()
    }
}

/// Names the certificate only by its life: a key must not reach a log.
impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair({} to {})", self.life.begin, self.life.end)
    }
}

//! The certificate that is served now: written by one of the sources, read by every handshake, by readiness and by the metrics.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{ring, verify_tls12_signature, verify_tls13_signature};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::Pair;

/// The certificate that is served now. A clone is another handle on the same one.
#[derive(Clone, Default)]
pub struct Served(Arc<State>);

#[derive(Default)]
struct State {
    current: ArcSwapOption<Pair>,
    trouble: ArcSwapOption<String>,
    generation: AtomicU64,
    failures: AtomicU64,
}

impl Served {
    /// Nothing is served yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves this pair from the next handshake on. True when it is another than before.
    pub fn set(&self, pair: Pair) -> bool {
        let changed = self.leaf().as_ref() != pair.leaf();
        self.0.current.store(Some(Arc::new(pair)));
        if changed {
            self.0.generation.fetch_add(1, Ordering::Relaxed);
        }
        changed
    }

    /// Notes that the source has nothing better than what is served now, and why.
    pub fn fail(&self, why: String) {
        self.0.trouble.store(Some(Arc::new(why)));
        self.0.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that all is well with the source again.
    pub fn recover(&self) {
        self.0.trouble.store(None);
    }

    /// There is a certificate to serve.
    pub fn is_ready(&self) -> bool {
        self.0.current.load().is_some()
    }

    /// When the certificate's life ends.
    pub fn not_after(&self) -> Option<Timestamp> {
        self.current(|pair| pair.life.end)
    }

    /// When it is time for the next one.
    pub(super) fn renewal(&self) -> Option<Timestamp> {
        self.current(|pair| pair.life.renewal())
    }

    /// How many different certificates were served since the start.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Relaxed)
    }

    /// How often the source failed to get, read or write a certificate since the start.
    pub fn failures(&self) -> u64 {
        self.0.failures.load(Ordering::Relaxed)
    }

    /// What the source cannot do at this moment, until it can again.
    pub fn trouble(&self) -> Option<Arc<String>> {
        self.0.trouble.load_full()
    }

    /// The serving certificate itself.
    pub fn leaf(&self) -> Option<CertificateDer<'static>> {
        self.current(|pair| pair.leaf().cloned())?
    }

    /// A part of the pair that is served now.
    fn current<T>(&self, part: impl FnOnce(&Pair) -> T) -> Option<T> {
        self.0.current.load().as_ref().map(|pair| part(pair))
    }

    /// For the process's probe of its own listener: accepts the certificate that is served now, and no other, whoever signed it.
    pub fn verifier(&self) -> Arc<dyn ServerCertVerifier> {
        Arc::new(Own(self.clone()))
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Served(until {:?})", self.not_after())
    }
}

/// One certificate for every name: the API server asks for `<service>.<namespace>.svc`, a person's curl for what it likes.
impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current(|pair| pair.key.clone())
    }
}

/// Accepts the certificate that is served now. A pair from files has a CA that the process does not know, so the probe cannot go by one.
#[derive(Debug)]
struct Own(Served);

impl ServerCertVerifier for Own {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.0.leaf() {
            Some(own) if own == *leaf => Ok(ServerCertVerified::assertion()),
            _ => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        verify_tls12_signature(message, leaf, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        verify_tls13_signature(message, leaf, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

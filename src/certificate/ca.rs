//! CA certificates, as they stand in a bundle: what the API server goes by when it calls.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::Pair;
use super::life::Life;

/// What the name of every CA of ours begins with. The rest tells generations apart.
pub(super) const COMMON_NAME: &str = "Hostfit CA ";

/// A CA certificate.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ca {
    pub(super) der: CertificateDer<'static>,
    /// A short name for people and acknowledgements: the head of the serial number, which is a hash of the CA's public key.
    pub(super) id: String,
    pub(super) life: Life,
    /// Its name says that Hostfit made it.
    pub(super) ours: bool,
    /// The public key, as `SubjectPublicKeyInfo`.
    pub(super) public_key: Vec<u8>,
}

impl Ca {
    /// Reads one certificate.
    pub(super) fn read(der: CertificateDer<'static>) -> Result<Self, String> {
        let life = Life::of(&der)?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&der)
            .map_err(|e| format!("a certificate in it is not valid X.509: {e}"))?;
        if !parsed.is_ca() {
            return Err("a certificate in it is not a CA's".to_owned());
        }
        let id = short_name(parsed.raw_serial());
        let ours = parsed.subject().iter_common_name().any(|name| {
            name.as_str()
                .is_ok_and(|name| name.starts_with(COMMON_NAME))
        });
        let public_key = parsed.public_key().raw.to_vec();
        Ok(Self {
            der,
            id,
            life,
            ours,
            public_key,
        })
    }

    /// Would a client that trusts only this CA accept the pair for this name? A life that has yet to begin is taken as begun: that is the
    /// clock of whoever asks.
    pub(super) fn vouches_for(&self, pair: &Pair, name: &str, now: Timestamp) -> bool {
        let mut roots = RootCertStore::empty();
        let (Some((leaf, chain)), Ok(name), Ok(())) = (
            pair.key.cert.split_first(),
            ServerName::try_from(name),
            roots.add(self.der.clone()),
        ) else {
            return false;
        };
        let at = now
            .max(pair.life.begin)
            .max(self.life.begin)
            .duration_since(Timestamp::UNIX_EPOCH);
        let at = UnixTime::since_unix_epoch(at.unsigned_abs());
        WebPkiServerVerifier::builder_with_provider(
            Arc::new(roots),
            Arc::new(ring::default_provider()),
        )
        .build()
        .is_ok_and(|client| {
            client
                .verify_server_cert(leaf, chain, &name, &[], at)
                .is_ok()
        })
    }
}

impl fmt::Debug for Ca {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ca({} until {})", self.id, self.life.end)
    }
}

/// The short name of a CA: the head of its serial number.
pub(super) fn short_name(serial: &[u8]) -> String {
    let head = serial.first_chunk().map(|head| u32::from_be_bytes(*head));
    format!("{:08x}", head.unwrap_or_default())
}

/// Reads a bundle: every CA that can be read, each once, and what was wrong with the rest.
pub(super) fn read_bundle(pem: &[u8]) -> (Vec<Ca>, Vec<String>) {
    let (mut cas, mut faults) = (Vec::new(), Vec::new());
    for item in CertificateDer::pem_slice_iter(pem) {
        match item
            .map_err(|e| format!("it is not valid PEM: {e}"))
            .and_then(Ca::read)
        {
            Ok(ca) if cas.contains(&ca) => {}
            Ok(ca) => cas.push(ca),
            Err(fault) => faults.push(fault),
        }
    }
    (cas, faults)
}

/// Writes a bundle.
pub(super) fn write_bundle(cas: &[Ca]) -> String {
    cas.iter().map(|ca| to_pem(&ca.der)).collect()
}

/// One certificate as PEM.
fn to_pem(der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + "-----END CERTIFICATE-----\n"
}

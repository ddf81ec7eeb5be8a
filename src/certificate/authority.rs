//! A CA with its private key: makes serving certificates.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData as _, date_time_ymd,
};

use super::ca::{COMMON_NAME, Ca, short_name};
use super::life::{self, Life};

/// A CA with its private key.
pub(super) struct Authority {
    pub(super) ca: Ca,
    key: KeyPair,
}

/// A new serving certificate and its private key, as PEM.
pub(super) struct Issued {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    /// A new CA. Its name carries a hash of its key: two CAs in one bundle must never have the same name, or a client may try the wrong
    /// one and give up.
    pub(super) fn make(now: Timestamp) -> Result<Self, String> {
        let key = new_key()?;
        let mut params = CertificateParams::default();
        let serial = params.key_identifier(&key);
        let suffix = short_name(&serial);
        params.distinguished_name = named(&format!("{COMMON_NAME}{suffix}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_life(&mut params, Life::new(now, life::OF_A_CA)?);
        let certificate = params
            .self_signed(&key)
            .map_err(|e| format!("a CA could not be made: {e}"))?;
        let ca = Ca::read(certificate.der().clone())?;
        Ok(Self { ca, key })
    }

    /// The CA among these that a private key belongs to.
    pub(super) fn read(cas: &[Ca], key: &[u8]) -> Result<Self, String> {
        let key = std::str::from_utf8(key)
            .ok()
            .and_then(|pem| KeyPair::from_pem(pem).ok())
            .ok_or("it holds no private key that can be read")?;
        let public_key = key.subject_public_key_info();
        let ca = cas.iter().find(|ca| ca.public_key == public_key);
        let ca = ca
            .ok_or("the private key in it belongs to no CA in ca.crt")?
            .clone();
        Ok(Self { ca, key })
    }

    /// Makes a serving certificate for these DNS names and addresses. It never outlives the CA.
    pub(super) fn issue(&self, names: &[String], now: Timestamp) -> Result<Issued, String> {
        let wrong = |e: rcgen::Error| format!("a serving certificate could not be made: {e}");
        let key = new_key()?;
        let mut life = Life::new(now, life::OF_A_CERTIFICATE)?;
        life.end = life.end.min(self.ca.life.end);
        let mut params = CertificateParams::new(names).map_err(wrong)?;
        params.distinguished_name = named("Hostfit");
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_life(&mut params, life);
        let issuer = Issuer::from_ca_cert_der(&self.ca.der, &self.key).map_err(wrong)?;
        let certificate = params.signed_by(&key, &issuer).map_err(wrong)?;
        Ok(Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// The private key as PEM, to be stored.
    pub(super) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

/// Names the CA only: a key must not reach a log.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({:?})", self.ca)
    }
}

fn new_key() -> Result<KeyPair, String> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
        .map_err(|e| format!("a private key could not be made: {e}"))
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn set_life(params: &mut CertificateParams, life: Life) {
    let at = |time: Timestamp| {
        let since_epoch = u64::try_from(time.as_second()).unwrap_or(0);
        date_time_ymd(1970, 1, 1) + Duration::from_secs(since_epoch)
    };
    params.not_before = at(life.begin);
    params.not_after = at(life.end);
}

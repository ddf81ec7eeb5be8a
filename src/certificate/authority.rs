//! A CA with its private key: makes serving certificates.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData as _, SerialNumber,
    date_time_ymd,
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
        let mut serial = params.key_identifier(&key);
        if let Some(head) = serial.first_mut() {
            *head = *head & 0x7f | 0x40; // a serial number is positive and has no leading zero
        }
        let suffix = short_name(&serial);
        params.serial_number = Some(SerialNumber::from_slice(&serial));
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

#[cfg(test)]
mod tests {
    use x509_parser::prelude::*;

    use super::*;
    use crate::certificate::Pair;

    const NOW: &str = "2026-11-24T12:00:00Z";

    fn names() -> Vec<String> {
        ["hostfit.system.svc", "127.0.0.1"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn a_ca_signs_and_does_nothing_else() {
        let authority = Authority::make(NOW.parse().unwrap()).unwrap();
        let (_, ca) = parse_x509_certificate(&authority.ca.der).unwrap();
        let constraints = ca.basic_constraints().unwrap().unwrap();
        assert!(constraints.critical);
        assert_eq!(
            (constraints.value.ca, constraints.value.path_len_constraint),
            (true, Some(0))
        );
        let usage = ca.key_usage().unwrap().unwrap().value;
        assert!(usage.key_cert_sign() && !usage.digital_signature());
        assert_eq!(
            ca.subject().to_string(),
            format!("CN=Hostfit CA {}", authority.ca.id)
        );
        assert_eq!(ca.subject(), ca.issuer());
        assert!(authority.ca.ours);
        assert_eq!(authority.ca.life.begin.to_string(), "2026-11-24T11:00:00Z");
        assert_eq!(authority.ca.life.end.to_string(), "2029-11-23T12:00:00Z");
    }

    #[test]
    fn a_certificate_serves_and_does_nothing_else() {
        let now = NOW.parse().unwrap();
        let authority = Authority::make(now).unwrap();
        let issued = authority.issue(&names(), now).unwrap();
        let pair = Pair::from_pem(issued.certificate.as_bytes(), issued.key.as_bytes()).unwrap();
        let (_, leaf) = parse_x509_certificate(pair.leaf().unwrap()).unwrap();
        let (_, ca) = parse_x509_certificate(&authority.ca.der).unwrap();
        assert!(!leaf.is_ca());
        let usage = leaf.key_usage().unwrap().unwrap().value;
        assert!(usage.digital_signature() && !usage.key_cert_sign());
        let extended = leaf.extended_key_usage().unwrap().unwrap().value;
        assert!(extended.server_auth && !extended.client_auth && !extended.any);
        assert_eq!(leaf.issuer(), ca.subject());
        let key_id = |certificate: &X509Certificate,
                      wanted: fn(&ParsedExtension) -> Option<Vec<u8>>| {
            certificate
                .extensions()
                .iter()
                .find_map(|e| wanted(e.parsed_extension()))
                .unwrap()
        };
        let authority_key = key_id(&leaf, |e| match e {
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                id.key_identifier.as_ref().map(|id| id.0.to_vec())
            }
            _ => None,
        });
        let subject_key = key_id(&ca, |e| match e {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
            _ => None,
        });
        assert_eq!(authority_key, subject_key);
        assert_eq!(pair.life.end.to_string(), "2027-02-22T12:00:00Z");
    }

    #[test]
    fn a_certificate_never_outlives_its_ca() {
        let authority = Authority::make(NOW.parse().unwrap()).unwrap();
        let late = "2029-11-01T00:00:00Z".parse().unwrap();
        let issued = authority.issue(&names(), late).unwrap();
        let pair = Pair::from_pem(issued.certificate.as_bytes(), issued.key.as_bytes()).unwrap();
        assert_eq!(pair.life.end, authority.ca.life.end);
    }

    #[test]
    fn only_its_own_ca_vouches_for_it_even_in_one_bundle() {
        let now = NOW.parse().unwrap();
        let [old, new] = [(); 2].map(|()| Authority::make(now).unwrap());
        assert_ne!(old.ca.id, new.ca.id);
        let issued = new.issue(&names(), now).unwrap();
        let pair = Pair::from_pem(issued.certificate.as_bytes(), issued.key.as_bytes()).unwrap();
        assert!(new.ca.vouches_for(&pair, "hostfit.system.svc", now));
        assert!(!old.ca.vouches_for(&pair, "hostfit.system.svc", now));
    }

    #[test]
    fn a_key_finds_its_ca_and_is_never_shown() {
        let now = NOW.parse().unwrap();
        let [one, two] = [(); 2].map(|()| Authority::make(now).unwrap());
        let cas = [one.ca.clone(), two.ca.clone()];
        let read = Authority::read(&cas, two.key_pem().as_bytes()).unwrap();
        assert_eq!(read.ca, two.ca);
        let shown = format!("{read:?}");
        assert_eq!(
            shown,
            format!("Authority(Ca({} until 2029-11-23T12:00:00Z))", two.ca.id)
        );
        let error = Authority::read(&cas[..1], two.key_pem().as_bytes()).unwrap_err();
        assert_eq!(error, "the private key in it belongs to no CA in ca.crt");
    }
}

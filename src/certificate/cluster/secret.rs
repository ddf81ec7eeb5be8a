//! What the Secret holds, read so that one broken part does not hide the others, and how it is written.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::ResourceExt as _;
use serde_json::{Value, json};

use super::Names;
use super::plan::{Change, Leaf};
use crate::certificate::Pair;
use crate::certificate::authority::Authority;
use crate::certificate::ca::{Ca, read_bundle, write_bundle};

/// An operator's wish, as the value of this annotation on the Secret: `ca` or `certificate`. It is taken away when it is done.
pub(super) const ROTATE: &str = "hostfit.dev/rotate";

/// The CAs to trust, as PEM: the one that signs, and old ones by which somebody may still be verified.
const CA: &str = "ca.crt";
/// The private key of the CA that signs.
const CA_KEY: &str = "ca.key";
/// The serving certificate.
const CERTIFICATE: &str = "tls.crt";
/// Its private key.
const KEY: &str = "tls.key";

/// What the Secret holds.
#[derive(Debug)]
pub(super) struct Stored {
    /// Its `resourceVersion`: a change is made to exactly what was read.
    pub(super) version: String,
    /// The CAs to trust.
    pub(super) cas: Vec<Ca>,
    /// The one of them that signs.
    pub(super) signer: Option<Authority>,
    /// The serving pair.
    pub(super) pair: Option<Pair>,
    /// What an operator wishes.
    pub(super) wish: Option<Wish>,
    /// What is wrong with it, for people. None: all four parts are there and fit together, or it is as empty as the chart made it.
    pub(super) faults: Vec<String>,
}

/// What an operator can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// A new CA, and a certificate by it.
    Ca,
    /// A new certificate by the same CA.
    Certificate,
    /// Something that we do not know.
    Unknown(String),
}

impl Stored {
    /// Reads the Secret.
    pub(super) fn read(secret: &Secret) -> Self {
        let nothing = BTreeMap::new();
        let data = secret.data.as_ref().unwrap_or(&nothing);
        let part = |key| {
            data.get(key)
                .map_or(&[][..], |ByteString(bytes)| bytes.as_slice())
        };
        let (cas, mut faults) = read_bundle(part(CA));
        for fault in &mut faults {
            fault.insert_str(0, "ca.crt: ");
        }
        let empty = [CA, CA_KEY, CERTIFICATE, KEY]
            .iter()
            .all(|key| part(key).is_empty());
        let signer = Authority::read(&cas, part(CA_KEY)).map_err(|e| format!("{CA_KEY}: {e}"));
        let pair = match (part(CERTIFICATE), part(KEY)) {
            ([], []) => Err("it holds no serving certificate".to_owned()),
            (certificate, key) => Pair::from_pem(certificate, key)
                .map_err(|e| format!("{CERTIFICATE} and {KEY}: {e}")),
        };
        if !empty {
            faults.extend(signer.as_ref().err().cloned());
            faults.extend(pair.as_ref().err().cloned());
        }
        Self {
            version: secret.resource_version().unwrap_or_default(),
            signer: signer.ok(),
            pair: pair.ok(),
            wish: secret
                .annotations()
                .get(ROTATE)
                .map(|word| Wish::read(word)),
            faults,
            cas,
        }
    }

    /// The CA in the Secret by which a client accepts the pair in it, if the pair can be served at all.
    pub(super) fn issuer(&self, name: &str, now: Timestamp) -> Option<&Ca> {
        let pair = self.pair.as_ref()?;
        self.cas.iter().find(|ca| ca.vouches_for(pair, name, now))
    }

    /// The change as a merge patch that applies to exactly what was read. Makes the keys that it needs.
    pub(super) fn patch(
        &self,
        change: &Change,
        names: &Names,
        now: Timestamp,
    ) -> Result<Value, String> {
        let mut data = serde_json::Map::new();
        let mut put =
            |key: &str, text: &str| data.insert(key.to_owned(), STANDARD.encode(text).into());
        let made = match (&self.signer, change.new_ca) {
            (Some(_), false) => None,
            _ => Some(Authority::make(now)?),
        };
        if let Some(authority) = &made {
            put(CA_KEY, &authority.key_pem());
        }
        if let Some(signer) = made.as_ref().or(self.signer.as_ref()) {
            let mut cas = vec![signer.ca.clone()];
            cas.extend(change.keep.iter().cloned());
            put(CA, &write_bundle(&cas));
            if change.leaf == Leaf::New {
                let issued = signer.issue(&names.on_the_certificate(), now)?;
                put(CERTIFICATE, &issued.certificate);
                put(KEY, &issued.key);
            }
        }
        if change.leaf == Leaf::Clear {
            data.extend([CERTIFICATE, KEY].map(|key| (key.to_owned(), Value::Null)));
        }
        let mut metadata = json!({"resourceVersion": self.version});
        if change.granted {
            metadata["annotations"] = json!({ROTATE: null});
        }
        Ok(json!({"metadata": metadata, "data": data}))
    }
}

impl Wish {
    fn read(word: &str) -> Self {
        match word {
            "ca" => Self::Ca,
            "certificate" => Self::Certificate,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

//! The `caBundle` of our webhooks: what stands there now, and how it is written without touching anything else.

use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use kube::ResourceExt as _;
use serde_json::{Value, json};

use crate::certificate::ca::{Ca, read_bundle, write_bundle};

/// The webhooks of a webhook configuration.
#[derive(Debug)]
pub(super) struct Hooks {
    /// The configuration's `resourceVersion`.
    version: String,
    /// The bundle of each webhook, in their order; empty where there is none.
    bundles: Vec<Vec<u8>>,
}

/// Which webhooks get the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Every one that has another.
    Different,
    /// Only those that have none.
    Empty,
}

impl Hooks {
    /// Reads the webhook configuration.
    pub(super) fn read(configuration: &ValidatingWebhookConfiguration) -> Self {
        let webhooks = configuration.webhooks.iter().flatten();
        let bundle = |bundle: Option<&k8s_openapi::ByteString>| {
            bundle.map_or_else(Vec::new, |bytes| bytes.0.clone())
        };
        Self {
            version: configuration.resource_version().unwrap_or_default(),
            bundles: webhooks
                .map(|w| bundle(w.client_config.ca_bundle.as_ref()))
                .collect(),
        }
    }

    /// Every webhook trusts this CA.
    pub(super) fn trust(&self, ca: &Ca) -> bool {
        self.bundles
            .iter()
            .all(|bundle| read_bundle(bundle).0.contains(ca))
    }

    /// The CAs of ours that some webhook trusts, each once.
    pub(super) fn ours(&self) -> Vec<Ca> {
        let mut ours = Vec::new();
        for ca in self.bundles.iter().flat_map(|bundle| read_bundle(bundle).0) {
            if ca.ours && !ours.contains(&ca) {
                ours.push(ca);
            }
        }
        ours
    }

    /// Some webhook needs the bundle written.
    pub(super) fn need(&self, cas: &[Ca], which: Which) -> bool {
        !self.places(write_bundle(cas).as_bytes(), which).is_empty()
    }

    /// A JSON patch that writes the bundle. Webhooks stand in a list, and this is the one kind of patch that reaches into a list without
    /// owning, adding or repeating its entries: a merge patch replaces the whole list, and an apply or a strategic merge adds a stump, which
    /// the API server rejects, where an entry has just gone. Places in a list shift, so the patch applies to exactly what was read: anything
    /// else is a conflict, and the watch has already brought what to go on with.
    pub(super) fn patch(&self, cas: &[Ca], which: Which) -> Value {
        let bundle = write_bundle(cas);
        let mut operations = vec![
            json!({"op": "replace", "path": "/metadata/resourceVersion", "value": self.version}),
        ];
        for place in self.places(bundle.as_bytes(), which) {
            let value = k8s_openapi::ByteString(bundle.clone().into_bytes());
            let path = format!("/webhooks/{place}/clientConfig/caBundle");
            operations.push(json!({"op": "add", "path": path, "value": value}));
        }
        Value::Array(operations)
    }

    fn places(&self, bundle: &[u8], which: Which) -> Vec<usize> {
        let wanted = |has: &Vec<u8>| match which {
            Which::Different => has != bundle,
            Which::Empty => has.is_empty(),
        };
        let places = self
            .bundles
            .iter()
            .enumerate()
            .filter(|(_, has)| wanted(has));
        places.map(|(place, _)| place).collect()
    }
}

//! What a review is judged by, as of now: what the sources keep up to date and every request reads.
#![allow(
    clippy::disallowed_methods,
    reason = "the shell gives the core the date"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::bindings::Bindings;
use super::metrics::Metrics;
use super::ready::{Part, Readiness, Standing};
use crate::certificate::Served;
use crate::cluster::watch::Shared;
use crate::inventory::Inventory;
use crate::os::Catalogue;
use crate::policy::Policy;
use crate::storage::{Claims, Classes, Volumes};
use crate::workload::admitted::RuntimeClasses;
use crate::workload::namespace::Namespaces;

/// Shared by the listeners and the sources.
pub(super) struct State {
    pub(super) inventory: Shared<Inventory>,
    pub(super) namespaces: Shared<Namespaces>,
    pub(super) runtime_classes: Shared<RuntimeClasses>,
    pub(super) volumes: Shared<Volumes>,
    pub(super) claims: Shared<Claims>,
    pub(super) storage_classes: Shared<Classes>,
    pub(super) policy: ArcSwap<Policy>,
    /// The operating systems by which nodes are recognised: the policy's, or older ones that recognise alike.
    pub(super) catalogue: watch::Sender<Arc<Catalogue>>,
    pub(super) own_namespace: String,
    pub(super) served: Served,
    pub(super) readiness: Readiness,
    pub(super) metrics: Metrics,
    /// Whether volumes, claims and StorageClasses are watched.
    pub(super) host_volumes: bool,
    /// Where Bindings are judged as well.
    pub(super) bindings: Option<Bindings>,
    draining: AtomicBool,
}

impl State {
    pub(super) fn new(policy: Policy, own_namespace: String, served: Served) -> Self {
        Self {
            catalogue: watch::Sender::new(Arc::clone(policy.catalogue())),
            inventory: Shared::default(),
            namespaces: Shared::default(),
            runtime_classes: Shared::default(),
            volumes: Shared::default(),
            claims: Shared::default(),
            storage_classes: Shared::default(),
            policy: ArcSwap::from_pointee(policy),
            own_namespace,
            served,
            readiness: Readiness::default(),
            metrics: Metrics::new(),
            host_volumes: false,
            bindings: None,
            draining: AtomicBool::new(false),
        }
    }

    /// From now on clients should go elsewhere.
    pub(super) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        self.readiness.shut_down();
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Takes over what is known of the certificate.
    pub(super) fn note_certificate(&self) {
        let until = self
            .served
            .not_after()
            .map(|end| format!("valid until {end}"));
        let standing = match (until, self.served.trouble()) {
            (Some(until), None) => Standing::Good(until),
            (Some(until), Some(why)) => Standing::Degraded(format!("{until}; {why}")),
            (None, Some(why)) => Standing::Missing(why.to_string()),
            (None, None) => Standing::Missing("there is none yet".to_owned()),
        };
        self.readiness.set(Part::Certificate, standing);
    }
}

/// The time.
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// The date in UTC.
pub(super) fn today() -> Date {
    now().to_zoned(TimeZone::UTC).date()
}

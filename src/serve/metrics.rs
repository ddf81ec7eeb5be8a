//! What Prometheus is told. No label grows with the cluster, and none is written by a pod's owner.
#![allow(
    clippy::disallowed_methods,
    reason = "the age of the nodes is measured by the clock"
)]

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

use crate::certificate::Served;
use crate::decision::Decision;
use crate::inventory::{Inventory, NodeOs};

/// Labels with their values. The values come from this program or from the configuration.
type Labels<const N: usize> = [(&'static str, String); N];

/// The labels of `hostfit_reviews_total`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReviewLabels {
    /// `allow`, `warn`, `deny`; `refuse` or `not-judged` for what could not be judged.
    pub(super) decision: &'static str,
    pub(super) mode: &'static str,
    pub(super) operation: &'static str,
    pub(super) kind: &'static str,
}

/// All metrics.
pub(super) struct Metrics {
    registry: Registry,
    reviews: Family<ReviewLabels, Counter>,
    latency: Histogram,
    in_flight: Gauge,
    findings: Family<[(&'static str, &'static str); 2], Counter>,
    exemptions: Family<Labels<1>, Counter>,
    errors: Family<Labels<1>, Counter>,
    nodes: Family<Labels<2>, Gauge>,
    node_age: Gauge<f64, AtomicU64>,
    stale_since: Mutex<Option<Instant>>,
    certificate_expiry: Gauge,
    certificate_failures: Gauge,
    reloads: Family<Labels<1>, Counter>,
    configuration_good: Gauge,
    configuration_time: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        // From 50 microseconds to 5 seconds: a review takes some tens of microseconds, and no caller waits longer than 30 seconds.
        let buckets = [
            5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0,
        ];
        let mut registry = Registry::with_prefix("hostfit");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        let mut add = Adder(&mut registry);
        let metrics = Self {
            reviews: add.add("reviews", "Reviews answered"),
            latency: add.made(
                "review_duration_seconds",
                "Time from a review's head to its answer, with the body's arrival",
                Histogram::new(buckets),
            ),
            in_flight: add.add("reviews_in_flight", "Reviews being answered"),
            findings: add.add("findings", "Findings, whether or not they denied anything"),
            exemptions: add.add("exemptions_used", "Findings that an exemption let through"),
            errors: add.add("errors", "What went wrong, by kind"),
            nodes: add.add(
                "nodes",
                "Nodes known, by OS and by whether that is immutable",
            ),
            node_age: add.add(
                "node_cache_age_seconds",
                "Time since the nodes known were surely the cluster's; 0 while the watch works",
            ),
            stale_since: Mutex::new(Some(Instant::now())),
            certificate_expiry: add.add(
                "certificate_expiry_timestamp_seconds",
                "When the serving certificate expires; 0 without one",
            ),
            certificate_failures: add.add(
                "certificate_failures",
                "How often a certificate could not be got, read or written since the start",
            ),
            reloads: add.add(
                "configuration_reloads",
                "Changes of the configuration, by result",
            ),
            configuration_good: add.add(
                "configuration_ok",
                "1 if the configuration that the file holds is the one in use",
            ),
            configuration_time: add.add(
                "configuration_last_success_timestamp_seconds",
                "When the configuration in use was read",
            ),
            registry,
        };
        metrics.configuration_is_good(Timestamp::now());
        // From the start, so that an increase can be seen.
        for result in [SUCCESS, FAILURE] {
            let _ = metrics
                .reloads
                .get_or_create(&[("result", result.to_owned())]);
        }
        metrics
    }

    /// Counts a review that is being answered until the guard is dropped, however that ends.
    pub(super) fn start(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight {
            metrics: self,
            since: Instant::now(),
        }
    }

    pub(super) fn judged(&self, labels: &ReviewLabels, decision: &Decision) {
        self.reviews.get_or_create(labels).inc();
        for judged in &decision.findings {
            let labels = [
                ("rule", judged.finding.rule),
                ("severity", judged.finding.severity.as_str()),
            ];
            self.findings.get_or_create(&labels).inc();
            if let Some(exemption) = &judged.exemption {
                let labels = [("exemption", exemption.clone())];
                self.exemptions.get_or_create(&labels).inc();
            }
        }
    }

    pub(super) fn unjudged(&self, decision: &'static str, mode: &'static str) {
        let labels = ReviewLabels {
            decision,
            mode,
            operation: "other",
            kind: "other",
        };
        self.reviews.get_or_create(&labels).inc();
    }

    pub(super) fn error(&self, kind: &'static str) {
        self.errors
            .get_or_create(&[("kind", kind.to_owned())])
            .inc();
    }

    pub(super) fn configuration_reloaded(&self, success: bool) {
        let result = if success { SUCCESS } else { FAILURE };
        self.reloads
            .get_or_create(&[("result", result.to_owned())])
            .inc();
        if !success {
            self.configuration_good.set(0);
        }
    }

    pub(super) fn configuration_is_good(&self, now: Timestamp) {
        self.configuration_good.set(1);
        self.configuration_time.set(now.as_second());
    }

    pub(super) fn nodes_are_current(&self) {
        *self.stale_since() = None;
    }

    pub(super) fn nodes_are_stale(&self) {
        self.stale_since().get_or_insert_with(Instant::now);
    }

    fn stale_since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.stale_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The exposition, with what is looked up only when it is asked for.
    pub(super) fn expose(&self, inventory: &Inventory, served: &Served) -> String {
        let mut counts: BTreeMap<Labels<2>, i64> = BTreeMap::new();
        for (group, nodes) in inventory.counts() {
            *counts.entry(node_labels(&group.os)).or_default() +=
                i64::try_from(nodes).unwrap_or(i64::MAX);
        }
        self.nodes.clear();
        for (labels, count) in counts {
            self.nodes.get_or_create(&labels).set(count);
        }
        let age = self.stale_since().map_or(Duration::ZERO, |it| it.elapsed());
        self.node_age.set(age.as_secs_f64());
        self.certificate_expiry
            .set(served.not_after().map_or(0, Timestamp::as_second));
        self.certificate_failures
            .set(i64::try_from(served.failures()).unwrap_or(i64::MAX));
        let mut text = String::new();
        // A String takes whatever is written.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

const SUCCESS: &str = "success";
const FAILURE: &str = "failure";

fn node_labels(os: &NodeOs) -> Labels<2> {
    let state = match os {
        NodeOs::Known(os) if os.immutable => "immutable",
        NodeOs::Known(_) => "general",
        NodeOs::Moving { .. } => "moving",
        NodeOs::Unknown => "unknown",
    };
    let os = os.now().map_or("unknown", |os| &os.id);
    [("os", os.to_owned()), ("state", state.to_owned())]
}

/// Registers a metric and hands it back.
struct Adder<'a>(&'a mut Registry);

impl Adder<'_> {
    fn add<M: Metric + Clone + Default>(&mut self, name: &str, help: &str) -> M {
        self.made(name, help, M::default())
    }

    fn made<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }
}

/// A review that is being answered.
pub(super) struct InFlight<'a> {
    metrics: &'a Metrics,
    since: Instant,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
        self.metrics
            .latency
            .observe(self.since.elapsed().as_secs_f64());
    }
}

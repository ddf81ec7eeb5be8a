//! Beside the flow: what a workload would get that nobody has sent yet, from a manifest. The same stations as for a review, without the
//! request: nobody knows who will send it, and a workload that makes pods is judged as each of its pods would be.

use std::sync::Arc;

use super::{World, endings, place, settings, weigh};
use crate::decision::{Effect, Judged, Passed};
use crate::message;
use crate::os::Profile;
use crate::placement::{self, Placement};
use crate::policy::exemption::maker;
use crate::workload::Workload;
use crate::workload::admitted::{self, Contradiction};
use crate::workload::namespace::Namespace;

/// What a workload would get.
#[derive(Debug)]
pub struct Outlook {
    /// Where it can land.
    pub placement: Placement,
    /// Why the API server refuses every pod of it, wherever it could land.
    pub refused: Option<Contradiction>,
    /// What is found there, exemptions applied.
    pub findings: Vec<Judged>,
    /// What its pods would get.
    pub decision: Effect,
    /// Why it would not be judged at all, if so.
    pub passed: Option<Passed>,
    /// What else should be told: exemptions that end soon, operating systems that do.
    pub notices: Vec<String>,
}

/// Judges a workload, on these systems where some are assumed, else on the nodes that are known.
///
/// Owner references are believed here: one that is forged deceives nobody but whoever asks.
pub fn judge(workload: &Workload, assumed: Option<&[Arc<Profile>]>, world: &World) -> Outlook {
    let plain = Namespace::default();
    let facts = world.namespaces.get(&workload.namespace).unwrap_or(&plain);
    // A pod too, unlike in a review: nobody has admitted it yet. What it has already is not added again.
    let pod = admitted::pod_of(workload, facts, world.runtime_classes);
    let volumes = world.storage.volumes_of(workload);
    let placement = match assumed {
        None => place(&pod, &volumes, world),
        Some(systems) => {
            let spec = pod.as_deref().unwrap_or(&workload.spec);
            placement::assume(spec, systems, world.policy.catalogue())
        }
    };
    let refused = pod.err();
    let settings = match settings(&workload.namespace, world) {
        Ok(settings) => settings,
        Err(passed) => {
            return Outlook {
                placement,
                refused,
                findings: Vec::new(),
                decision: Effect::Record,
                passed: passed.passed,
                notices: Vec::new(),
            };
        }
    };
    let user = maker(workload).unwrap_or_default();
    let findings = weigh(workload, &volumes, &placement, &user, &settings, world);
    let worst = findings.iter().map(|judged| judged.effect).max();
    let mut notices = endings(&findings, world);
    // As the webhook does: an exemption that ends soon is worth a warning by itself.
    let least = if notices.is_empty() {
        Effect::Record
    } else {
        Effect::Warn
    };
    notices.extend(message::ends(&findings, world.today));
    Outlook {
        placement,
        refused,
        decision: worst.unwrap_or(Effect::Record).max(least),
        findings,
        passed: None,
        notices,
    }
}

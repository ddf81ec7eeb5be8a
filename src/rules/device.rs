//! `device`: a container that asks for a device for which the OS has no driver.
//!
//! Reads `resources.limits` and `resources.requests` of all containers, the extended resources in them. It is at risk: no node of such a
//! pool offers the device, so the pod waits, unless somebody brings a driver and a device plugin of their own. Where an OS has the driver on
//! some nodes only, nothing is said: the scheduler gives the pod to those that offer the device and to no other.

use super::{Case, Hit, Rule};
use crate::findings::Severity;
use crate::message::clean;
use crate::os::features::{FeatureKind, Presence};

pub(super) const RULE: Rule = Rule {
    id: "device",
    summary: "a container asks for a device that the OS has no driver for",
    fields: &[
        "*containers[*].resources.limits",
        "*containers[*].resources.requests",
    ],
    remedy: "select a node pool whose OS supports the device, or ask for none",
    before: include_str!("remedies/device/before.yaml"),
    after: include_str!("remedies/device/after.yaml"),
    is_host_use: false,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, role, container) in case.spec.container_fields() {
        let limits = &container.resources.limits;
        // What is requested is limited too; a manifest that forgets it is refused by the API server.
        let requests = container.resources.requests.iter();
        let requested = requests.filter(|name| !limits.contains(name));
        let asked = limits.iter().map(|name| ("limits", name));
        for (list, name) in asked.chain(requested.map(|name| ("requests", name))) {
            let Some(feature) = case.os.feature(FeatureKind::Device, name) else {
                continue;
            };
            if feature.present == Presence::No {
                hits.push(Hit::new(
                    format!("{at}.resources.{list}[{}]", clean(name)),
                    Severity::AtRisk,
                    format!(
                        "{role} \"{}\" asks for {}",
                        clean(&container.name),
                        clean(name)
                    ),
                    feature.because.clone(),
                ));
            }
        }
    }
    hits
}

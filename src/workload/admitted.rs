//! The pod that a template becomes: what the API server's own admission plugins add to it. Between `workload` and `placement`, for
//! whatever has not been through them: a template, a manifest.
//!
//! | plugin | adds | from |
//! |---|---|---|
//! | `PodNodeSelector` | a node selector | the Namespace's annotation |
//! | `PodTolerationRestriction` | tolerations | the Namespace's annotation |
//! | `ExtendedResourceToleration` | a toleration for each device that a container asks for | its resources |
//! | `RuntimeClass` | a node selector and tolerations | the class's `scheduling` |
//!
//! Authority: `plugin/pkg/admission` of Kubernetes, in the plugins' order. AKS runs all four; where one does not run, what it reads is
//! normally absent. Tolerations of taints that come and go, which some also add, decide nothing and are left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::api::node::v1::Scheduling;

use super::namespace::{self, Namespace};
use super::pod::PodSpec;
use super::{Kind, Workload};
use crate::message::clean;

/// The `scheduling` of the RuntimeClasses that have one, by the class's name.
pub type RuntimeClasses = BTreeMap<String, Scheduling>;

/// The spec with which the workload's pods come out of admission. Nothing is added twice. A RuntimeClass that is not known adds nothing:
/// until it exists, the API server refuses such pods.
pub fn pod_of<'a>(
    workload: &'a Workload,
    namespace: &Namespace,
    classes: &RuntimeClasses,
) -> Result<Cow<'a, PodSpec>, Contradiction> {
    let template = &workload.spec;
    let class_name = template.runtime_class_name.as_deref().unwrap_or_default();
    let class = classes.get(class_name);
    let mut pod = Cow::Borrowed(template);

    select(&mut pod, &namespace.node_selector, || {
        format!("the namespace's annotation {}", namespace::NODE_SELECTOR)
    })?;
    if let Some(wanted) = class.and_then(|class| class.node_selector.as_ref()) {
        select(&mut pod, wanted, || {
            format!("RuntimeClass {}", clean(class_name))
        })?;
    }
    // A DaemonSet's controller chooses the nodes by the template as written; what a pod of it tolerates beyond that comes too late.
    if workload.kind != Kind::DaemonSet {
        tolerate(&mut pod, namespace.default_tolerations.iter().cloned());
        tolerate(&mut pod, of_extended_resources(template));
        let of_class = class.and_then(|class| class.tolerations.as_deref());
        tolerate(&mut pod, of_class.unwrap_or_default().iter().cloned());
    }
    Ok(pod)
}

/// A node selector that is to be added says otherwise than the pod's own: the API server refuses every pod of the workload, so no node is a
/// candidate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the API server refuses its pods: nodeSelector {key}={own} contradicts {key}={wanted} of {source_of_wanted}; change one of the two"
)]
pub struct Contradiction {
    key: String,
    own: String,
    wanted: String,
    source_of_wanted: String,
}

fn select(
    pod: &mut Cow<PodSpec>,
    wanted: &BTreeMap<String, String>,
    source: impl Fn() -> String,
) -> Result<(), Contradiction> {
    for (key, value) in wanted {
        match pod.node_selector.get(key) {
            Some(own) if own == value => {}
            Some(own) => {
                return Err(Contradiction {
                    key: clean(key).into_owned(),
                    own: clean(own).into_owned(),
                    wanted: clean(value).into_owned(),
                    source_of_wanted: source(),
                });
            }
            None => {
                let selector = &mut pod.to_mut().node_selector;
                selector.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

/// The plugins also drop what another toleration includes, which changes nothing that the pod tolerates.
fn tolerate(pod: &mut Cow<PodSpec>, more: impl IntoIterator<Item = Toleration>) {
    for toleration in more {
        if !pod.tolerations.contains(&toleration) {
            pod.to_mut().tolerations.push(toleration);
        }
    }
}

/// Whoever asks for a device tolerates the taint that is named like it. The API server makes a limit a request as well where there is none,
/// in a pod and not in a template.
fn of_extended_resources(spec: &PodSpec) -> impl Iterator<Item = Toleration> + use<> {
    let containers = spec.containers.iter().chain(&spec.init_containers);
    let resources: BTreeSet<String> = containers
        .flat_map(|container| {
            let resources = &container.resources;
            resources.requests.iter().chain(&resources.limits).cloned()
        })
        .collect();
    resources.into_iter().map(|resource| Toleration {
        key: Some(resource),
        operator: Some("Exists".to_owned()),
        effect: Some("NoSchedule".to_owned()),
        ..Toleration::default()
    })
}

#[cfg(test)]
mod tests;

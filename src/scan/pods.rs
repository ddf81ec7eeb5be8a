//! The pods that live, each reduced to what the next one like it would be, and only what differs kept. Part of [`crate::scan`].

use std::collections::BTreeMap;

use super::owners::{Key, controller_of};
use crate::report::verdict::{Alone, Running};
use crate::workload::pod::PodSpec;
use crate::workload::{Kind, Workload};

/// The pods of a cluster that have not ended.
#[derive(Debug, Default)]
pub struct Pods {
    /// By what controls them, with the version in which it is named.
    pub(super) controlled: BTreeMap<Key, Controlled>,
    /// Those that nothing would make anew, and the images of static pods.
    pub(super) alone: Vec<Lone>,
}

/// The pods of one controller.
#[derive(Debug)]
pub(super) struct Controlled {
    pub(super) api_version: String,
    pub(super) running: Running,
    /// The distinct ones.
    pub(super) shapes: Vec<Workload>,
}

/// A pod that stands for itself.
#[derive(Debug)]
pub(super) struct Lone {
    pub(super) pod: Workload,
    pub(super) running: Running,
    pub(super) why: Alone,
}

impl Pods {
    /// Takes one in.
    pub fn add(&mut self, mut pod: Workload) {
        let is_static = pod.meta.annotations.contains_key(MIRROR);
        let node = pod.spec.node_name.clone();
        let controller = controller_of(&pod).filter(|_| !is_static);
        reduce(&mut pod, is_static);
        let Some((key, api_version)) = controller else {
            let mut running = Running::default();
            running.add(node);
            self.alone.push(Lone {
                pod,
                running,
                why: if is_static {
                    Alone::Static
                } else {
                    Alone::Bare
                },
            });
            return;
        };
        let alike = self.controlled.entry(key).or_insert_with(|| Controlled {
            api_version,
            running: Running::default(),
            shapes: Vec::new(),
        });
        alike.running.add(node);
        let is_known = |shape: &Workload| {
            (&shape.spec, &shape.pod_meta.annotations) == (&pod.spec, &pod.pod_meta.annotations)
        };
        if !alike.shapes.iter().any(is_known) {
            alike.shapes.push(pod);
        }
    }
}

/// The annotation of a static pod's image in the API.
const MIRROR: &str = "kubernetes.io/config.mirror";
/// The annotations that a rule reads.
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
/// How the volume with the service account's token is called, before five random letters.
const TOKEN: &str = "kube-api-access-";

/// Takes away what a pod has got from where it runs, and what makes it differ from others like it without deciding anything.
fn reduce(pod: &mut Workload, is_static: bool) {
    pod.meta.uid = String::new();
    pod.meta.annotations = BTreeMap::new();
    pod.pod_meta
        .annotations
        .retain(|key, _| key.starts_with(APP_ARMOR));
    let by_daemon_set = pod
        .controller()
        .is_some_and(|owner| owner.kind == Kind::DaemonSet.as_str());
    let spec = &mut pod.spec;
    if !is_static {
        spec.node_name = None;
    }
    if by_daemon_set {
        unpin(spec);
    }
    for volume in &mut spec.volumes {
        normalise(&mut volume.name);
    }
    let containers = spec.init_containers.iter_mut().chain(&mut spec.containers);
    for container in containers.chain(&mut spec.ephemeral_containers) {
        for mount in &mut container.volume_mounts {
            normalise(&mut mount.name);
        }
    }
}

fn normalise(name: &mut String) {
    if name.starts_with(TOKEN) {
        name.truncate(TOKEN.len() - 1);
    }
}

/// The controller of DaemonSets puts the name of the node in the place of whatever node affinity the template requires.
fn unpin(spec: &mut PodSpec) {
    let required = spec
        .affinity
        .as_mut()
        .and_then(|affinity| affinity.node_affinity.as_mut())
        .map(|affinity| &mut affinity.required);
    let Some(required) = required else {
        return;
    };
    let is_pin = required.as_ref().is_some_and(|selector| {
        let mut terms = selector.node_selector_terms.iter();
        terms.all(|term| term.match_expressions.is_none() && term.match_fields.is_some())
    });
    if is_pin {
        *required = None;
    }
    spec.affinity = spec.affinity.take().filter(|affinity| {
        let of_nodes = affinity.node_affinity.as_ref();
        of_nodes.is_some_and(|affinity| affinity.required.is_some())
    });
}

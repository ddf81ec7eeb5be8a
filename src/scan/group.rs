//! The workloads of a cluster: what was listed, by its top owner. Part of [`crate::scan`].

use std::collections::BTreeMap;

use super::owners::{Key, Owners, identity};
use super::pods::{Lone, Pods};
use crate::report::verdict::{Alone, Identity, Running};
use crate::workload::Workload;

/// One workload: what is at the top of some pods, and all by which it is judged.
#[derive(Debug)]
pub struct Subject<'a> {
    /// Which it is.
    pub identity: Identity,
    /// What its next pods are made by; nothing where only its pods are known.
    pub templates: Vec<&'a Workload>,
    /// The distinct ones among its pods.
    pub pods: Vec<&'a Workload>,
    /// What runs of it.
    pub running: Running,
    /// Whether it is a pod that stands for itself.
    pub alone: Option<Alone>,
}

impl<'a> Subject<'a> {
    /// What it is judged by first.
    pub(super) fn made_by(&self) -> &[&'a Workload] {
        if self.templates.is_empty() {
            &self.pods
        } else {
            &self.templates
        }
    }
}

/// All workloads, by namespace, kind and name.
pub fn subjects<'a>(owners: &'a Owners, pods: &'a Pods) -> Vec<Subject<'a>> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for (key, top) in owners.all() {
        at(&mut groups, top).made.push(key);
    }
    for (key, controlled) in &pods.controlled {
        let group = at(&mut groups, owners.top(key, &controlled.api_version));
        group.running.extend(&controlled.running);
        group.pods.extend(&controlled.shapes);
    }
    let grouped = groups.into_iter().map(|(key, group)| Subject {
        templates: match owners.template(&key) {
            Some(template) => vec![template],
            None => owners.templates_of(&group.made),
        },
        identity: identity((key, group.api_version)),
        pods: group.pods,
        running: group.running,
        alone: None,
    });
    let mut subjects: Vec<Subject> = grouped.chain(pods.alone.iter().map(alone)).collect();
    let place = |subject: &Subject| {
        let Identity {
            api_version,
            kind,
            namespace,
            name,
        } = subject.identity.clone();
        (namespace, kind, name, api_version)
    };
    subjects.sort_by_cached_key(place);
    subjects
}

#[derive(Default)]
struct Group<'a> {
    api_version: String,
    made: Vec<&'a Key>,
    pods: Vec<&'a Workload>,
    running: Running,
}

/// The group of what is at the top.
fn at<'g, 'a>(
    groups: &'g mut BTreeMap<Key, Group<'a>>,
    (top, api_version): (Key, String),
) -> &'g mut Group<'a> {
    let group = groups.entry(top).or_default();
    group.api_version = api_version;
    group
}

fn alone(lone: &Lone) -> Subject<'_> {
    let Lone { pod, running, why } = lone;
    Subject {
        identity: Identity {
            api_version: "v1".to_owned(),
            kind: pod.kind.as_str().to_owned(),
            namespace: pod.namespace.clone(),
            name: pod.name.clone(),
        },
        templates: Vec::new(),
        pods: vec![pod],
        running: running.clone(),
        alone: Some(*why),
    }
}

//! What makes pods, and what made that: the way from a pod's controller up to its top owner. Part of [`crate::scan`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use serde::Deserialize;

use crate::report::verdict::Identity;
use crate::workload::pod::nullable;
use crate::workload::{Kind, Workload};

/// What tells an object from all others, whatever its version: an owner reference may name an older one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub struct Key {
    pub namespace: String,
    pub kind: String,
    pub name: String,
    pub group: String,
}

impl Key {
    /// The owner that a reference in this namespace names. One that belongs to no namespace is looked for there too, and never known.
    fn of_owner(owner: &OwnerReference, namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            kind: owner.kind.clone(),
            name: owner.name.clone(),
            group: group(&owner.api_version).to_owned(),
        }
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The controller of an object, and the version in which it is named.
pub(super) fn controller_of(workload: &Workload) -> Option<(Key, String)> {
    let owner = workload.controller()?;
    let key = Key::of_owner(owner, &workload.namespace);
    Some((key, owner.api_version.clone()))
}

/// Something that makes pods, as it is listed.
#[derive(Debug)]
pub struct Object {
    api_version: String,
    workload: Workload,
    /// Whether it would make a pod if one were missing.
    is_live: bool,
    /// Whether it has come to its end, and makes none whatever happens.
    is_over: bool,
    created: Option<Timestamp>,
}

impl Object {
    /// Reads one.
    pub fn parse(kind: Kind, api_version: &str, json: &str) -> Result<Self, serde_json::Error> {
        let workload = Workload::parse(kind, json)?;
        let more: More = serde_json::from_str(json)?;
        let ended = |condition: &Condition| {
            matches!(condition.kind.as_str(), "Complete" | "Failed") && condition.status == "True"
        };
        let is_over = kind == Kind::Job && more.status.conditions.iter().any(ended);
        // Old ReplicaSets are kept with none; whatever else is scaled down will be scaled up.
        let is_old = kind == Kind::ReplicaSet && more.spec.replicas == Some(0);
        Ok(Self {
            api_version: api_version.to_owned(),
            is_live: !is_over && !is_old,
            is_over,
            created: more
                .metadata
                .creation_timestamp
                .and_then(|time| time.parse().ok()),
            workload,
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct More {
    metadata: MoreMeta,
    spec: MoreSpec,
    status: MoreStatus,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct MoreMeta {
    creation_timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MoreSpec {
    replicas: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MoreStatus {
    #[serde(deserialize_with = "nullable")]
    conditions: Vec<Condition>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

/// All that makes pods.
#[derive(Debug, Default)]
pub struct Owners {
    known: BTreeMap<Key, Known>,
    /// How many have come to their end, by kind.
    over: BTreeMap<&'static str, usize>,
}

#[derive(Debug)]
struct Known {
    api_version: String,
    above: Option<(Key, String)>,
    /// None where what stands above says what its pods are: of ten old ReplicaSets of a Deployment nothing is kept.
    own: Option<Box<Own>>,
}

#[derive(Debug)]
struct Own {
    workload: Workload,
    is_live: bool,
    created: Option<Timestamp>,
}

impl Owners {
    /// Takes one in. What controls others should come before them: of those little needs to be kept then.
    pub fn add(&mut self, object: Object) {
        let mut workload = object.workload;
        let above = controller_of(&workload);
        if object.is_over && above.is_none() {
            *self.over.entry(workload.kind.as_str()).or_default() += 1;
            return;
        }
        let key = Key {
            namespace: workload.namespace.clone(),
            kind: workload.kind.as_str().to_owned(),
            name: workload.name.clone(),
            group: group(&object.api_version).to_owned(),
        };
        workload.meta.annotations.clear();
        let is_known = |(key, _): &(Key, String)| self.known.contains_key(key);
        let own = (!above.as_ref().is_some_and(is_known)).then(|| {
            Box::new(Own {
                workload,
                is_live: object.is_live,
                created: object.created,
            })
        });
        let known = Known {
            api_version: object.api_version,
            above,
            own,
        };
        self.known.insert(key, known);
    }

    /// What has come to its end and makes no pod any more, by kind.
    pub fn over(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.over.iter().map(|(kind, count)| (*kind, *count))
    }

    /// The top owner of what this names, known or not, with the version in which it is named.
    pub(super) fn top(&self, key: &Key, api_version: &str) -> (Key, String) {
        let mut top = (key.clone(), api_version.to_owned());
        for _ in 0..MOST_LEVELS {
            match self.known.get(&top.0) {
                Some(Known {
                    above: Some(above), ..
                }) => top = above.clone(),
                Some(known) => {
                    top.1.clone_from(&known.api_version);
                    break;
                }
                None => break,
            }
        }
        top
    }

    /// Everything known, with its top owner.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Key, (Key, String))> {
        let top = |(key, known): &(&Key, &Known)| self.top(key, &known.api_version);
        self.known.iter().map(move |known| (known.0, top(&known)))
    }

    /// The template of what this names, where it is of its own.
    pub(super) fn template(&self, key: &Key) -> Option<&Workload> {
        Some(&self.known.get(key)?.own.as_ref()?.workload)
    }

    /// Of several that one owner made, the templates by which its next pods are made: those of all that would make one, else of the newest.
    /// Each once.
    pub(super) fn templates_of(&self, made: &[&Key]) -> Vec<&Workload> {
        let own = |key: &&Key| self.known.get(*key)?.own.as_deref();
        let all: Vec<&Own> = made.iter().filter_map(own).collect();
        let mut chosen: Vec<&Own> = all.iter().copied().filter(|own| own.is_live).collect();
        if chosen.is_empty() {
            chosen.extend(all.into_iter().max_by_key(|own| own.created));
        }
        let mut templates: Vec<&Workload> = Vec::new();
        for Own { workload, .. } in chosen {
            let same = |other: &&Workload| {
                (other.kind, &other.spec, &other.pod_meta.annotations)
                    == (
                        workload.kind,
                        &workload.spec,
                        &workload.pod_meta.annotations,
                    )
            };
            if !templates.iter().any(same) {
                templates.push(workload);
            }
        }
        templates
    }
}

/// References can be written by anyone, also in a circle.
const MOST_LEVELS: usize = 16;

/// What a key names, as it is shown.
pub(super) fn identity((key, api_version): (Key, String)) -> Identity {
    Identity {
        api_version,
        kind: key.kind,
        namespace: key.namespace,
        name: key.name,
    }
}

//! The middle of the flow in one place: a review and what is known of the world, to a decision.

pub mod ahead;
pub mod binding;

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::decision::{Decision, Effect, Judged, Passed, effect};
use crate::inventory::Inventory;
use crate::placement::{self, Placement, Pod};
use crate::policy::{Mode, Policy, Requester, Settings};
use crate::review::{Operation, Review, ReviewError, User};
use crate::rules;
use crate::storage::{PodVolume, Storage};
use crate::workload::admitted::{self, Contradiction, RuntimeClasses};
use crate::workload::namespace::{Namespace, Namespaces};
use crate::workload::pod::PodSpec;
use crate::workload::{Kind, Workload};

/// What is known besides the review itself.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The nodes.
    pub inventory: &'a Inventory,
    /// The namespaces that decide something.
    pub namespaces: &'a Namespaces,
    /// The RuntimeClasses that decide something.
    pub runtime_classes: &'a RuntimeClasses,
    /// What is known of volumes, claims and StorageClasses.
    pub storage: Storage<'a>,
    /// The configuration.
    pub policy: &'a Policy,
    /// Hostfit's own namespace, which is never judged.
    pub own_namespace: &'a str,
    /// The date in UTC, for exemptions.
    pub today: Date,
}

/// Answers a review.
pub fn judge(review: &Review, world: &World) -> Result<Decision, ReviewError> {
    let Some(kind) = concerns_us(review) else {
        return Ok(Decision::pass(Passed::NotOurs, world.policy.mode));
    };
    let settings = match settings(&review.namespace, world) {
        Ok(settings) => settings,
        Err(passed) => return Ok(*passed),
    };
    let plain = Namespace::default();
    let facts = world.namespaces.get(&review.namespace).unwrap_or(&plain);
    let workload = review.workload(kind)?;
    if is_mirror_pod(&workload, &review.user) {
        return Ok(Decision::pass(Passed::Mirror, settings.mode));
    }
    if kind != Kind::Pod && workload.controller().is_some() {
        return Ok(Decision::pass(Passed::Controlled, settings.mode));
    }

    let assess = |workload: &Workload| {
        let pod = pod_of(workload, facts, world.runtime_classes);
        assess(workload, &pod, &review.user, &settings, world)
    };
    let (placement, mut findings) = assess(&workload);
    if let Some(old) = review.old_workload(kind)? {
        let (_, old) = assess(&old);
        findings.retain(|new| {
            !old.iter()
                .any(|old| new.finding.is_in(&old.finding) && new.effect <= old.effect)
        });
    }
    let notices = endings(&findings, world);
    Ok(Decision::new(
        &workload,
        placement,
        findings,
        settings,
        notices,
        world.today,
    ))
}

/// What holds in a namespace, or that nothing is judged there.
fn settings(namespace: &str, world: &World) -> Result<Settings, Box<Decision>> {
    let policy = world.policy;
    let pass = |why, mode| Err(Box::new(Decision::pass(why, mode)));
    if namespace == world.own_namespace || policy.excluded_namespaces.contains(namespace) {
        return pass(Passed::Excluded, policy.mode);
    }
    let plain = Namespace::default();
    let facts = world.namespaces.get(namespace).unwrap_or(&plain);
    let mut settings = policy.settings(namespace, &facts.labels);
    settings.complaints.extend_from_slice(&facts.complaints);
    if settings.mode == Mode::Off {
        return pass(Passed::Off, Mode::Off);
    }
    Ok(settings)
}

/// The kind of what is created or changed, if it carries a pod.
fn concerns_us(review: &Review) -> Option<Kind> {
    let judged = matches!(review.operation, Operation::Create | Operation::Update);
    let kind = Kind::from_api(&review.kind.group, &review.kind.kind)?;
    let whole = match review.sub_resource.as_str() {
        "" => true,
        "ephemeralcontainers" => kind == Kind::Pod,
        _ => false,
    };
    (judged && whole).then_some(kind)
}

/// What the API server's admission makes of a template. A pod has been through it when it comes to be reviewed, and says by itself what was
/// added, whichever plugins ran.
fn pod_of<'a>(
    workload: &'a Workload,
    namespace: &Namespace,
    classes: &RuntimeClasses,
) -> Result<Cow<'a, PodSpec>, Contradiction> {
    match workload.kind {
        Kind::Pod => Ok(Cow::Borrowed(&workload.spec)),
        _ => admitted::pod_of(workload, namespace, classes),
    }
}

/// Where the pod of a workload, as it comes out of admission, can land, what is found there, and what each finding does to it.
pub fn assess(
    workload: &Workload,
    pod: &Result<Cow<PodSpec>, Contradiction>,
    user: &User,
    settings: &Settings,
    world: &World,
) -> (Placement, Vec<Judged>) {
    let volumes = world.storage.volumes_of(workload);
    let placement = place(pod, &volumes, world);
    let findings = weigh(workload, &volumes, &placement, user, settings, world);
    (placement, findings)
}

/// Where a pod that comes out of admission can land.
fn place(
    pod: &Result<Cow<PodSpec>, Contradiction>,
    volumes: &[PodVolume],
    world: &World,
) -> Placement {
    match pod {
        Ok(spec) => {
            let pod = Pod { spec, volumes };
            placement::place(pod, world.inventory, world.policy.catalogue())
        }
        Err(_) => Placement::nowhere(),
    }
}

/// What is found where a workload can land, and what each finding does to it.
fn weigh(
    workload: &Workload,
    volumes: &[PodVolume],
    placement: &Placement,
    user: &User,
    settings: &Settings,
    world: &World,
) -> Vec<Judged> {
    let requester = Requester::new(workload, user);
    let judged = |finding| {
        let exemption = world
            .policy
            .exemptions()
            .iter()
            .find(|e| e.covers(&finding, &requester, world.today));
        let weight = effect(&finding, placement.class, settings);
        Judged {
            effect: if exemption.is_some() {
                Effect::Record
            } else {
                weight
            },
            exemption: exemption.map(|exemption| exemption.name.clone()),
            finding,
        }
    };
    rules::run(workload, volumes, &placement.immutable_os)
        .into_iter()
        .map(judged)
        .collect()
}

/// A static pod's image in the API, made by its node. Only then: anyone can write the annotation.
fn is_mirror_pod(workload: &Workload, user: &User) -> bool {
    workload.kind == Kind::Pod
        && workload
            .meta
            .annotations
            .contains_key("kubernetes.io/config.mirror")
        && user.username.starts_with("system:node:")
        && user.groups.iter().any(|group| group == "system:nodes")
}

/// A word for each exemption in use that ends within a fortnight.
fn endings(findings: &[Judged], world: &World) -> Vec<String> {
    let used: BTreeSet<&str> = findings
        .iter()
        .filter_map(|judged| judged.exemption.as_deref())
        .collect();
    let ending = |exemption: &crate::policy::Exemption| {
        let last = exemption
            .ends_soon(world.today)
            .filter(|_| used.contains(exemption.name.as_str()))?;
        Some(format!(
            "hostfit: exemption {} ends on {last}",
            crate::message::clean(&exemption.name)
        ))
    };
    world
        .policy
        .exemptions()
        .iter()
        .filter_map(ending)
        .collect()
}

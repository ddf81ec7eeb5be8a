//! The backstop beside the flow: a pod that is given an immutable node against its verdict. It came in while it could land elsewhere, before
//! Hostfit was there or while it was down, or the nodes have changed since.
//!
//! A Binding names a pod and a node and says nothing else of either. So there are two steps: `ask` says whether there is anything to judge,
//! which for most nodes there is not; then the shell fetches the pod, and `judge` judges it on exactly that node.

use std::borrow::Cow;

use super::{World, assess, settings};
use crate::decision::{Decision, Effect, Judged, Passed};
use crate::message::clean;
use crate::placement::Class;
use crate::policy::Requester;
use crate::policy::exemption::maker;
use crate::review::{Binding, Review, ReviewError};
use crate::workload::{Kind, Workload};

/// The most that is done about a pod on a node that it does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtMost {
    /// It is told.
    Warn,
    /// The node is refused to it, where a pod like it would be refused.
    Deny,
}

/// What a review of a Binding asks for.
#[derive(Debug)]
pub enum Asked {
    /// Nothing: it is decided.
    Decided(Box<Decision>),
    /// A look at the pod.
    Pod(Binding),
}

/// Whether the pod has to be looked at: only where its new node is surely immutable, and its namespace is judged at all.
pub fn ask(review: &Review, world: &World) -> Result<Asked, ReviewError> {
    let settings = match settings(&review.namespace, world) {
        Ok(settings) => settings,
        Err(passed) => return Ok(Asked::Decided(passed)),
    };
    let binding = review.binding()?;
    let inventory = world.inventory;
    let node = inventory
        .id(&binding.node)
        .and_then(|id| inventory.group(id));
    // A node on the move would only be warned of, and its pool may be in the middle of a drain.
    if node.is_some_and(|node| node.os.is_surely_immutable()) {
        return Ok(Asked::Pod(binding));
    }
    let passed = Decision::pass(Passed::OtherNode, settings.mode);
    Ok(Asked::Decided(Box::new(passed)))
}

/// Judges a pod, as the API server has stored it, on its new node.
pub fn judge(
    review: &Review,
    binding: &Binding,
    pod: &str,
    world: &World,
    at_most: AtMost,
) -> Result<Decision, ReviewError> {
    let settings = match settings(&review.namespace, world) {
        Ok(settings) => settings,
        Err(passed) => return Ok(*passed),
    };
    let mut workload = Workload::parse(Kind::Pod, pod).map_err(|error| {
        review.error(format!("the pod of this Binding cannot be read: {error}"))
    })?;
    // Another pod of that name: the API server itself refuses to bind it.
    if !binding.uid.is_empty() && binding.uid != workload.meta.uid {
        return Ok(Decision::pass(Passed::Unseen, settings.mode));
    }
    workload.namespace.clone_from(&binding.namespace);
    workload.spec.node_name = Some(binding.node.clone());

    let maker = maker(&workload);
    let user = maker.clone().unwrap_or_default();
    let pod = Ok(Cow::Borrowed(&workload.spec));
    let (placement, mut findings) = assess(&workload, &pod, &user, &settings, world);
    if placement.class != Class::Immutable {
        return Ok(Decision::pass(Passed::OtherNode, settings.mode));
    }
    let requester = Requester::new(&workload, &user);
    let may_be_exempt = |judged: &Judged| {
        let mut exemptions = world.policy.exemptions().iter();
        exemptions.any(|e| e.may_cover(&judged.finding, &requester, world.today))
    };
    for judged in &mut findings {
        // Who made a pod does not show in it. One that an exemption may have let in for its user is not refused its node.
        if at_most == AtMost::Warn || (maker.is_none() && may_be_exempt(judged)) {
            judged.effect = judged.effect.min(Effect::Warn);
        }
    }
    let mut decision = Decision::new(
        &workload,
        placement,
        findings,
        settings,
        Vec::new(),
        world.today,
    );
    if !decision.audit.is_empty() {
        decision
            .audit
            .insert("node", clean(&binding.node).into_owned());
    }
    Ok(decision)
}

/// A Binding whose pod could not be looked at is let through without a word.
pub fn unseen(review: &Review, world: &World) -> Decision {
    settings(&review.namespace, world).map_or_else(
        |passed| *passed,
        |settings| Decision::pass(Passed::Unseen, settings.mode),
    )
}

//! A workload of a cluster, judged: by what its next pods are made by, and for what only its running pods have. Part of [`crate::scan`].

use std::sync::Arc;

use super::Subject;
use crate::decision::{Effect, Judged, Passed};
use crate::judge::World;
use crate::judge::ahead::{self, Outlook};
use crate::os::Profile;
use crate::report::verdict::{Alone, Entry};
use crate::workload::{Kind, Workload};

/// Judges one, on these systems where some are assumed. None where there is nothing to judge it by.
pub fn judge(subject: &Subject, assumed: Option<&[Arc<Profile>]>, world: &World) -> Option<Entry> {
    let judged = |workload: &&Workload| (workload.kind, ahead::judge(workload, assumed, world));
    // The worst says where it can land; of equals the first.
    let mut outlooks: Vec<(Kind, Outlook)> = subject.made_by().iter().map(judged).collect();
    let worst = outlooks.iter().map(|(_, outlook)| outlook.decision).max()?;
    let first = outlooks
        .iter()
        .position(|(_, outlook)| outlook.decision == worst)?;
    let (kind, mut outlook) = outlooks.remove(first);
    for (_, other) in outlooks {
        add(&mut outlook, other);
    }
    if !subject.templates.is_empty() {
        for pod in &subject.pods {
            let mut of_pod = ahead::judge(pod, assumed, world);
            let said = |found: &Judged| is_said_of_template(found, pod, subject, &outlook);
            of_pod.findings.retain(|found| !said(found));
            add(&mut outlook, of_pod);
        }
    }
    if subject.alone == Some(Alone::Static) && outlook.passed.is_none() {
        outlook.passed = Some(Passed::Mirror);
        outlook.decision = Effect::Record;
        outlook.notices.clear();
        for judged in &mut outlook.findings {
            judged.effect = Effect::Record;
        }
    }
    let mut entry = Entry::of(subject.identity.clone(), kind, outlook);
    entry.running = Some(subject.running.clone());
    entry.alone = subject.alone;
    Some(entry)
}

/// What another has besides.
fn add(outlook: &mut Outlook, other: Outlook) {
    let mut has_more = false;
    for judged in other.findings {
        if !outlook.findings.iter().any(|had| is_same(&judged, had)) {
            outlook.decision = outlook.decision.max(judged.effect);
            outlook.findings.push(judged);
            has_more = true;
        }
    }
    for notice in other.notices {
        if has_more && !outlook.notices.contains(&notice) {
            outlook.notices.push(notice);
        }
    }
}

/// Whether both say the same of the same thing. A container that is put in before others moves their places, so names tell; each replica
/// has a claim of its own, so there the place does.
fn is_same(new: &Judged, had: &Judged) -> bool {
    let (new, had) = (&new.finding, &had.finding);
    let is_same_claim = new.rule == HOST_VOLUME && new.field == had.field;
    new.rule == had.rule && (new.detail == had.detail || is_same_claim || new.is_in(had))
}

/// Whether a pod's finding is of a claim of which the template says the same.
fn is_said_of_template(
    found: &Judged,
    pod: &Workload,
    subject: &Subject,
    outlook: &Outlook,
) -> bool {
    let volumes = pod.spec.volumes.iter().enumerate();
    let mut names = volumes
        .filter(|(index, _)| {
            found.finding.field == format!("spec.volumes[{index}].persistentVolumeClaim")
        })
        .map(|(_, volume)| &volume.name);
    let said = |field: String| {
        outlook
            .findings
            .iter()
            .any(|had| had.finding.field == field)
    };
    let templates = || {
        subject
            .templates
            .iter()
            .flat_map(|it| it.claim_templates.iter().enumerate())
    };
    names.any(|name| {
        templates().any(|(index, template)| {
            template.metadata.name == *name && said(format!("spec.volumeClaimTemplates[{index}]"))
        })
    })
}

const HOST_VOLUME: &str = "host-volume";

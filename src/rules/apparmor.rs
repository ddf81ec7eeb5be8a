//! `apparmor`: a pod that asks for an AppArmor profile.
//!
//! Reads `appArmorProfile` of the pod and of every container, and the older annotation that names a container. Which of them holds for a
//! container is the kubelet's order: its own field, its annotation, the pod's field. One container with any profile but `Unconfined` is
//! enough: where the kernel has no AppArmor the kubelet rejects the pod, so where that was read it breaks. The finding stands at the field
//! that asks, the pod's once for all containers that it holds for.

use super::{Case, Hit, Rule, refused_unless};
use crate::message::clean;
use crate::os::features::Presence;
use crate::workload::pod::{At, Container};

pub(super) const RULE: Rule = Rule {
    id: "apparmor",
    summary: "the pod asks for an AppArmor profile",
    fields: &[
        "securityContext.appArmorProfile.type",
        "*containers[*].securityContext.appArmorProfile.type",
        "metadata.annotations[container.apparmor.security.beta.kubernetes.io/*]",
    ],
    remedy: "drop the AppArmor profile, or set its type to Unconfined; seccompProfile RuntimeDefault works there",
    before: include_str!("remedies/apparmor/before.yaml"),
    after: include_str!("remedies/apparmor/after.yaml"),
    is_host_use: false,
    check,
};

/// What the annotation's key begins with; the container's name follows.
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn check(case: &Case) -> Vec<Hit> {
    let Some(known) = &case.os.app_armor else {
        return Vec::new();
    };
    let Some(severity) = refused_unless(known.present, known.confidence) else {
        return Vec::new();
    };
    let reason = if known.present == Presence::No {
        "there is no AppArmor there, so the kubelet rejects the pod: Cannot enforce AppArmor"
    } else {
        "it is not known whether AppArmor is there; without it the kubelet rejects the pod"
    };
    let mut hits: Vec<Hit> = Vec::new();
    for (at, role, container) in case.spec.container_fields() {
        let Some((field, profile)) = asked(case, at, container) else {
            continue;
        };
        if hits.iter().any(|hit| hit.field == field) {
            continue;
        }
        let who = if field.starts_with("securityContext") {
            "the pod".to_owned()
        } else {
            format!("{role} \"{}\"", clean(&container.name))
        };
        let detail = format!("{who} asks for AppArmor profile {}", clean(profile));
        hits.push(Hit::new(field, severity, detail, reason.to_owned()));
    }
    hits
}

/// The field that holds for a container and the profile that it asks for; nothing where it is unconfined.
fn asked<'a>(case: &Case<'a>, at: At, container: &'a Container) -> Option<(String, &'a str)> {
    if let Some(own) = &container.security_context.app_armor_profile {
        let profile = confined(&own.profile_type, "Unconfined")?;
        return Some((format!("{at}.securityContext.appArmorProfile"), profile));
    }
    if !case.annotations.is_empty() {
        let key = format!("{ANNOTATION}{}", container.name);
        if let Some(value) = case.annotations.get(&key) {
            let profile = confined(value, "unconfined")?;
            return Some((format!("metadata.annotations[{}]", clean(&key)), profile));
        }
    }
    let pod = case.spec.security_context.app_armor_profile.as_ref()?;
    let profile = confined(&pod.profile_type, "Unconfined")?;
    Some(("securityContext.appArmorProfile".to_owned(), profile))
}

fn confined<'a>(profile: &'a str, unconfined: &str) -> Option<&'a str> {
    (!profile.is_empty() && profile != unconfined).then_some(profile)
}

//! `selinux`: a pod that names an SELinux type, or that reaches the host's files where containers run confined.
//!
//! Reads `seLinuxOptions.type` of the pod and of every container. A type that the node's policy does not define cannot be set, enforcing
//! or permissive (`write /proc/self/attr/keycreate: invalid argument`). It is at risk and no more: policies change with the node image.
//!
//! Where the profile says that SELinux enforces and containers run confined, host paths that an unprivileged container mounts without
//! naming a type are at risk too, save the kernel's own. Today no pod on AKS is confined (it runs as `spc_t`), so nothing is said there.

use super::{Case, Hit, Rule};
use crate::findings::Severity;
use crate::message::clean;
use crate::os::Access;
use crate::os::features::{SeLinux, SeLinuxMode};
use crate::workload::pod::{Container, PodSpec};

pub(super) const RULE: Rule = Rule {
    id: "selinux",
    summary: "the pod names an SELinux type that the OS does not define, or meets its policy on the host's files",
    fields: &[
        "securityContext.seLinuxOptions.type",
        "*containers[*].securityContext.seLinuxOptions.type",
        "*containers[*].securityContext.privileged",
        "*containers[*].volumeMounts[*].name",
        "volumes[*].hostPath.path",
    ],
    remedy: "leave seLinuxOptions.type out or name a type that the OS defines; what a confined container shares belongs into a volume of the cluster",
    before: include_str!("remedies/selinux/before.yaml"),
    after: include_str!("remedies/selinux/after.yaml"),
    is_host_use: false,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let Some(known) = &case.os.se_linux else {
        return Vec::new();
    };
    if known.mode == SeLinuxMode::Disabled {
        return Vec::new();
    }
    let mut hits = types(case, known);
    if known.mode == SeLinuxMode::Enforcing && known.confines_containers {
        hits.extend(confined_mounts(case));
    }
    hits
}

/// The types that are asked for and that the policy does not have. The pod's own labels the sandbox, whatever its containers say.
fn types(case: &Case, known: &SeLinux) -> Vec<Hit> {
    let pod = case
        .spec
        .security_context
        .selinux_type()
        .map(|named| (String::new(), "the pod".to_owned(), named));
    let containers = case
        .spec
        .container_fields()
        .filter_map(|(at, role, container)| {
            let named = container.security_context.selinux_type()?;
            let who = format!("{role} \"{}\"", clean(&container.name));
            Some((format!("{at}."), who, named))
        });
    let hit = |(at, who, named): (String, String, &str)| {
        let reason = undefined(known, named)?;
        Some(Hit::new(
            format!("{at}securityContext.seLinuxOptions"),
            Severity::AtRisk,
            format!("{who} asks for SELinux type {}", clean(named)),
            reason,
        ))
    };
    pod.into_iter().chain(containers).filter_map(hit).collect()
}

/// Why the policy has no such type, as far as is known.
fn undefined(known: &SeLinux, named: &str) -> Option<String> {
    let listed = |types: &[String]| types.iter().any(|known| known == named);
    let named = clean(named);
    if listed(&known.undefined_types) {
        Some(format!(
            "the policy there does not define {named}: setting it fails, even where SELinux is permissive"
        ))
    } else if !known.defined_types.is_empty() && !listed(&known.defined_types) {
        Some(format!(
            "{named} is not among the types that the policy there is known to define for containers"
        ))
    } else {
        None
    }
}

/// Host paths that a confined container mounts, but for the kernel's own file systems.
fn confined_mounts(case: &Case) -> Vec<Hit> {
    let hit = |(index, volume): (usize, &crate::workload::pod::Volume)| {
        let host_path = volume.host_path.as_ref()?;
        if case.os.look_up(&host_path.path).access() == Access::Kernel {
            return None;
        }
        let (role, container) = case.spec.all_containers().find(|(_, container)| {
            let mounts = &container.volume_mounts;
            is_confined(case.spec, container) && mounts.iter().any(|m| m.name == volume.name)
        })?;
        Some(Hit::new(
            format!("volumes[{index}].hostPath"),
            Severity::AtRisk,
            format!(
                "{role} \"{}\" reaches {} of the host",
                clean(&container.name),
                clean(&host_path.path)
            ),
            "SELinux enforces there: a confined container may be refused the host's files and sockets"
                .to_owned(),
        ))
    };
    let volumes = case.spec.volumes.iter().enumerate();
    volumes.filter_map(hit).collect()
}

/// Whether a container runs as the runtime's default type: neither privileged nor with a type of its own.
fn is_confined(spec: &PodSpec, container: &Container) -> bool {
    let own = &container.security_context;
    let options = if own.se_linux_options.is_some() {
        own
    } else {
        &spec.security_context
    };
    !own.privileged && options.selinux_type().is_none()
}

//! `kernel-module`: a container that could put a module of its own into the node's kernel.
//!
//! Reads `capabilities.add` and `privileged` of all containers and what they mount. Two things speak of modules: the capability
//! `SYS_MODULE`, and a privileged container that mounts the kernel's sources (`/usr/src`), as drivers do that build a module on the node.
//! Both are at risk: loading what the OS ships works, loading anything else may not. Where the profile names `SYS_MODULE` itself as
//! missing, the runtime refuses the capability and the container with it. That `/lib/modules` is mounted says nothing: most who do so only
//! read, and `host-path` judges the mount.

use super::{Case, Hit, Rule, refused_unless};
use crate::findings::Severity;
use crate::message::clean;
use crate::os::features::{Feature, FeatureKind};
use crate::os::path::{is_within, normalise};
use crate::workload::pod::{At, Container, Volume};

pub(super) const RULE: Rule = Rule {
    id: "kernel-module",
    summary: "a container could load a kernel module of its own, or build one against the node's kernel",
    fields: &[
        "*containers[*].securityContext.capabilities.add",
        "*containers[*].securityContext.privileged",
        "*containers[*].volumeMounts[*].name",
        "volumes[*].hostPath.path",
    ],
    remedy: "drop SYS_MODULE and what builds modules: use the product's eBPF driver, or the modules that the OS ships",
    before: include_str!("remedies/kernel-module/before.yaml"),
    after: include_str!("remedies/kernel-module/after.yaml"),
    is_host_use: false,
    check,
};

const CAPABILITY: &str = "SYS_MODULE";
/// Where distributions keep what modules are built from.
const SOURCES: &str = "/usr/src";

fn check(case: &Case) -> Vec<Hit> {
    let Some(feature) = case.os.lacks(FeatureKind::KernelModule, CAPABILITY) else {
        return Vec::new();
    };
    let mut hits = capabilities(case, feature);
    hits.extend(builds(case, feature));
    hits
}

fn capabilities(case: &Case, feature: &Feature) -> Vec<Hit> {
    let severity = if feature.name == CAPABILITY {
        refused_unless(feature.present, feature.confidence).unwrap_or(Severity::AtRisk)
    } else {
        Severity::AtRisk
    };
    let hit = |(at, role, container): (At, &str, &Container)| {
        has_capability(container).then(|| {
            Hit::new(
                format!("{at}.securityContext.capabilities"),
                severity,
                format!(
                    "{role} \"{}\" has the capability {CAPABILITY}",
                    clean(&container.name)
                ),
                feature.because.clone(),
            )
        })
    };
    case.spec.container_fields().filter_map(hit).collect()
}

fn builds(case: &Case, feature: &Feature) -> Vec<Hit> {
    let hit = |(index, volume): (usize, &Volume)| {
        let path = normalise(&volume.host_path.as_ref()?.path);
        if !is_within(&path, SOURCES) {
            return None;
        }
        let builds = |container: &Container| {
            let mounts = &container.volume_mounts;
            (container.security_context.privileged || has_capability(container))
                && mounts.iter().any(|mount| mount.name == volume.name)
        };
        let (role, container) = case.spec.all_containers().find(|(_, c)| builds(c))?;
        Some(Hit::new(
            format!("volumes[{index}].hostPath"),
            Severity::AtRisk,
            format!(
                "{role} \"{}\" could build a kernel module from {}",
                clean(&container.name),
                clean(&path)
            ),
            feature.because.clone(),
        ))
    };
    let volumes = case.spec.volumes.iter().enumerate();
    volumes.filter_map(hit).collect()
}

fn has_capability(container: &Container) -> bool {
    let added = &container.security_context.capabilities.add;
    added.iter().any(|added| added == CAPABILITY)
}

//! `host-path`: a volume that is a path of the node.
//!
//! Reads `volumes[*].hostPath` (`path`, `type`) and `volumeMounts` (`readOnly`, `subPath`, `subPathExpr`) of all containers. Every such
//! volume is a finding, mounted or not; how bad it is, `host_access` says.

use super::host_access::{self, MountedPath, Use};
use super::{Case, Hit, Rule};
use crate::findings::{HostPathUse, Mount};
use crate::message::clean;
use crate::os::path;
use crate::workload::pod::{PodSpec, Volume, VolumeMount};

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    summary: "a volume is a path of the node's own file system",
    fields: &[
        "volumes[*].hostPath.path",
        "volumes[*].hostPath.type",
        "*containers[*].volumeMounts[*].readOnly",
        "*containers[*].volumeMounts[*].subPath",
        "*containers[*].volumeMounts[*].subPathExpr",
    ],
    remedy: "keep the data in a volume of the cluster (emptyDir, ConfigMap, a claim) instead of a host path",
    before: include_str!("remedies/host-path/before.yaml"),
    after: include_str!("remedies/host-path/after.yaml"),
    is_host_use: true,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let spec = case.spec;
    let hit = |(index, volume): (usize, &Volume)| {
        let written = volume.host_path.as_ref()?;
        let host_path = HostPathUse {
            path: path::normalise(&written.path).into_owned(),
            host_path_type: written.host_path_type.clone(),
            mounts: mounts(spec, &volume.name),
        };
        let (severity, reason) = host_access::judge(
            &Use {
                path: &host_path.path,
                host_path_type: &host_path.host_path_type,
                mounts: mounted_paths(spec, &volume.name),
            },
            case.os,
        );
        Some(Hit {
            field: format!("volumes[{index}].hostPath"),
            severity,
            reason,
            detail: detail(&volume.name, &host_path),
            host_path: Some(host_path),
        })
    };
    spec.volumes.iter().enumerate().filter_map(hit).collect()
}

/// What the containers mount of a volume, each mount by itself.
pub(super) fn mounted_paths(spec: &PodSpec, volume: &str) -> Vec<MountedPath> {
    spec.all_containers()
        .flat_map(|(_, container)| &container.volume_mounts)
        .filter(|mount| mount.name == volume)
        .map(|mount| MountedPath {
            sub_path: sub_path(mount),
            read_only: mount.read_only,
        })
        .collect()
}

/// The part of the volume that is mounted; of an expression only what stands before its first variable is known.
fn sub_path(mount: &VolumeMount) -> String {
    let known = mount.sub_path_expr.split("$(").next().unwrap_or_default();
    if known.is_empty() {
        mount.sub_path.clone()
    } else {
        let whole = known.len() == mount.sub_path_expr.len();
        let folder = known.rfind('/').map_or("", |end| &known[..end]);
        if whole { known } else { folder }.to_owned()
    }
}

pub(super) fn mounts(spec: &PodSpec, volume: &str) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    for (role, container) in spec.all_containers() {
        for mount in container
            .volume_mounts
            .iter()
            .filter(|mount| mount.name == volume)
        {
            match mounts
                .last_mut()
                .filter(|last| last.container == container.name)
            {
                // One container may mount a volume twice; that it can write in one place is what counts.
                Some(last) => last.read_only &= mount.read_only,
                None => mounts.push(Mount {
                    container: container.name.clone(),
                    role,
                    read_only: mount.read_only,
                }),
            }
        }
    }
    mounts
}

fn detail(volume: &str, host_path: &HostPathUse) -> String {
    let (volume, path) = (clean(volume), clean(&host_path.path));
    match mounted_how(&host_path.mounts) {
        Some(how) => ["volume \"", &volume, "\" mounts ", &path, " ", &how].concat(),
        None => format!("volume \"{volume}\" is the host path {path}"),
    }
}

/// `read-write in container "c" and 1 more`, of a mount that can write where there is one.
pub(super) fn mounted_how(mounts: &[Mount]) -> Option<String> {
    let writing = mounts.iter().find(|mount| !mount.read_only);
    let mount = writing.or(mounts.first())?;
    let how = if mount.read_only {
        "read-only"
    } else {
        "read-write"
    };
    let more = match mounts.len() - 1 {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let container = clean(&mount.container);
    Some([how, " in ", mount.role, " \"", &container, "\"", &more].concat())
}

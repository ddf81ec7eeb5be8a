//! `host-path`: a volume that is a path of the node.
//!
//! Reads `volumes[*].hostPath` and `volumeMounts` of all containers. Every such volume is a finding, mounted or not. It is at risk where a
//! container can write to what is read-only on the OS, where it brings such a part in (`/`), or where the path may be missing and cannot be
//! made; otherwise it is a note.

use super::{Case, Hit, Rule};
use crate::findings::{HostPathUse, Mount, Severity};
use crate::message::clean;
use crate::os::{Access, Profile, path};
use crate::workload::pod::{PodSpec, Volume};

pub(super) const RULE: Rule = Rule {
    id: "host-path",
    summary: "a volume is a path of the node's own file system",
    remedy: "keep the data in a volume of the cluster (emptyDir, ConfigMap, a claim) instead of a host path",
    check,
};

fn check(Case { spec, os, .. }: &Case) -> Vec<Hit> {
    let hit = |(index, volume): (usize, &Volume)| {
        let host_path = HostPathUse {
            path: path::normalise(&volume.host_path.as_ref()?.path),
            mounts: mounts(spec, &volume.name),
        };
        let (severity, reason) = judge(&host_path, os);
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

pub(super) fn judge(host_path: &HostPathUse, os: &Profile) -> (Severity, String) {
    let HostPathUse { path, mounts } = host_path;
    let writes = !host_path.is_read_only();
    match os.path_fact(path) {
        _ if mounts.is_empty() => (Severity::Note, "no container mounts it".to_owned()),
        Some(fact) if writes && fact.access != Access::Writable => {
            (Severity::AtRisk, fact.because.clone())
        }
        Some(fact) if fact.access == Access::ReadOnly && !(fact.exists && fact.path == *path) => (
            Severity::AtRisk,
            format!("{}, so if it is missing it cannot be made", fact.because),
        ),
        fact => match os.read_only_below(path).next().filter(|_| writes) {
            Some(part) => (
                Severity::AtRisk,
                format!("{} in it is read-only there", part.path),
            ),
            None if !writes => (
                Severity::Note,
                "reading it is known to work there".to_owned(),
            ),
            None if fact.is_some() => (
                Severity::Note,
                "it is known to be writable there".to_owned(),
            ),
            None => (
                Severity::Note,
                "it is not known to be read-only there".to_owned(),
            ),
        },
    }
}

fn detail(volume: &str, host_path: &HostPathUse) -> String {
    let HostPathUse { path, mounts } = host_path;
    let (volume, path) = (clean(volume), clean(path));
    let mount = mounts
        .iter()
        .find(|mount| !mount.read_only)
        .or(mounts.first());
    match mount {
        Some(mount) => {
            let how = if mount.read_only {
                "read-only"
            } else {
                "read-write"
            };
            let more = match mounts.len() - 1 {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!(
                "volume \"{volume}\" mounts {path} {how} in {} \"{}\"{more}",
                mount.role,
                clean(&mount.container)
            )
        }
        None => format!("volume \"{volume}\" is the host path {path}"),
    }
}

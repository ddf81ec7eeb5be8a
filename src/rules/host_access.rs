//! What becomes of a pod that uses one path of the node's file system on an OS: what `host-path` and `host-volume` have in common.
//!
//! Three things can go wrong, in this order: the kubelet checks or makes the path before the pod starts (`type`), the runtime makes what is
//! missing when a container mounts it, and the container writes to it. How mounts propagate and whether a read-only mount is so
//! recursively makes no difference to any of them.

use crate::findings::Severity;
use crate::message::clean;
use crate::os::host::{FileType, Spot};
use crate::os::profile::Confidence;
use crate::os::{Access, Profile, path};

/// One use of a host path.
pub(super) struct Use<'a> {
    /// The path, in normal form.
    pub(super) path: &'a str,
    /// `hostPath.type`; empty where it is not checked.
    pub(super) host_path_type: &'a str,
    /// What is mounted of it, where.
    pub(super) mounts: Vec<MountedPath>,
}

/// What one container mounts.
pub(super) struct MountedPath {
    /// Relative to the volume; empty for all of it.
    pub(super) sub_path: String,
    /// Whether the container cannot write there.
    pub(super) read_only: bool,
}

/// What is known to happen on this OS, and why, in words that complete "…, and"; of several things the worst.
pub(super) fn judge(used: &Use, os: &Profile) -> (Severity, String) {
    let spot = os.look_up(used.path);
    // The kubelet sets up what a container mounts, and nothing else: it does not even check the type of the rest.
    if used.mounts.is_empty() {
        return (Severity::Note, "no container mounts it".to_owned());
    }
    let mut worst = dangling(used, &spot, os).unwrap_or_else(|| before_the_start(used, &spot));
    // Of two that are equally bad the one that writes is told, as it is in the words for the mounts.
    let writers = used.mounts.iter().filter(|mount| !mount.read_only);
    let readers = used.mounts.iter().filter(|mount| mount.read_only);
    for mount in writers.chain(readers) {
        let outcome = if mount.sub_path.is_empty() {
            reached(&spot, mount.read_only, os)
        } else {
            mounted(used.path, mount, os)
        };
        if outcome.0 > worst.0 || worst.1.is_empty() {
            worst = outcome;
        }
    }
    if spot.path != used.path {
        worst.1 = format!("it leads to {}: {}", clean(&spot.path), worst.1);
    }
    worst
}

const FINE: (Severity, String) = (Severity::Note, String::new());

/// What the kubelet does about `type`, and the runtime about a path that is missing, before a container runs.
fn before_the_start(used: &Use, spot: &Spot) -> (Severity, String) {
    let wanted = match used.host_path_type {
        "File" | "FileOrCreate" => Some(FileType::File),
        "Directory" | "DirectoryOrCreate" => Some(FileType::Directory),
        "Socket" => Some(FileType::Socket),
        "CharDevice" | "BlockDevice" => Some(FileType::Device),
        _ => None,
    };
    let makes = used.host_path_type.is_empty() || used.host_path_type.ends_with("OrCreate");
    let path = clean(&spot.path);
    match spot.exists {
        Some(true) => match (wanted, spot.file_type()) {
            (Some(wanted), Some(is)) if wanted != is => (
                Severity::Breaks,
                format!(
                    "{path} is a {} there, so the kubelet refuses type {}",
                    is.as_str(),
                    used.host_path_type
                ),
            ),
            _ => FINE,
        },
        Some(false) if !makes => (
            Severity::Breaks,
            format!(
                "{}, so the kubelet refuses type {}",
                missing(spot),
                used.host_path_type
            ),
        ),
        Some(false) if spot.access() == Access::ReadOnly => (
            Severity::Breaks,
            format!("{}, so it cannot be made: mkdir fails", missing(spot)),
        ),
        Some(false) if spot.access() == Access::Unsure => (
            Severity::AtRisk,
            format!("{}, so it perhaps cannot be made", missing(spot)),
        ),
        Some(false) => match spot.file_type() {
            Some(is) if used.host_path_type.is_empty() && is != FileType::Directory => (
                Severity::AtRisk,
                format!(
                    "{}, so an empty directory is made in the place of the {}",
                    missing(spot),
                    is.as_str()
                ),
            ),
            _ => FINE,
        },
        None if spot.access() == Access::ReadOnly => (
            Severity::AtRisk,
            if makes {
                format!("{}, so if it is missing it cannot be made", spot.because())
            } else {
                format!("{}, and whether it is there is not known", spot.because())
            },
        ),
        None if spot.access() == Access::Unsure && makes => (
            Severity::AtRisk,
            format!(
                "{}, so if missing it perhaps cannot be made",
                spot.because()
            ),
        ),
        None => FINE,
    }
}

/// What becomes of a path that is itself a link, where what it leads to is not there: nothing is made in its place, wherever that is.
fn dangling(used: &Use, spot: &Spot, os: &Profile) -> Option<(Severity, String)> {
    let makes = used.host_path_type.is_empty() || used.host_path_type == "DirectoryOrCreate";
    if !makes || spot.exists == Some(true) || !os.is_link(used.path) {
        return None;
    }
    let target = clean(&spot.path);
    Some(if spot.exists == Some(false) {
        let reason = format!("{target} is not there, and mkdir fails at a link that leads nowhere");
        (Severity::Breaks, reason)
    } else {
        let reason = format!("if {target} is missing, mkdir fails at a link that leads nowhere");
        (Severity::AtRisk, reason)
    })
}

fn missing(spot: &Spot) -> String {
    match spot.fact {
        Some(fact) if fact.path == spot.path && !fact.because.is_empty() => fact.because.clone(),
        _ => format!("{} is not there and {}", clean(&spot.path), spot.because()),
    }
}

/// What a container's mount of a part of the path meets.
fn mounted(volume: &str, mount: &MountedPath, os: &Profile) -> (Severity, String) {
    let path = format!("{volume}/{}", mount.sub_path);
    let spot = os.look_up(&path);
    part(volume, mount, &spot, os).unwrap_or_else(|| reached(&spot, mount.read_only, os))
}

/// What a container meets at what it mounts.
fn reached(spot: &Spot, read_only: bool, os: &Profile) -> (Severity, String) {
    if read_only {
        let known = "reading it is known to work there".to_owned();
        return (Severity::Note, known);
    }
    match spot.access() {
        Access::ReadOnly | Access::Unsure | Access::Link => {
            return (Severity::AtRisk, spot.because());
        }
        Access::Writable | Access::Tmpfs | Access::Kernel => {}
    }
    if let Some(part) = os.read_only_below(&spot.path).next() {
        let reason = format!("{} in it is read-only there", part.path);
        return (Severity::AtRisk, reason);
    }
    if spot.fact.is_some_and(|fact| fact.noexec) {
        return if holds_programs(&spot.path) {
            (
                Severity::AtRisk,
                format!(
                    "{}, but mounted noexec: programs put there cannot run",
                    spot.because()
                ),
            )
        } else {
            (
                Severity::Note,
                format!("{}, though nothing there can be executed", spot.because()),
            )
        };
    }
    let known = match spot.fact {
        Some(fact) if fact.confidence != Confidence::Cited => {
            format!("{}, as far as is known", spot.because())
        }
        Some(_) => spot.because(),
        None => "it is not known to be read-only there".to_owned(),
    };
    (Severity::Note, known)
}

/// What can go wrong with a part of a volume before the container starts: the kubelet makes one that is missing, as a directory, and insists
/// that it does not lead out of the volume.
fn part(
    volume: &str,
    mount: &MountedPath,
    spot: &Spot,
    os: &Profile,
) -> Option<(Severity, String)> {
    let sub_path = clean(&mount.sub_path);
    if !path::is_within(&spot.path, &os.look_up(volume).path) {
        return Some((
            Severity::Breaks,
            format!(
                "subPath {sub_path} leads to {} there, out of the volume, which the kubelet refuses",
                clean(&spot.path)
            ),
        ));
    }
    let severity = match (spot.access(), spot.exists) {
        (_, Some(true)) => return None,
        (Access::ReadOnly, Some(false)) => Severity::Breaks,
        (Access::ReadOnly | Access::Unsure, _) => Severity::AtRisk,
        _ => return None,
    };
    let can = if spot.access() == Access::ReadOnly {
        "it cannot be made"
    } else {
        "it may be that it cannot be made"
    };
    Some((
        severity,
        format!(
            "{}, so if subPath {sub_path} is missing {can}",
            spot.because()
        ),
    ))
}

/// Whether a path is by its name a place for programs.
fn holds_programs(path: &str) -> bool {
    path.split('/').any(|segment| {
        matches!(
            segment,
            "bin" | "sbin" | "libexec" | "volumeplugins" | "kubelet-plugins"
        )
    })
}

#[cfg(test)]
mod tests;

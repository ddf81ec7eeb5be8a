//! `host-volume`: a claim whose volume is a part of the node's own file system.
//!
//! Reads what `storage` knows behind `volumes[*].persistentVolumeClaim`, `volumes[*].ephemeral` and a StatefulSet's `volumeClaimTemplates`.
//! A PersistentVolume of type `hostPath` or `local` is judged as its path would be in `host-path`. While there is only a StorageClass, its
//! path is not known, and it is a note.

use super::host_access::{self, Use};
use super::host_path::{mounted_how, mounted_paths, mounts};
use super::{Case, Hit, Rule};
use crate::findings::{HostPathUse, Mount, Severity};
use crate::message::clean;
use crate::os::path;
use crate::storage::{Behind, PodVolume};

pub(super) const RULE: Rule = Rule {
    id: "host-volume",
    summary: "a claim is, or will be, bound to a volume in the node's own file system",
    remedy: "claim a volume that is not of the node, such as a disk or a file share by a StorageClass of a CSI driver",
    fields: &[
        "volumes[*].persistentVolumeClaim.claimName",
        "volumes[*].persistentVolumeClaim.readOnly",
        "volumes[*].ephemeral.volumeClaimTemplate",
        "*containers[*].volumeMounts[*]",
    ],
    before: include_str!("remedies/host-volume/before.yaml"),
    after: include_str!("remedies/host-volume/after.yaml"),
    is_host_use: true,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = |volume: &PodVolume| {
        let mounts = || mounts_of(case, volume);
        let (severity, reason, detail, host_path) = match &volume.behind {
            Behind::Volume(name, behind) => {
                let host = behind.host.as_ref()?;
                let host_path = HostPathUse {
                    path: path::normalise(&host.path).into_owned(),
                    host_path_type: host.host_path_type.clone(),
                    mounts: mounts(),
                };
                let (severity, reason) =
                    host_access::judge(&used(case, volume, &host_path), case.os);
                let at = format!("the {} {}", host.what, clean(&host_path.path));
                let detail = format!(
                    "{}, bound to {}, {at}{}",
                    claimed(volume),
                    clean(name),
                    mounted(&host_path.mounts)
                );
                (severity, reason, detail, Some(host_path))
            }
            Behind::Class(name, class) if class.is_of_the_node() => {
                let detail = format!(
                    "{} of StorageClass {} ({}), which gives out paths of the node{}",
                    claimed(volume),
                    clean(name),
                    clean(&class.provisioner),
                    mounted(&mounts())
                );
                let reason = "whether its path is writable there is not known before it is bound";
                (Severity::Note, reason.to_owned(), detail, None)
            }
            Behind::Class(..) => return None,
        };
        Some(Hit {
            field: volume.field.clone(),
            severity,
            reason,
            detail,
            host_path,
        })
    };
    case.volumes.iter().filter_map(hit).collect()
}

fn used<'a>(case: &Case, volume: &PodVolume, host_path: &'a HostPathUse) -> Use<'a> {
    let mut mounts = mounted_paths(case.spec, volume.name);
    for mount in &mut mounts {
        mount.read_only |= volume.read_only;
    }
    Use {
        path: &host_path.path,
        host_path_type: &host_path.host_path_type,
        mounts,
    }
}

fn mounts_of(case: &Case, volume: &PodVolume) -> Vec<Mount> {
    let mut mounts = mounts(case.spec, volume.name);
    for mount in &mut mounts {
        mount.read_only |= volume.read_only;
    }
    mounts
}

/// `volume "data" is claim data-0`.
fn claimed(volume: &PodVolume) -> String {
    let claim = match &volume.claim {
        Some(claim) => format!("claim {}", clean(claim)),
        None => "a claim".to_owned(),
    };
    format!("volume \"{}\" is {claim}", clean(volume.name))
}

/// `, mounted read-write in container "c"`.
fn mounted(mounts: &[Mount]) -> String {
    mounted_how(mounts).map_or(String::new(), |how| format!(", mounted {how}"))
}

//! `flex-volume`: a volume of a `FlexVolume` driver, or a pod that installs one.
//!
//! Reads `volumes[*].flexVolume` and host paths below the kubelet's default folder of drivers. A driver is a program in that folder of the
//! node; where the OS keeps the folder elsewhere or read-only, one that is put into the default folder is never seen. It is at risk: the
//! pod that installs it runs, and the volume mounts if somebody put the driver into the right folder.

use super::host_path::mounted_paths;
use super::{Case, Hit, Rule};
use crate::findings::Severity;
use crate::message::clean;
use crate::os::features::{Feature, FeatureKind};
use crate::os::path::{is_within, normalise};
use crate::workload::pod::Volume;

pub(super) const RULE: Rule = Rule {
    id: "flex-volume",
    summary: "a volume needs a FlexVolume driver on the node, or the pod installs one",
    fields: &[
        "volumes[*].flexVolume.driver",
        "volumes[*].hostPath.path",
        "*containers[*].volumeMounts[*].readOnly",
    ],
    remedy: "use the CSI driver that has taken the FlexVolume driver's place",
    before: include_str!("remedies/flex-volume/before.yaml"),
    after: include_str!("remedies/flex-volume/after.yaml"),
    is_host_use: false,
    check,
};

/// Where the kubelet looks if nobody tells it otherwise.
const FOLDER: &str = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec";
/// A pod that mounts this or what is below it reaches for the drivers, one that mounts all of `/usr` for anything.
const PARENT: &str = "/usr/libexec/kubernetes";

fn check(case: &Case) -> Vec<Hit> {
    let Some(folder) = case.os.lacks(FeatureKind::FlexVolume, FOLDER) else {
        return Vec::new();
    };
    let volumes = case.spec.volumes.iter().enumerate();
    volumes
        .filter_map(|(index, volume)| {
            uses(index, volume, folder).or_else(|| installs(case, index, volume, folder))
        })
        .collect()
}

fn uses(index: usize, volume: &Volume, folder: &Feature) -> Option<Hit> {
    let flex_volume = volume.flex_volume.as_ref()?;
    Some(Hit::new(
        format!("volumes[{index}].flexVolume"),
        Severity::AtRisk,
        format!(
            "volume \"{}\" needs the FlexVolume driver {}",
            clean(&volume.name),
            clean(&flex_volume.driver)
        ),
        folder.because.clone(),
    ))
}

fn installs(case: &Case, index: usize, volume: &Volume, folder: &Feature) -> Option<Hit> {
    let path = normalise(&volume.host_path.as_ref()?.path);
    let reaches =
        is_within(&path, PARENT) && (is_within(&path, FOLDER) || is_within(FOLDER, &path));
    let writes = || {
        let mounts = mounted_paths(case.spec, &volume.name);
        mounts.iter().any(|mount| !mount.read_only)
    };
    (reaches && writes()).then(|| {
        Hit::new(
            format!("volumes[{index}].hostPath"),
            Severity::AtRisk,
            format!(
                "volume \"{}\" installs into the kubelet's plugin folder {}",
                clean(&volume.name),
                clean(&path)
            ),
            folder.because.clone(),
        )
    })
}

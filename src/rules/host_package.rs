//! `host-package`: a container that enters the node and calls its package manager, as installers of storage and security agents do.
//!
//! Reads `command` and `args` of all containers, `hostPID` and what they mount. It takes both: a way in (`nsenter` with the host's
//! processes, or `chroot` with the host's `/` mounted) and the name of a package manager. It is at risk where `/usr` is read-only: most such
//! systems have no package manager, the others cannot write what they unpack. What a script of the image does nobody can see from here.

use super::{Case, Hit, Rule};
use crate::findings::Severity;
use crate::message::clean;
use crate::os::Access;
use crate::os::path::normalise;
use crate::workload::pod::{At, Container, PodSpec};

pub(super) const RULE: Rule = Rule {
    id: "host-package",
    summary: "a container enters the node and installs packages there",
    fields: &[
        "hostPID",
        "*containers[*].command",
        "*containers[*].args",
        "*containers[*].volumeMounts[*].name",
        "volumes[*].hostPath.path",
    ],
    remedy: "bring the programs in the container's own image, or choose a node image that has them",
    before: include_str!("remedies/host-package/before.yaml"),
    after: include_str!("remedies/host-package/after.yaml"),
    is_host_use: false,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = |(at, role, container): (At, &str, &Container)| {
        let says_nothing = container.command.is_empty() && container.args.is_empty();
        if says_nothing || !enters_the_host(container, case.spec) {
            return None;
        }
        let lists = [("command", &container.command), ("args", &container.args)];
        let (list, manager) = lists.into_iter().find_map(|(list, texts)| {
            let mut words = texts.iter().flat_map(|text| words(text));
            Some((list, words.find(|word| MANAGERS.contains(word))?))
        })?;
        if case.os.look_up("/usr/bin").access() != Access::ReadOnly {
            return None;
        }
        Some(Hit::new(
            format!("{at}.{list}"),
            Severity::AtRisk,
            format!(
                "{role} \"{}\" enters the host and calls {manager}",
                clean(&container.name)
            ),
            "packages are installed below /usr, which is read-only there".to_owned(),
        ))
    };
    case.spec.container_fields().filter_map(hit).collect()
}

const MANAGERS: [&str; 11] = [
    "apt", "apt-get", "aptitude", "apk", "dnf", "dpkg", "microdnf", "rpm", "tdnf", "yum", "zypper",
];

fn enters_the_host(container: &Container, spec: &PodSpec) -> bool {
    let calls = |program: &str| {
        let mut texts = container.command.iter().chain(&container.args);
        texts.any(|text| words(text).any(|word| word == program))
    };
    let is_root = |name: &str| {
        let mut volumes = spec.volumes.iter().filter(|volume| volume.name == name);
        volumes.any(|volume| {
            let path = volume.host_path.as_ref().map(|it| normalise(&it.path));
            path.as_deref() == Some("/")
        })
    };
    let has_root = || {
        container
            .volume_mounts
            .iter()
            .any(|mount| is_root(&mount.name))
    };
    (spec.host_pid && calls("nsenter")) || (calls("chroot") && has_root())
}

/// The words of a command or a script: `/usr/bin/apt-get` ends with one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
}

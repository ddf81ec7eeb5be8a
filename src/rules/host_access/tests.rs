//! The path model, case by case, on an OS that has one of everything.

use rstest::rstest;

use super::*;
use crate::os::file::Entry;

fn os() -> Profile {
    let entry: Entry = serde_saphyr::from_str(
        "
        {id: t, title: T, kind: linux, immutable: true, paths: [
          {path: /usr, is: read-only, exists: true, fileType: directory, source: s, confidence: cited},
          {path: /usr/bin, is: read-only, exists: true, fileType: directory, source: s, confidence: cited},
          {path: /usr/src, is: read-only, exists: false, source: s, confidence: cited},
          {path: /usr/lib/os-release, is: read-only, exists: true, fileType: file, source: s, confidence: cited},
          {path: /bin, is: link, to: /usr/bin, exists: true, source: s, confidence: cited},
          {path: /etc, is: writable, exists: true, fileType: directory, source: s, confidence: cited},
          {path: /etc/protocols, is: writable, exists: false, fileType: file, source: s, confidence: cited},
          {path: /run, is: tmpfs, exists: true, fileType: directory, source: s, confidence: cited},
          {path: /run/docker.sock, is: tmpfs, exists: false, fileType: socket, source: s, confidence: cited},
          {path: /var, is: writable, noexec: true, exists: true, source: s, confidence: cited},
          {path: /opt/cni/bin, is: unsure, exists: true, source: s, confidence: unknown},
          {path: /opt/cni/bin/none, is: unsure, exists: false, source: s, confidence: unknown},
          {path: /usr/local/bin, is: link, to: /etc/bin, exists: true, source: s, confidence: cited},
          {path: /etc/drivers, is: link, to: /var/drivers, exists: true, source: s, confidence: cited},
          {path: /etc/nowhere, is: link, to: /etc/protocols/x, exists: true, source: s, confidence: cited},
          {path: /proc, is: kernel, exists: true, source: s, confidence: cited},
        ]}",
    )
    .expect("well formed");
    entry.into_profile().expect("whole")
}

/// `rw` and `ro` mounts, `sub=…` for a part of the volume.
fn outcome(path: &str, host_path_type: &str, mounts: &[&str]) -> (Severity, String) {
    let mounts = mounts
        .iter()
        .map(|mount| MountedPath {
            read_only: mount.starts_with("ro"),
            sub_path: mount
                .split_once('=')
                .map_or(String::new(), |(_, sub)| sub.to_owned()),
        })
        .collect();
    let used = Use {
        path: &path::normalise(path),
        host_path_type,
        mounts,
    };
    judge(&used, &os())
}

#[rstest]
#[case::missing_below_read_only("/usr/src", "", &["rw"], Severity::Breaks)]
#[case::even_when_only_read("/usr/src", "", &["ro"], Severity::Breaks)]
#[case::deeper("/usr/src/linux", "", &["ro"], Severity::Breaks)]
#[case::made_by_the_kubelet("/usr/src", "DirectoryOrCreate", &["ro"], Severity::Breaks)]
#[case::a_file_made_by_the_kubelet("/usr/src/x", "FileOrCreate", &["ro"], Severity::Breaks)]
#[case::checked("/usr/src", "Directory", &["ro"], Severity::Breaks)]
#[case::unchecked_since_nobody_mounts_it("/usr/src", "Directory", &[], Severity::Note)]
#[case::not_even_checked("/usr/src", "", &[], Severity::Note)]
#[case::of_another_type("/usr/lib/os-release", "Directory", &["ro"], Severity::Breaks)]
#[case::of_its_type("/usr/lib/os-release", "File", &["ro"], Severity::Note)]
#[case::there_and_or_create("/usr/bin", "DirectoryOrCreate", &["ro"], Severity::Note)]
#[case::read_only_written("/usr/bin", "", &["ro", "rw"], Severity::AtRisk)]
#[case::through_a_link("/bin", "", &["rw"], Severity::AtRisk)]
#[case::through_a_link_read("/bin", "Directory", &["ro"], Severity::Note)]
#[case::perhaps_missing("/usr/share/x", "", &["ro"], Severity::AtRisk)]
#[case::perhaps_missing_and_checked("/usr/share/x", "File", &["ro"], Severity::AtRisk)]
#[case::a_link_that_may_lead_nowhere("/etc/drivers", "DirectoryOrCreate", &["ro"], Severity::AtRisk)]
#[case::below_a_link_that_may_lead_nowhere("/etc/drivers/x", "DirectoryOrCreate", &["ro"], Severity::Note)]
#[case::a_link_that_leads_nowhere("/etc/nowhere", "", &["ro"], Severity::Breaks)]
#[case::a_missing_socket("/run/docker.sock", "", &["rw"], Severity::AtRisk)]
#[case::a_missing_socket_checked("/run/docker.sock", "Socket", &["rw"], Severity::Breaks)]
#[case::a_missing_file_checked("/etc/protocols", "File", &["ro"], Severity::Breaks)]
#[case::a_missing_file_made("/etc/protocols", "FileOrCreate", &["rw"], Severity::Note)]
#[case::writable("/etc/kubernetes", "DirectoryOrCreate", &["rw"], Severity::Note)]
#[case::broad("/", "", &["rw"], Severity::AtRisk)]
#[case::broad_read("/", "", &["ro"], Severity::Note)]
#[case::unsure("/opt/cni/bin", "", &["rw"], Severity::AtRisk)]
#[case::unsure_read("/opt/cni/bin", "", &["ro"], Severity::Note)]
#[case::unsure_and_perhaps_missing("/opt/cni/bin/x", "", &["ro"], Severity::AtRisk)]
#[case::unsure_and_made("/opt/cni/bin/x", "DirectoryOrCreate", &["ro"], Severity::AtRisk)]
#[case::unsure_and_checked("/opt/cni/bin/x", "Directory", &["ro"], Severity::Note)]
#[case::unsure_and_missing("/opt/cni/bin/none", "", &["ro"], Severity::AtRisk)]
#[case::noexec_data("/var/lib/x", "", &["rw"], Severity::Note)]
#[case::noexec_programs("/var/lib/x/bin", "", &["rw"], Severity::AtRisk)]
#[case::a_part_that_is_missing("/usr", "", &["ro=src/x"], Severity::Breaks)]
#[case::a_part_that_may_be_missing("/usr", "", &["ro=share/x"], Severity::AtRisk)]
#[case::a_part_that_is_there("/usr", "", &["ro=bin"], Severity::Note)]
#[case::a_part_that_leads_out("/usr", "", &["ro=local/bin"], Severity::Breaks)]
#[case::a_part_that_leads_within("/", "", &["ro=bin"], Severity::Note)]
#[case::a_part_of_a_link("/bin", "", &["ro=x"], Severity::AtRisk)]
#[case::a_part_of_what_is_unsure("/opt/cni/bin", "", &["ro=x"], Severity::AtRisk)]
#[case::a_writable_part_of_a_broad_volume("/", "", &["rw=etc/x"], Severity::Note)]
#[case::the_kernels("/proc/../proc//", "", &["rw"], Severity::Note)]
#[case::unheard_of("/data", "DirectoryOrCreate", &["rw"], Severity::Note)]
fn a_use_has_its_outcome(
    #[case] path: &str,
    #[case] host_path_type: &str,
    #[case] mounts: &[&str],
    #[case] severity: Severity,
) {
    assert_eq!(outcome(path, host_path_type, mounts).0, severity);
}

#[test]
fn of_two_mounts_the_one_that_writes_is_told() {
    assert_eq!(
        outcome("/proc", "", &["ro", "rw"]).1,
        "/proc is the kernel's, alike on every Linux"
    );
}

#[test]
fn the_words_say_why() {
    let words: Vec<String> = [
        ("/usr/src", "", ["rw"]),
        ("/usr/src", "Directory", ["ro"]),
        ("/bin", "", ["rw"]),
        ("/usr/share/x", "", ["ro"]),
        ("/usr/share/x", "File", ["ro"]),
        ("/run/docker.sock", "", ["rw"]),
        ("/usr/lib/os-release", "Directory", ["ro"]),
        ("/", "", ["rw"]),
        ("/var/lib/x/bin", "", ["rw"]),
        ("/usr", "", ["ro=src/x"]),
        ("/usr", "", ["ro=local/bin"]),
        ("/opt/cni/bin/x", "", ["ro"]),
        ("/etc", "", ["rw"]),
    ]
    .map(|(path, kind, mounts)| format!("{path} {kind}: {}", outcome(path, kind, &mounts).1))
    .into();
    insta::assert_yaml_snapshot!(words);
}

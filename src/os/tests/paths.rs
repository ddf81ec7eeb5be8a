//! What the most important paths and features of each OS are.

use super::*;

/// Whether something is there: `yes`, `no`, or `?` where nobody knows.
fn there(exists: Option<bool>) -> &'static str {
    match exists {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

#[rstest]
#[case("azure-container-linux", "/usr/bin", "read-only", "yes")]
#[case("azure-container-linux", "/sbin", "read-only", "yes")]
#[case("azure-container-linux", "/lib/modules", "read-only", "yes")]
#[case("azure-container-linux", "/usr/src", "read-only", "?")]
#[case("azure-container-linux", "/usr/local/bin/tool", "writable", "?")]
#[case(
    "azure-container-linux",
    "/usr/libexec/kubernetes/kubelet-plugins",
    "unsure",
    "?"
)]
#[case(
    "azure-container-linux",
    "/etc/kubernetes/volumeplugins",
    "writable",
    "yes"
)]
#[case("azure-container-linux", "/opt/cni/bin", "unsure", "yes")]
#[case("azure-container-linux", "/var/run/docker.sock", "tmpfs", "no")]
#[case(
    "azure-container-linux",
    "/var/run/containerd/containerd.sock",
    "tmpfs",
    "yes"
)]
#[case("azure-container-linux", "/data", "writable", "?")]
#[case("azure-container-linux", "/var/lib/kubelet", "writable", "yes")]
#[case("azure-container-linux", "/boot", "read-only", "yes")]
#[case("azure-linux-os-guard", "/usr/sbin", "read-only", "yes")]
#[case("azure-linux-os-guard", "/usr/local/bin", "writable", "yes")]
#[case("azure-linux-os-guard", "/data", "unsure", "?")]
#[case("azure-linux-os-guard", "/boot", "writable", "yes")]
#[case("azure-linux-os-guard", "/run/docker.sock", "tmpfs", "?")]
#[case("flatcar", "/usr/sbin", "read-only", "yes")]
#[case("flatcar", "/usr/src/linux", "read-only", "no")]
#[case("flatcar", "/etc/protocols", "writable", "no")]
#[case(
    "flatcar",
    "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/nodeagent~uds",
    "unsure",
    "?"
)]
#[case("flatcar", "/var/run/docker.sock", "tmpfs", "yes")]
#[case("bottlerocket", "/usr/local/bin", "read-only", "no")]
#[case("bottlerocket", "/usr/lib/sysimage/rpm", "read-only", "no")]
#[case("bottlerocket", "/lib/modules", "read-only", "yes")]
#[case(
    "bottlerocket",
    "/usr/libexec/kubernetes/kubelet-plugins/volume",
    "writable",
    "?"
)]
#[case("bottlerocket", "/opt/cni/bin", "writable", "?")]
#[case("bottlerocket", "/data", "read-only", "no")]
#[case("bottlerocket", "/root", "read-only", "?")]
#[case("talos", "/usr/lib/os-release", "read-only", "no")]
#[case("talos", "/usr/src", "read-only", "no")]
#[case("talos", "/containers", "read-only", "no")]
#[case("talos", "/data", "read-only", "no")]
#[case("talos", "/etc/hpe-storage", "read-only", "no")]
#[case("talos", "/etc/lvm/backup", "read-only", "no")]
#[case("talos", "/etc/os-release", "read-only", "?")]
#[case("talos", "/etc/cni/net.d", "writable", "?")]
#[case("talos", "/opt/cni/bin", "unsure", "?")]
#[case("cos", "/usr/src", "read-only", "no")]
#[case("cos", "/opt/cni/bin", "read-only", "no")]
#[case("cos", "/etc/cni/net.d", "tmpfs", "?")]
#[case("cos", "/var/lib/docker", "writable", "yes")]
#[case("cos", "/data", "read-only", "no")]
#[case("rhcos", "/usr/libexec/kubernetes", "read-only", "no")]
#[case("rhcos", "/opt/cni/bin", "writable", "?")]
#[case("rhcos", "/root/.kube", "writable", "?")]
#[case("rhcos", "/usr/local/bin", "unsure", "?")]
#[case("rhcos", "/data", "read-only", "no")]
#[case("fedora-coreos", "/usr/libexec/kubernetes", "read-only", "no")]
#[case("fedora-coreos", "/mnt/data", "writable", "?")]
#[case("fedora-coreos", "/usr/local/bin", "writable", "?")]
#[case(
    "sle-micro",
    "/usr/libexec/kubernetes/kubelet-plugins",
    "read-only",
    "no"
)]
#[case("sle-micro", "/usr/local/bin", "writable", "?")]
#[case("sle-micro", "/opt/cni/bin", "writable", "?")]
#[case("sle-micro", "/data", "read-only", "no")]
#[case("ubuntu", "/usr/bin", "writable", "?")]
fn a_path_is_what_was_read_of_it(
    #[case] id: &str,
    #[case] path: &str,
    #[case] access: &str,
    #[case] exists: &str,
) {
    let spot = os(id).look_up(path);
    assert_eq!(
        (spot.access().as_str(), there(spot.exists)),
        (access, exists)
    );
}

#[rstest]
#[case("azure-linux-os-guard", "/tmp", true)]
#[case("azure-linux-os-guard", "/boot", true)]
#[case("azure-linux-os-guard", "/var", false)]
#[case("azure-container-linux", "/etc/kubernetes/volumeplugins", false)]
#[case("flatcar", "/etc/kubernetes/volumeplugins", true)]
#[case("cos", "/home/user", true)]
#[case("cos", "/var/lib/data", true)]
#[case("cos", "/var/lib/kubelet/pods", false)]
#[case("cos", "/etc", false)]
fn some_places_let_nothing_run(#[case] id: &str, #[case] path: &str, #[case] noexec: bool) {
    let fact = os(id).look_up(path).fact.expect("known");
    assert_eq!(fact.noexec, noexec);
}

const FLEX_FOLDER: &str = "/usr/libexec/kubernetes/kubelet-plugins/volume/exec";
const AKS_FLEX_FOLDER: &str = "/etc/kubernetes/volumeplugins";

#[rstest]
#[case("runtime-class", "kata-vm-isolation", ["no", "no", "no"])]
#[case("runtime-class", "kata-mshv-vm-isolation", ["no", "no", "no"])]
#[case("runtime-class", "kata-cc-isolation", ["no", "no", "no"])]
#[case::brought_by_somebody("runtime-class", "kata-qemu", ["unsure", "unsure", "unsure"])]
#[case("device", "nvidia.com/gpu", ["yes", "no", "no"])]
#[case("device", "amd.com/gpu", ["unsure", "no", "no"])]
#[case("kernel-module", "*", ["unsure", "unsure", "unsure"])]
#[case("node-label", "kubernetes.io/arch=arm64", ["unsure", "no", "yes"])]
#[case("node-label", "kubernetes.azure.com/fips_enabled=true", ["yes", "yes", "no"])]
#[case("node-label", "kubernetes.azure.com/security-type=ConfidentialVM", ["no", "no", "no"])]
#[case("node-label", "kubernetes.azure.com/artifactstreaming-enabled=true", ["no", "no", "no"])]
#[case("flex-volume", AKS_FLEX_FOLDER, ["yes", "yes", "unsure"])]
#[case("flex-volume", FLEX_FOLDER, ["no", "no", "unsure"])]
#[case("runtime-class", "gvisor", ["-", "-", "-"])]
fn aks_says_what_its_immutable_systems_support(
    #[case] kind: &str,
    #[case] name: &str,
    #[case] expected: [&str; 3],
) {
    let found = ["azure-container-linux", "azure-linux-os-guard", "flatcar"].map(|id| {
        os(id)
            .feature(feature_kind(kind), name)
            .map_or("-", |feature| feature.present.as_str())
    });
    assert_eq!(found, expected);
}

fn feature_kind(name: &str) -> FeatureKind {
    serde_json::from_value(name.into()).expect("a kind of feature")
}

#[test]
fn talos_refuses_a_capability_by_name() {
    let refused = os("talos").feature(FeatureKind::KernelModule, "SYS_MODULE");
    assert_eq!(refused.map(|feature| &*feature.name), Some("SYS_MODULE"));
}

#[rstest]
#[case(
    "azure-container-linux",
    Some(SeLinuxMode::Enforcing),
    Some(Presence::No)
)]
#[case(
    "azure-linux-os-guard",
    Some(SeLinuxMode::Permissive),
    Some(Presence::No)
)]
#[case("flatcar", Some(SeLinuxMode::Permissive), Some(Presence::No))]
#[case("bottlerocket", Some(SeLinuxMode::Enforcing), Some(Presence::No))]
#[case("talos", Some(SeLinuxMode::Permissive), Some(Presence::Unsure))]
#[case("cos", None, None)]
#[case("rhcos", Some(SeLinuxMode::Enforcing), Some(Presence::No))]
#[case("fedora-coreos", Some(SeLinuxMode::Enforcing), Some(Presence::No))]
#[case("sle-micro", Some(SeLinuxMode::Enforcing), Some(Presence::Unsure))]
#[case("ubuntu", None, Some(Presence::Yes))]
fn mandatory_access_control_is_what_was_read_of_it(
    #[case] id: &str,
    #[case] se_linux: Option<SeLinuxMode>,
    #[case] app_armor: Option<Presence>,
) {
    let os = os(id);
    let found = (
        os.se_linux.as_ref().map(|known| known.mode),
        os.app_armor.as_ref().map(|known| known.present),
    );
    assert_eq!(found, (se_linux, app_armor));
}

#[test]
fn some_confine_what_names_no_type() {
    let confining: Vec<&str> = Catalogue::built_in()
        .iter()
        .filter(|os| {
            os.se_linux
                .as_ref()
                .is_some_and(|known| known.confines_containers)
        })
        .map(|os| os.id.as_str())
        .collect();
    assert_eq!(confining, ["bottlerocket", "rhcos", "sle-micro"]);
}

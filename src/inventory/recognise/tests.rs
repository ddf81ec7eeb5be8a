//! What a node is by its facts, case by case.

use rstest::rstest;

use super::*;

const ACL_IMAGE: &str = "AKSAzureLinux-aclgen2TL-202609.23.0";
const UBUNTU_IMAGE: &str = "AKSUbuntu-2204gen2containerd-202601.27.0";
const AZURE_LINUX: &str = "Microsoft Azure Linux 3.0";

/// Requested, effective, plain SKU, image, osImage; what the node is.
#[rstest]
#[case::all_agree(["AzureContainerLinux", "AzureContainerLinux", "AzureContainerLinux", ACL_IMAGE, "Microsoft Azure Container Linux 3.0"], "azure-container-linux")]
#[case::karpenter_has_no_image(["AzureContainerLinux", "AzureContainerLinux", "AzureContainerLinux", "", ""], "azure-container-linux")]
#[case::plain_sku_alone(["", "", "Flatcar", "", ""], "flatcar")]
#[case::image_alone(["", "", "", ACL_IMAGE, ""], "azure-container-linux")]
#[case::os_image_alone(["", "", "", "", "Ubuntu 22.04.5 LTS"], "ubuntu")]
#[case::guard_shares_its_os_image(["AzureLinuxOSGuard", "AzureLinux3OSGuard", "AzureLinuxOSGuard", "", AZURE_LINUX], "azure-linux-os-guard")]
#[case::azure_linux(["AzureLinux", "AzureLinux3", "AzureLinux", "AKSAzureLinux-V3gen2-202510.03.0", AZURE_LINUX], "azure-linux")]
#[case::on_its_way_to_acl(["AzureContainerLinux", "Ubuntu2204", "Ubuntu", UBUNTU_IMAGE, "Ubuntu 22.04.5 LTS"], "ubuntu -> azure-container-linux")]
#[case::on_its_way_back(["Ubuntu", "AzureContainerLinux", "AzureContainerLinux", ACL_IMAGE, ""], "azure-container-linux -> ubuntu")]
#[case::the_plain_sku_ran_ahead(["", "Ubuntu2204", "AzureContainerLinux", "", ""], "ubuntu -> azure-container-linux")]
#[case::facts_disagree(["", "", "Ubuntu", ACL_IMAGE, ""], "ubuntu -> azure-container-linux")]
#[case::from_general_to_general(["AzureLinux", "Ubuntu2204", "Ubuntu", "", ""], "ubuntu")]
#[case::from_immutable_to_immutable(["AzureContainerLinux", "AzureLinux3OSGuard", "", "", AZURE_LINUX], "azure-linux-os-guard")]
#[case::guard_whose_image_says_acl(["", "AzureLinux3OSGuard", "", ACL_IMAGE, "Ubuntu 22.04.5 LTS"], "azure-linux-os-guard -> ubuntu")]
#[case::an_unknown_sku_falls_through(["Plan9", "Plan9", "Plan9", "", "Ubuntu 24.04"], "ubuntu")]
#[case::only_asked_for(["AzureContainerLinux", "", "", "", ""], "unknown")]
#[case::nothing_known(["", "", "", "", "Debian GNU/Linux 12"], "unknown")]
fn a_node_is_what_its_facts_say(#[case] facts: [&str; 5], #[case] expected: &str) {
    let keys = [REQUESTED_SKU, EFFECTIVE_SKU, SKU, IMAGE];
    let labels = keys
        .iter()
        .zip(facts)
        .filter(|(_, v)| !v.is_empty())
        .map(|(k, v)| ((*k).to_owned(), v.to_owned()))
        .collect();
    assert_eq!(
        name(&recognise(&labels, facts[4], Catalogue::built_in())),
        expected
    );
}

/// What other clouds and tools say of a node: an osImage, a label, and what the node is.
#[rstest]
#[case::gke(
    "Container-Optimized OS from Google",
    "cloud.google.com/gke-os-distribution=cos",
    "cos"
)]
#[case::gke_label_alone("", "cloud.google.com/gke-os-distribution=cos", "cos")]
#[case::openshift(
    "Red Hat Enterprise Linux CoreOS 47.84.202102161611-0 (Ootpa)",
    "node.openshift.io/os_id=rhcos",
    "rhcos"
)]
#[case::openshift_label_alone("", "node.openshift.io/os_id=rhcos", "rhcos")]
#[case::bottlerocket("Bottlerocket OS 1.44.0 (aws-k8s-1.33)", "", "bottlerocket")]
#[case::talos("Talos (v1.10.5)", "", "talos")]
#[case::fedora_coreos(
    "Fedora CoreOS 31.20200118.3.0",
    "feature.node.kubernetes.io/system-os_release.ID=fedora",
    "fedora-coreos"
)]
#[case::sle_micro(
    "SUSE Linux Enterprise Micro 5.1",
    "feature.node.kubernetes.io/system-os_release.ID=suse-microos",
    "sle-micro"
)]
#[case::flatcar_elsewhere(
    "Flatcar Container Linux by Kinvolk 4372.0.1 (Oklo)",
    "feature.node.kubernetes.io/system-os_release.ID=flatcar",
    "flatcar"
)]
#[case::feature_discovery_alone(
    "",
    "feature.node.kubernetes.io/system-os_release.ID=talos",
    "talos"
)]
#[case::the_os_image_is_stronger(
    "Ubuntu 22.04.5 LTS",
    "feature.node.kubernetes.io/system-os_release.ID=flatcar",
    "ubuntu"
)]
#[case::three_systems_are_called_so(
    "",
    "feature.node.kubernetes.io/system-os_release.ID=azurelinux",
    "unknown"
)]
#[case::any_fedora_is_called_so(
    "",
    "feature.node.kubernetes.io/system-os_release.ID=fedora",
    "unknown"
)]
fn a_node_elsewhere_is_what_its_cloud_says(
    #[case] os_image: &str,
    #[case] label: &str,
    #[case] expected: &str,
) {
    let labels = label
        .split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    assert_eq!(
        name(&recognise(&labels, os_image, Catalogue::built_in())),
        expected
    );
}

fn name(os: &NodeOs) -> String {
    match os {
        NodeOs::Known(os) => os.id.clone(),
        NodeOs::Moving { now, other } => format!("{} -> {}", now.id, other.id),
        NodeOs::Unknown => "unknown".to_owned(),
    }
}

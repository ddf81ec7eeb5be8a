//! By which names each OS is recognised, and by which it is not.

use super::*;

#[rstest]
#[case("AzureContainerLinux", Some("azure-container-linux"))]
#[case("azurecontainerlinux", Some("azure-container-linux"))]
#[case("AzureContainerLinux3", Some("azure-container-linux"))]
#[case("AzureLinuxOSGuard", Some("azure-linux-os-guard"))]
#[case("AzureLinux3OSGuard", Some("azure-linux-os-guard"))]
#[case("azurelinux3osguard", Some("azure-linux-os-guard"))]
#[case("Flatcar", Some("flatcar"))]
#[case("flatcar", Some("flatcar"))]
#[case("AzureLinux", Some("azure-linux"))]
#[case("AzureLinux3", Some("azure-linux"))]
#[case("CBLMariner", Some("azure-linux"))]
#[case("Mariner", Some("azure-linux"))]
#[case("Ubuntu", Some("ubuntu"))]
#[case("Ubuntu2204", Some("ubuntu"))]
#[case("Ubuntu2404", Some("ubuntu"))]
#[case("Windows2022", Some("windows"))]
#[case("Windows2025", Some("windows"))]
#[case("Plan9", None)]
#[case("", None)]
fn a_sku_names_an_os(#[case] sku: &str, #[case] id: Option<&str>) {
    assert_eq!(
        Catalogue::built_in().by_sku(sku).map(|os| os.id.as_str()),
        id
    );
}

#[rstest]
#[case("AKSAzureLinux-aclgen2TL-202609.23.0", Some("azure-container-linux"))]
#[case("AKSAzureContainerLinux-202606.01.0", Some("azure-container-linux"))]
#[case(
    "AKSAzureLinux-OSGuardV3gen2fipsTL-202509.23.0",
    Some("azure-linux-os-guard")
)]
#[case("AKSFlatcar-flatcargen2-202508.06.0", Some("flatcar"))]
#[case("AKSAzureLinux-V3gen2-202510.03.0", Some("azure-linux"))]
#[case("AKSCBLMariner-V2gen2-202402.12.0", Some("azure-linux"))]
#[case("AKSUbuntu-2204gen2containerd-202601.27.0", Some("ubuntu"))]
#[case("AKSWindows-2022-containerd-20348.2113.231115", Some("windows"))]
#[case("something-else", None)]
#[case("", None)]
fn an_image_names_an_os(#[case] image: &str, #[case] id: Option<&str>) {
    assert_eq!(
        Catalogue::built_in()
            .by_image(image)
            .map(|os| os.id.as_str()),
        id
    );
}

#[rstest]
#[case(
    "Microsoft Azure Container Linux 3.0.20260809",
    Some("azure-container-linux")
)]
#[case("Flatcar Container Linux by Kinvolk 4372.0.1 (Oklo)", Some("flatcar"))]
#[case("Microsoft Azure Linux 3.0", Some("azure-linux"))]
#[case("CBL-Mariner/Linux", Some("azure-linux"))]
#[case("Ubuntu 22.04.5 LTS", Some("ubuntu"))]
#[case("Windows Server 2022 Datacenter", Some("windows"))]
#[case("Bottlerocket OS 1.44.0 (aws-k8s-1.33)", Some("bottlerocket"))]
#[case("Talos (v1.10.5)", Some("talos"))]
#[case("Container-Optimized OS from Google", Some("cos"))]
#[case(
    "Red Hat Enterprise Linux CoreOS 47.84.202102161611-0 (Ootpa)",
    Some("rhcos")
)]
#[case("Red Hat Enterprise Linux 9.4 (Plow)", None)]
#[case("Fedora CoreOS 31.20200118.3.0", Some("fedora-coreos"))]
#[case("Fedora Linux 41 (Server Edition)", None)]
#[case("SUSE Linux Enterprise Micro 5.1", Some("sle-micro"))]
#[case("SUSE Linux Micro 6.1", Some("sle-micro"))]
#[case("SUSE Linux Enterprise Server 15 SP5", None)]
#[case("Debian GNU/Linux 12 (bookworm)", None)]
#[case("", None)]
fn an_os_image_names_an_os(#[case] os_image: &str, #[case] id: Option<&str>) {
    assert_eq!(
        Catalogue::built_in()
            .by_os_image(os_image)
            .map(|os| os.id.as_str()),
        id
    );
}

#[rstest]
#[case("cloud.google.com/gke-os-distribution=cos", Some("cos"))]
#[case("cloud.google.com/gke-os-distribution=ubuntu", Some("ubuntu"))]
#[case("cloud.google.com/gke-os-distribution=windows_ltsc", None)]
#[case("node.openshift.io/os_id=rhcos", Some("rhcos"))]
#[case("node.openshift.io/os_id=rhel", None)]
#[case(
    "feature.node.kubernetes.io/system-os_release.ID=flatcar",
    Some("flatcar")
)]
#[case(
    "feature.node.kubernetes.io/system-os_release.ID=bottlerocket",
    Some("bottlerocket")
)]
#[case("feature.node.kubernetes.io/system-os_release.ID=talos", Some("talos"))]
#[case("feature.node.kubernetes.io/system-os_release.ID=cos", Some("cos"))]
#[case("feature.node.kubernetes.io/system-os_release.ID=rhcos", Some("rhcos"))]
#[case(
    "feature.node.kubernetes.io/system-os_release.ID=suse-microos",
    Some("sle-micro")
)]
#[case(
    "feature.node.kubernetes.io/system-os_release.ID=ubuntu",
    Some("ubuntu")
)]
#[case::of_three_systems("feature.node.kubernetes.io/system-os_release.ID=azurelinux", None)]
#[case::of_every_fedora("feature.node.kubernetes.io/system-os_release.ID=fedora", None)]
fn a_label_names_an_os(#[case] label: &str, #[case] id: Option<&str>) {
    let (key, value) = label.split_once('=').expect("KEY=VALUE");
    let labels = BTreeMap::from([(key.to_owned(), value.to_owned())]);
    assert_eq!(
        Catalogue::built_in()
            .by_labels(&labels)
            .map(|os| os.id.as_str()),
        id
    );
}

/// What is recognised otherwise with such an entry of a configuration, if anything.
#[rstest]
#[case::a_fact(
    "{id: ubuntu, paths: [{path: /opt, is: read-only, source: s, confidence: cited}]}",
    true
)]
#[case::the_title("{id: ubuntu, title: Ubuntu Linux}", true)]
#[case::a_pattern("{id: ubuntu, recognise: {osImage: ['Ubuntu Core*']}}", false)]
#[case::a_label(
    "{id: ubuntu, recognise: {labels: [{key: os, value: [ubuntu]}]}}",
    false
)]
#[case::immutability("{id: ubuntu, immutable: true}", false)]
#[case::the_kind("{id: ubuntu, kind: windows}", false)]
#[case::one_more("{id: mine, title: Mine, kind: linux, immutable: true}", false)]
fn another_catalogue_recognises_alike_or_not(#[case] entry: &str, #[case] alike: bool) {
    let ours = Catalogue::built_in();
    let other = ours
        .with(vec![serde_saphyr::from_str(entry).unwrap()])
        .unwrap();
    assert_eq!(other.recognises_like(ours), alike);
    assert_eq!(ours.recognises_like(&other), alike);
}

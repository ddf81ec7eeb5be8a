//! The krew manifest: it has what krew asks for, `scripts/release` fills it in from real archives, and what is in them is a plugin.
//! What krew asks for: <https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest>.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{ours, yaml};

const HOMEPAGE: &str = "https://example.com/hostfit";
const ARCHIVES: &str = "https://example.com/hostfit/v1/";
const PLATFORMS: [&str; 2] = ["linux-amd64", "linux-arm64"];

#[test]
fn the_manifest_has_what_krew_asks_for() {
    let manifest = yaml("deploy/krew/hostfit.yaml");
    assert_eq!(
        manifest["apiVersion"],
        "krew.googlecontainertools.github.com/v1alpha2"
    );
    assert_eq!(manifest["kind"], "Plugin");
    // The name of the file, and what follows `kubectl`.
    assert_eq!(manifest["metadata"], json!({"name": "hostfit"}));
    let spec = &manifest["spec"];
    for field in ["version", "homepage", "shortDescription", "description"] {
        assert!(
            spec[field].as_str().is_some_and(|text| !text.is_empty()),
            "{field}"
        );
    }
    assert!(!spec["shortDescription"].as_str().unwrap().contains('\n'));
    assert!(spec["version"].as_str().unwrap().starts_with('v'));
    let selectors: Vec<String> = platforms(&manifest).iter().map(platform_of).collect();
    assert_eq!(selectors, PLATFORMS);
    for platform in platforms(&manifest) {
        assert_eq!(platform["bin"], "hostfit");
        assert!(
            platform["uri"].as_str().unwrap().ends_with(".tar.gz"),
            "{platform}"
        );
    }
}

#[test]
fn a_release_fills_it_in_from_its_archives() {
    let folder = tempfile::tempdir().unwrap();
    for platform in PLATFORMS {
        archive(folder.path(), platform);
    }
    let filled = release(&["krew", HOMEPAGE, ARCHIVES, folder.path().to_str().unwrap()]);
    let filled = String::from_utf8(filled.stdout).unwrap();
    assert!(
        !filled.contains("{{") && !filled.contains("Nothing has been released"),
        "{filled}"
    );
    let manifest: Value = serde_saphyr::from_str(&filled).unwrap();

    let version = format!("v{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["spec"]["version"], version.as_str());
    assert_eq!(manifest["spec"]["homepage"], HOMEPAGE);
    for platform in platforms(&manifest) {
        let file = format!("hostfit-{version}-{}.tar.gz", platform_of(platform));
        assert_eq!(platform["uri"], format!("{ARCHIVES}{file}"));
        let sum = Command::new("sha256sum")
            .arg(folder.path().join(&file))
            .output()
            .unwrap();
        let sum = String::from_utf8(sum.stdout).unwrap();
        assert_eq!(platform["sha256"].as_str(), sum.split(' ').next());
        assert!(sum.len() > 64, "{sum}");
    }
}

#[test]
fn an_archive_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    archive(folder.path(), "linux-amd64");
    let failed = release(&["krew", HOMEPAGE, ARCHIVES, folder.path().to_str().unwrap()]);
    let said = String::from_utf8(failed.stderr).unwrap();
    assert_eq!((failed.status.code(), failed.stdout.len()), (Some(2), 0));
    let said = said.replace(folder.path().to_str().unwrap(), "DIR");
    insta::assert_snapshot!(said.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @"release: DIR/hostfit-vVERSION-linux-arm64.tar.gz is missing: krew checks the archive of every platform of the manifest. Make it with scripts/release archive");
}

#[test]
fn a_platform_that_krew_is_not_told_of_is_refused() {
    let failed = release(&["archive", "/bin/true", "plan9-mips", "/nonexistent"]);
    assert_eq!((failed.status.code(), failed.stdout.len()), (Some(2), 0));
    insta::assert_snapshot!(String::from_utf8(failed.stderr).unwrap(), @"release: plan9-mips is none of the platforms in deploy/krew/hostfit.yaml");
}

#[test]
fn what_is_in_an_archive_works_as_krew_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(folder.path(), "linux-amd64");
    let mut tar = Command::new("tar");
    tar.args(["xzf", &archive, "-C"]).arg(folder.path());
    assert!(tar.status().unwrap().success());
    let plugin = folder.path().join("kubectl-hostfit");
    symlink(folder.path().join("hostfit"), &plugin).unwrap();
    let said = Command::new(&plugin).output().unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "the binary\n");
    for (file, mode) in [
        ("hostfit", 0o755),
        ("kubectl_complete-hostfit", 0o755),
        ("LICENSE", 0o644),
    ] {
        let file = std::fs::metadata(folder.path().join(file)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, mode);
    }
}

#[test]
fn the_same_binary_makes_the_same_archive() {
    let [one, other] = [(); 2].map(|()| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::read(archive(folder.path(), "linux-amd64")).unwrap()
    });
    assert!(one == other && one.len() > 100);
    // Nor does it say when and by whom it was made.
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(folder.path(), "linux-amd64");
    let mut tar = Command::new("tar");
    let list = tar.args(["tvzf", &archive]).env("TZ", "UTC").output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    assert_eq!(list.lines().count(), 4, "{list}");
    for line in list.lines() {
        assert!(
            line.contains(" 0/0 ") && line.contains(" 1970-01-01 "),
            "{line}"
        );
    }
}

/// An archive of a small program that says what it is.
fn archive(folder: &Path, platform: &str) -> String {
    let binary = folder.join("built");
    std::fs::write(&binary, "#!/bin/sh\necho the binary\n").unwrap();
    let made = release(&[
        "archive",
        binary.to_str().unwrap(),
        platform,
        folder.to_str().unwrap(),
    ]);
    let file = String::from_utf8(made.stdout).unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    file.trim().to_owned()
}

fn release(arguments: &[&str]) -> Output {
    Command::new(ours("scripts/release"))
        .args(arguments)
        .output()
        .unwrap()
}

fn platforms(manifest: &Value) -> &Vec<Value> {
    manifest["spec"]["platforms"].as_array().unwrap()
}

fn platform_of(platform: &Value) -> String {
    let labels = &platform["selector"]["matchLabels"];
    format!(
        "{}-{}",
        labels["os"].as_str().unwrap(),
        labels["arch"].as_str().unwrap()
    )
}

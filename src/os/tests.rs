//! The compiled-in profiles: how each OS is recognised, what its most important paths are, and that every fact is well formed and founded.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::Value;

use super::features::{FeatureKind, Presence, SeLinuxMode};
use super::*;

mod facts;
mod paths;
mod recognition;

fn os(id: &str) -> &'static Profile {
    Catalogue::built_in()
        .by_id(id)
        .unwrap_or_else(|| panic!("{id} is built in"))
}

#[test]
fn every_profile_parses_and_has_its_file_name_as_id() {
    for (id, yaml) in BUILT_IN {
        let entry: file::Entry =
            serde_saphyr::from_str(yaml).unwrap_or_else(|e| panic!("{id}: {e}"));
        let profile = entry.into_profile().unwrap_or_else(|e| panic!("{id}: {e}"));
        assert_eq!(profile.id, *id);
    }
}

#[test]
fn every_promised_os_is_there_and_no_id_twice() {
    let ids: BTreeSet<&str> = BUILT_IN.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), BUILT_IN.len());
    for promised in [
        "azure-container-linux",
        "azure-linux-os-guard",
        "flatcar",
        "azure-linux",
        "ubuntu",
        "windows",
        "bottlerocket",
        "talos",
        "cos",
        "rhcos",
        "fedora-coreos",
        "sle-micro",
    ] {
        assert!(ids.contains(promised), "{promised}");
    }
}

//! That every fact of every profile is well formed: founded, said once, and leading somewhere.

use super::*;

/// The profile as it is written, before one fact takes another's place.
fn written(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).expect("YAML")
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn every_fact_says_where_it_was_read() {
    for os in Catalogue::built_in().iter() {
        let paths = os.paths.iter().map(|fact| (&*fact.path, &fact.source));
        let features = os
            .features
            .iter()
            .map(|feature| (&*feature.name, &feature.source));
        let ends = os.life_cycle.iter().map(|end| (&*end.event, &end.source));
        let app_armor = os.app_armor.iter().map(|known| ("appArmor", &known.source));
        let se_linux = os.se_linux.iter().map(|known| ("seLinux", &known.source));
        for (of, source) in paths
            .chain(features)
            .chain(ends)
            .chain(app_armor)
            .chain(se_linux)
        {
            assert!(!source.trim().is_empty(), "{}: {of} has no source", os.id);
        }
    }
}

#[test]
fn nothing_is_said_twice() {
    for (id, yaml) in BUILT_IN {
        let written = written(yaml);
        for (facts, name) in [
            ("paths", &["path"][..]),
            ("features", &["kind", "name"]),
            ("lifeCycle", &["event"]),
        ] {
            let mut seen = BTreeSet::new();
            for fact in list(&written, facts) {
                let key: Vec<String> = name.iter().map(|part| fact[part].to_string()).collect();
                assert!(seen.insert(key.clone()), "{id}: {key:?} is said twice");
            }
        }
    }
}

#[test]
fn every_link_leads_to_a_fact_that_is_there() {
    for os in Catalogue::built_in().iter() {
        for link in os.paths.iter().filter(|fact| fact.is == Access::Link) {
            let to = link.to.as_deref().expect("checked when it was parsed");
            assert!(
                os.paths
                    .iter()
                    .any(|fact| fact.path == to && fact.exists != Some(false)),
                "{}: {} leads to {to}, of which nothing is known",
                os.id,
                link.path
            );
            assert_ne!(
                os.look_up(&link.path).access(),
                Access::Link,
                "{}: {} has an end",
                os.id,
                link.path
            );
        }
    }
}

#[test]
fn what_nobody_knows_is_claimed_by_nobody() {
    for os in Catalogue::built_in().iter() {
        let guesses = os.paths.iter().filter(|fact| {
            fact.confidence == profile::Confidence::Unknown
                && fact.path != "/"
                && fact.exists.is_some()
        });
        let guesses: Vec<_> = guesses.map(|fact| &fact.path).collect();
        assert!(guesses.is_empty(), "{}: {guesses:?} is unknown", os.id);
        for feature in &os.features {
            assert!(
                feature.confidence != profile::Confidence::Unknown
                    || feature.present == Presence::Unsure,
                "{}: {} is unknown",
                os.id,
                feature.name
            );
        }
    }
}

/// A sealed root has nothing but what is named: then all that a Linux may have there is named.
#[test]
fn a_sealed_root_names_what_a_linux_has_there() {
    let top = [
        "bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root",
        "run", "sbin", "srv", "sys", "tmp", "usr", "var",
    ];
    for os in Catalogue::built_in().iter() {
        let sealed = os.paths.iter().any(|fact| fact.path == "/" && fact.sealed);
        for name in top.iter().filter(|_| sealed) {
            let path = format!("/{name}");
            assert!(
                os.paths.iter().any(|fact| fact.path == path),
                "{}: {path} is not named, so it would be taken for missing",
                os.id
            );
        }
    }
}

/// No mount is executable again below one that is not, unless a mount of its own is known there.
#[test]
fn noexec_holds_for_the_parts_too() {
    let mounted_anew = [
        "/home/kubernetes/bin",
        "/home/kubernetes/flexvolume",
        "/var/lib/cloud",
        "/var/lib/docker",
        "/var/lib/google",
        "/var/lib/kubelet",
        "/var/lib/toolbox",
    ];
    for os in Catalogue::built_in().iter() {
        for closed in os.paths.iter().filter(|fact| fact.noexec) {
            let parts = os
                .paths
                .iter()
                .filter(|fact| fact.is != Access::Link && path::is_within(&fact.path, &closed.path))
                .filter(|fact| !mounted_anew.contains(&fact.path.as_str()));
            for part in parts {
                assert!(
                    part.noexec,
                    "{}: {} is within {}",
                    os.id, part.path, closed.path
                );
            }
        }
    }
}

#[test]
fn a_general_purpose_os_has_nothing_read_only() {
    for os in Catalogue::built_in().iter().filter(|os| !os.immutable) {
        assert!(
            os.paths.iter().all(|fact| fact.is != Access::ReadOnly),
            "{} is general purpose",
            os.id
        );
    }
}

#[test]
fn an_immutable_os_says_what_usr_etc_and_var_are() {
    for os in Catalogue::built_in().iter().filter(|os| os.immutable) {
        assert_eq!(os.look_up("/usr").access(), Access::ReadOnly, "{}", os.id);
        for path in ["/", "/etc", "/var", "/proc", "/sys", "/dev", "/run", "/tmp"] {
            assert_eq!(os.look_up(path).exists, Some(true), "{}: {path}", os.id);
        }
    }
}

#[test]
fn a_day_of_an_end_is_known_where_one_was_announced() {
    let ends: Vec<String> = Catalogue::built_in()
        .iter()
        .flat_map(|os| os.life_cycle.iter().map(move |at| (os, at)))
        .filter(|(_, at)| at.end)
        .map(|(os, at)| format!("{} {} {}", at.date, os.title, at.event))
        .collect();
    assert_eq!(
        ends,
        [
            "2026-12-10 Azure Linux with OS Guard retires on AKS",
            "2027-03-10 Azure Linux with OS Guard node images are removed from AKS",
            "2026-06-08 Flatcar Container Linux retired on AKS",
            "2026-09-08 Flatcar Container Linux node images were removed from AKS",
        ]
    );
}

//! Would the proof see a wrong fact? Each fact of a profile is turned into a falsehood, one at a time, and the same outcomes are held against
//! what the rules then say: at least one case has to disagree.

use std::sync::Arc;

use hostfit::os::features::Presence;
use hostfit::os::host::FileType;
use hostfit::os::{Access, Profile};

use super::Proof;
use super::compare::compare;

/// A profile with one wrong fact.
pub(crate) struct Falsehood {
    /// What kind of wrong it is.
    pub(crate) kind: &'static str,
    /// What it says.
    pub(crate) says: String,
    /// The first case that disagrees, and how; nothing where none does.
    pub(crate) noticed: Option<String>,
}

/// What can be wrong with a fact about a path: its name, and the change that makes it so, which says whether it applies.
type Lie = (&'static str, fn(&mut hostfit::os::host::PathFact) -> bool);

const LIES: [Lie; 7] = [
    ("read-only, called writable", |fact| {
        let applies = fact.is == Access::ReadOnly;
        fact.is = Access::Writable;
        applies
    }),
    ("writable, called read-only", |fact| {
        let applies = matches!(fact.is, Access::Writable | Access::Tmpfs);
        fact.is = Access::ReadOnly;
        applies
    }),
    ("there, called missing", |fact| {
        let applies = fact.exists == Some(true) && fact.is != Access::Link;
        fact.exists = Some(false);
        applies
    }),
    ("missing, called there", |fact| {
        let applies = fact.exists == Some(false);
        fact.exists = Some(true);
        applies
    }),
    ("a directory, called a file", |fact| {
        let applies = fact.file_type == Some(FileType::Directory) && fact.exists == Some(true);
        fact.file_type = Some(FileType::File);
        applies
    }),
    ("a link, led elsewhere", |fact| {
        let applies = fact.is == Access::Link;
        fact.to = Some("/srv/elsewhere".to_owned());
        applies
    }),
    ("noexec, called executable", |fact| {
        let applies = fact.noexec;
        fact.noexec = false;
        applies
    }),
];

/// Every falsehood about a profile that changes what it says of some path.
pub(crate) fn falsehoods(proof: &Proof) -> Vec<Falsehood> {
    let mut all = Vec::new();
    for (index, fact) in proof.os.paths.iter().enumerate() {
        if fact.is == Access::Kernel {
            continue;
        }
        for (kind, lie) in LIES {
            let mut os = Profile::clone(&proof.os);
            let applies = lie(&mut os.paths[index]);
            if applies && says(&os, &fact.path) != says(&proof.os, &fact.path) {
                all.push(falsehood(proof, os, kind, fact.path.clone()));
            }
        }
    }
    let mut os = Profile::clone(&proof.os);
    if let Some(app_armor) = &mut os.app_armor {
        app_armor.present = Presence::Yes;
        all.push(falsehood(
            proof,
            os,
            "AppArmor, called present",
            "AppArmor".to_owned(),
        ));
    }
    all
}

fn falsehood(proof: &Proof, os: Profile, kind: &'static str, says: String) -> Falsehood {
    let os = Arc::new(os);
    let noticed = proof.cases.iter().find_map(|(case, outcomes)| {
        let error = compare(case, &os, outcomes).err()?;
        Some(format!("{} {}: {error}", case.path, case.host_path_type))
    });
    Falsehood {
        kind,
        says,
        noticed,
    }
}

/// What a profile says of a path, links followed.
fn says(os: &Profile, path: &str) -> impl PartialEq + use<> {
    let spot = os.look_up(path);
    let noexec = spot.fact.is_some_and(|fact| fact.noexec);
    (
        spot.access(),
        spot.exists,
        spot.file_type(),
        noexec,
        spot.path.into_owned(),
    )
}

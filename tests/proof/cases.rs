//! The matrix of pods for one profile, generated from what it says and from what the rules look at: path kinds by hostPath type by mount by
//! depth, subPaths, broad mounts, AppArmor and the host's namespaces. First step of the proof.

use std::collections::BTreeSet;

use hostfit::os::features::Presence;
use hostfit::os::host::{FileType, PathFact};
use hostfit::os::{Access, Profile};
use hostfit::rules::Rule;

/// What only a generous layout has at a case's path: a profile says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twin {
    Directory,
    File,
    Socket,
    CharDevice,
    BlockDevice,
}

/// What a pod asks for beside a host path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// A host path, mounted like this; nothing where no container mounts it.
    Path(Option<Mount>),
    /// An AppArmor profile of this type, written in this place.
    AppArmor(&'static str, &'static str),
    /// A field of the pod spec.
    Field(&'static str),
}

/// How a container mounts the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) read_only: bool,
    pub(crate) sub_path: String,
}

/// One pod, which runs on each layout of the profile.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) number: usize,
    pub(crate) path: String,
    pub(crate) host_path_type: &'static str,
    pub(crate) ask: Ask,
    pub(crate) twin: Option<Twin>,
    /// It makes what a fact calls missing, and so comes when all others are through.
    pub(crate) last: bool,
}

/// Every type of a hostPath, with what it wants to find.
pub(crate) const TYPES: [(&str, Twin); 8] = [
    ("", Twin::Directory),
    ("DirectoryOrCreate", Twin::Directory),
    ("Directory", Twin::Directory),
    ("FileOrCreate", Twin::File),
    ("File", Twin::File),
    ("Socket", Twin::Socket),
    ("CharDevice", Twin::CharDevice),
    ("BlockDevice", Twin::BlockDevice),
];

/// Mounted read-write, read-only, not at all.
const MODES: [Option<bool>; 3] = [Some(false), Some(true), None];

/// Where a path stands to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Itself,
    /// Below it, of the kind that the type wants, where a layout is generous.
    There,
    /// The same of another kind.
    OtherKind,
    Missing,
    MissingDeep,
}

const PLACES: [Place; 5] = [
    Place::Itself,
    Place::There,
    Place::OtherKind,
    Place::Missing,
    Place::MissingDeep,
];

/// The pods of a profile.
pub(crate) fn cases(os: &Profile) -> Vec<Case> {
    let mut cases = Cases {
        os,
        cases: Vec::new(),
        made: BTreeSet::new(),
    };
    for fact in &os.paths {
        // What a fact says of itself, in each way in which it can be wrong.
        for (kind, mode) in [
            ("", Some(false)),
            ("DirectoryOrCreate", Some(true)),
            ("Directory", None),
            ("File", None),
        ] {
            cases.add(fact, Place::Itself, kind, mode);
        }
    }
    let (immutable, other): (Vec<_>, Vec<_>) =
        os.paths.iter().partition(|fact| is_immutable(os, fact));
    for facts in [immutable, other] {
        let mut next = 0;
        for (place, (kind, _), mode) in triples() {
            // The next fact in turn that the combination is possible for.
            for _ in 0..facts.len() {
                let fact = facts[next % facts.len()];
                next += 1;
                if cases.add(fact, place, kind, mode) {
                    break;
                }
            }
        }
    }
    cases.sub_paths();
    cases.beside_paths();
    cases.cases
}

fn triples() -> impl Iterator<Item = (Place, (&'static str, Twin), Option<bool>)> {
    MODES.into_iter().flat_map(|mode| {
        TYPES
            .into_iter()
            .flat_map(move |kind| PLACES.into_iter().map(move |place| (place, kind, mode)))
    })
}

fn is_immutable(os: &Profile, fact: &PathFact) -> bool {
    os.look_up(&fact.path).access() == Access::ReadOnly
}

struct Cases<'a> {
    os: &'a Profile,
    cases: Vec<Case>,
    /// The missing paths for which a case that makes them exists.
    made: BTreeSet<String>,
}

impl Cases<'_> {
    /// Adds a case about a fact, if it can be played without harm to the machine and to other cases.
    fn add(
        &mut self,
        fact: &PathFact,
        place: Place,
        host_path_type: &'static str,
        mode: Option<bool>,
    ) -> bool {
        let spot = self.os.look_up(&fact.path);
        let is_directory = spot
            .file_type()
            .is_none_or(|kind| kind == FileType::Directory);
        let makes =
            host_path_type.is_empty() && mode.is_some() || host_path_type.ends_with("Create");
        let mutable = spot.access() != Access::ReadOnly;
        let possible = match place {
            Place::Itself => true,
            // The kernel's file systems are the machine's own, and what lies below a missing path would make that.
            _ if spot.access() == Access::Kernel => false,
            Place::There | Place::OtherKind => {
                spot.exists == Some(true)
                    && is_directory
                    && !spot.fact.is_some_and(|fact| fact.sealed)
            }
            Place::Missing | Place::MissingDeep => {
                is_directory && (spot.exists == Some(true) || !mutable)
            }
        };
        let number = self.cases.len();
        let twin = match place {
            Place::There => wanted(host_path_type),
            Place::OtherKind => match wanted(host_path_type) {
                Some(Twin::Directory) => Some(Twin::File),
                _ => Some(Twin::Directory),
            },
            _ => None,
        };
        let below = fact.path.trim_end_matches('/');
        let path = match place {
            Place::Itself => fact.path.clone(),
            Place::There | Place::OtherKind => format!("{below}/there-{number}"),
            Place::Missing => format!("{below}/none-{number}"),
            Place::MissingDeep => format!("{below}/none-{number}/deeper/still"),
        };
        let last = place == Place::Itself && spot.exists != Some(true) && makes && mutable;
        if !possible || last && !self.made.insert(spot.path.clone()) {
            return false;
        }
        let again = |case: &Case| {
            let mount = mode.map(|read_only| Mount {
                read_only,
                sub_path: String::new(),
            });
            case.path == path
                && case.host_path_type == host_path_type
                && case.ask == Ask::Path(mount)
        };
        if self.cases.iter().any(again) {
            return false;
        }
        self.push(
            path,
            host_path_type,
            mode.map(|read_only| (read_only, "")),
            twin,
            last,
        );
        true
    }

    /// Parts of a volume: one that is there, one that is missing, one that a link leads out of the volume, or within it.
    fn sub_paths(&mut self) {
        let facts: Vec<&PathFact> = self.os.paths.iter().collect();
        for fact in facts {
            let spot = self.os.look_up(&fact.path);
            let playable = spot.access() != Access::Kernel && spot.exists == Some(true);
            if !playable || fact.path == "/" {
                continue;
            }
            for read_only in [false, true] {
                let (parent, name) = fact.path.rsplit_once('/').unwrap_or_default();
                let parent = if parent.is_empty() { "/" } else { parent };
                if spot.file_type() == Some(FileType::Directory) {
                    let missing = format!("none-{}", self.cases.len());
                    self.push(
                        fact.path.clone(),
                        "",
                        Some((read_only, &missing)),
                        None,
                        false,
                    );
                }
                self.push(
                    parent.to_owned(),
                    "Directory",
                    Some((read_only, name)),
                    None,
                    false,
                );
            }
        }
    }

    /// AppArmor, where the rule is there, and the host's namespaces.
    fn beside_paths(&mut self) {
        let known = self
            .os
            .app_armor
            .as_ref()
            .is_some_and(|app_armor| app_armor.present == Presence::No);
        if known && Rule::by_id("apparmor").is_some() {
            for place in ["pod", "container", "init", "annotation"] {
                for kind in ["RuntimeDefault", "Localhost", "Unconfined"] {
                    self.ask(Ask::AppArmor(place, kind));
                }
            }
        }
        for field in ["hostPID", "hostIPC", "hostNetwork"] {
            self.ask(Ask::Field(field));
        }
    }

    fn push(
        &mut self,
        path: String,
        host_path_type: &'static str,
        mount: Option<(bool, &str)>,
        twin: Option<Twin>,
        last: bool,
    ) {
        let mount = mount.map(|(read_only, sub_path)| Mount {
            read_only,
            sub_path: sub_path.to_owned(),
        });
        self.cases.push(Case {
            number: self.cases.len(),
            path,
            host_path_type,
            ask: Ask::Path(mount),
            twin,
            last,
        });
    }

    fn ask(&mut self, ask: Ask) {
        self.cases.push(Case {
            number: self.cases.len(),
            path: String::new(),
            host_path_type: "",
            ask,
            twin: None,
            last: false,
        });
    }
}

fn wanted(host_path_type: &str) -> Option<Twin> {
    TYPES
        .iter()
        .find(|(kind, _)| *kind == host_path_type)
        .map(|(_, twin)| *twin)
}

//! The matrix of pods for one profile, generated from what it says and from what the rules look at: path kinds by hostPath type by mount by
//! depth, subPaths, broad mounts, AppArmor and the host's namespaces. First step of the proof.

use std::collections::BTreeSet;

use hostfit::os::features::Presence;
use hostfit::os::host::{FileType, PathFact};
use hostfit::os::{Access, Profile};
use hostfit::rules::Rule;

use super::case::{Ask, Case, Mount, TYPES, Twin, wanted};

/// Where a path stands to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Itself,
    /// Below it, of the kind that the type wants, where a layout is generous; `OtherKind`: of another.
    There,
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
    let mut cases = Matrix {
        os,
        all: Vec::new(),
        made: BTreeSet::new(),
        turn: 0,
    };
    for fact in &os.paths {
        // The kind that shows both whether it is there and whether it can be written.
        let kind = match os.look_up(&fact.path).file_type() {
            Some(FileType::File) => "File",
            Some(FileType::Socket) => "Socket",
            Some(FileType::Device) => "CharDevice",
            Some(FileType::Directory) | None => "Directory",
        };
        cases.add(fact, Place::Itself, kind, Some(false));
        let made = match kind {
            "Directory" => "DirectoryOrCreate",
            "File" => "FileOrCreate",
            _ => "",
        };
        if os.look_up(&fact.path).exists != Some(true) {
            cases.add(fact, Place::Itself, made, Some(false));
        }
    }
    let (immutable, other): (Vec<_>, Vec<_>) =
        os.paths.iter().partition(|fact| is_immutable(os, fact));
    cases.in_turn(&immutable, &TYPES, Some(false));
    cases.in_turn(&immutable, &TYPES[..4], Some(true));
    cases.in_turn(&immutable, &TYPES[1..4], None);
    cases.in_turn(&other, &TYPES[..6], Some(false));
    cases.in_turn(&other, &TYPES[..2], Some(true));
    cases.in_turn(&other, &TYPES[1..2], None);
    cases.sub_paths();
    cases.beside_paths();
    cases.all
}

fn is_immutable(os: &Profile, fact: &PathFact) -> bool {
    os.look_up(&fact.path).access() == Access::ReadOnly
}

struct Matrix<'a> {
    os: &'a Profile,
    all: Vec<Case>,
    /// The missing paths for which a case that makes them exists.
    made: BTreeSet<String>,
    /// Which fact is next.
    turn: usize,
}

impl Matrix<'_> {
    /// Each of these types at each place, spread over the facts in turn.
    fn in_turn(&mut self, facts: &[&PathFact], types: &[(&'static str, Twin)], mode: Option<bool>) {
        for place in PLACES {
            for (kind, _) in types {
                for _ in facts {
                    let fact = facts[self.turn % facts.len()];
                    self.turn += 1;
                    if self.add(fact, place, kind, mode) {
                        break;
                    }
                }
            }
        }
    }

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
        let number = self.all.len();
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
        if !possible || last && !self.made.insert(spot.path.clone().into_owned()) {
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
        if self.all.iter().any(again) {
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

    /// Parts of a volume: what each fact is of its parent, also where a link leads out of it, and one that is missing.
    fn sub_paths(&mut self) {
        let os = self.os;
        for (index, fact) in os.paths.iter().enumerate() {
            let spot = os.look_up(&fact.path);
            let (parent, name) = fact.path.rsplit_once('/').unwrap_or_default();
            if name.is_empty() || spot.access() == Access::Kernel || spot.exists != Some(true) {
                continue;
            }
            let parent = if parent.is_empty() { "/" } else { parent };
            let read_only = index % 2 == 0;
            if fact.is == Access::Link || index % 4 == 0 {
                self.push(
                    parent.to_owned(),
                    "Directory",
                    Some((read_only, name)),
                    None,
                    false,
                );
            }
            if spot.file_type() == Some(FileType::Directory) && index % 3 == 0 {
                let missing = format!("none-{}", self.all.len());
                self.push(
                    fact.path.clone(),
                    "",
                    Some((read_only, &missing)),
                    None,
                    false,
                );
            }
        }
    }

    /// AppArmor, where there is a rule about it, and the host's namespaces.
    fn beside_paths(&mut self) {
        let absent = self
            .os
            .app_armor
            .as_ref()
            .is_some_and(|app_armor| app_armor.present == Presence::No);
        if absent && Rule::by_id("apparmor").is_some() {
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
        self.ask(Ask::Path(mount.map(|(read_only, sub_path)| Mount {
            read_only,
            sub_path: sub_path.to_owned(),
        })));
        if let Some(case) = self.all.last_mut() {
            (case.path, case.host_path_type) = (path, host_path_type);
            (case.twin, case.last) = (twin, last);
        }
    }

    fn ask(&mut self, ask: Ask) {
        self.all.push(Case {
            number: self.all.len(),
            path: String::new(),
            host_path_type: "",
            ask,
            twin: None,
            last: false,
        });
    }
}

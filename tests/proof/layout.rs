//! A profile as a file system. What it does not know is laid out both ways: a generous layout has it and lets it be written, a meagre one does
//! not. What a verdict is sure of has to hold on both.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use hostfit::os::host::{FileType, PathFact};
use hostfit::os::path::is_within;
use hostfit::os::{Access, Profile};

use super::case::{Case, Twin};

/// Both ways, in the order in which outcomes are kept.
pub(crate) const LAYOUTS: [&str; 2] = ["generous", "meagre"];

/// Fills `root` with what the OS has, and returns the folders that are mounts of their own with their flags, a line each.
pub(crate) fn lay_out(os: &Profile, cases: &[Case], generous: bool, root: &Path) -> String {
    let mut facts: Vec<&PathFact> = os.paths.iter().collect();
    facts.sort_by_key(|fact| fact.path.len());
    fs::create_dir_all(root).unwrap();
    // Links first, so that everything else is put where they lead.
    for fact in facts.iter().filter(|fact| fact.exists.unwrap_or(generous)) {
        if let Some(to) = &fact.to {
            link(root, &fact.path, to);
        }
    }
    let there: Vec<&&PathFact> = facts
        .iter()
        .filter(|fact| fact.is != Access::Link && fact.exists.unwrap_or(generous))
        .collect();
    for fact in &there {
        let twin = match fact.file_type {
            Some(FileType::File) => Twin::File,
            Some(FileType::Socket) => Twin::Socket,
            Some(FileType::Device) => Twin::CharDevice,
            Some(FileType::Directory) | None => Twin::Directory,
        };
        make(root, &fact.path, twin);
    }
    for fact in facts.iter().filter(|fact| fact.is == Access::Link) {
        let spot = os.look_up(&fact.path);
        if spot.exists.unwrap_or(generous) && !root.join(&spot.path[1..]).exists() {
            make(root, &spot.path, Twin::Directory);
        }
    }
    for case in cases {
        if let Some(twin) = case.twin.filter(|_| generous) {
            make(root, &case.path, twin);
        }
    }
    let flags = |fact: &PathFact| {
        let read_only = match fact.is {
            Access::ReadOnly => true,
            Access::Unsure => !generous,
            _ => false,
        };
        (if read_only { "ro" } else { "rw" }, fact.noexec)
    };
    let mut mounts = String::new();
    for fact in there.iter().filter(|fact| fact.is != Access::Kernel) {
        let parent = there
            .iter()
            .filter(|parent| parent.path != fact.path && is_within(&fact.path, &parent.path))
            .max_by_key(|parent| parent.path.len());
        let (access, noexec) = flags(fact);
        if (access, noexec) != parent.map_or(("rw", false), |parent| flags(parent)) {
            let noexec = if noexec { ",noexec" } else { "" };
            let _ = writeln!(mounts, "{} {access}{noexec}", fact.path);
        }
    }
    mounts
}

/// A link whose target is written relative to it, so that it leads to the same place before and after the folder is a node's root.
fn link(root: &Path, path: &str, to: &str) {
    let at = root.join(&path[1..]);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    let up = "../".repeat(path.matches('/').count() - 1);
    std::os::unix::fs::symlink(format!("{up}{}", &to[1..]), at).unwrap();
}

fn make(root: &Path, path: &str, what: Twin) {
    let at = root.join(&path[1..]);
    if what == Twin::Directory {
        fs::create_dir_all(&at).unwrap();
        return;
    }
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    let device = |kind: &str, major: &str, minor: &str| {
        let mut command = Command::new("mknod");
        let made = command
            .arg(&at)
            .args([kind, major, minor])
            .status()
            .unwrap();
        assert!(made.success(), "mknod {}", at.display());
    };
    match what {
        Twin::File => fs::write(&at, "").unwrap(),
        Twin::Socket => {
            // A socket's own path has to be short; it stays a socket where it is moved to.
            let short = root.parent().unwrap().join("s");
            drop(UnixListener::bind(&short).unwrap());
            fs::rename(&short, &at).unwrap();
        }
        Twin::CharDevice => device("c", "1", "3"),
        Twin::BlockDevice => device("b", "7", "0"),
        Twin::Directory => {}
    }
}

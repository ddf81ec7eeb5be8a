//! The verdict beside what happened. A verdict speaks of every node that is as the profile says, so it is held against both layouts:
//! `breaks` has to be refused on both, `note` has to start and do on both what the profile says, and `at-risk` has to go wrong somewhere.

use std::sync::Arc;

use hostfit::findings::Severity;
use hostfit::os::{Access, Profile, path};
use hostfit::rules;
use hostfit::workload::{Kind, Workload};

use super::case::{Ask, Case, Mount};
use super::pod;
use super::run::Outcome;

/// What the rules say of a case; nothing where they find nothing.
pub(crate) fn verdict(case: &Case, os: &Arc<Profile>) -> Option<(Severity, String)> {
    let pod = pod::manifest(case, os, "p", "n").to_string();
    let workload = Workload::parse(Kind::Pod, &pod).unwrap();
    let rule = match case.ask {
        Ask::Path(_) => "host-path",
        Ask::AppArmor(..) => "apparmor",
        Ask::Field("hostPID") => "host-pid",
        Ask::Field("hostIPC") => "host-ipc",
        Ask::Field(_) => "host-network",
    };
    let findings = rules::run(&workload, &[], std::slice::from_ref(os));
    let mut of_rule = findings.into_iter().filter(|finding| finding.rule == rule);
    of_rule
        .next()
        .map(|finding| (finding.severity, finding.reason))
}

/// How a case agrees with its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// All went as it says.
    AsSaid,
    /// It did not start, for want of something that no OS decides and of which the profile says nothing.
    NotOfTheOs,
}

/// Holds the outcomes on the layouts against what the rules and the profile say.
pub(crate) fn compare(
    case: &Case,
    os: &Arc<Profile>,
    outcomes: &[Outcome],
) -> Result<Agreement, String> {
    let verdict = verdict(case, os);
    let severity = verdict.as_ref().map(|(severity, _)| *severity);
    let mut agreement = Agreement::AsSaid;
    let mut went_wrong = false;
    for outcome in outcomes {
        match outcome {
            Outcome::Refused(words) => {
                went_wrong = true;
                expected_words(case, os, words)?;
                match (severity, not_of_the_os(case, os, words)) {
                    (Some(Severity::Breaks), _) => {}
                    (Some(Severity::AtRisk), _) if may_be_missing(case, os) => {}
                    (_, true) => agreement = Agreement::NotOfTheOs,
                    _ => return Err(format!("it did not start: {words}")),
                }
            }
            Outcome::Started(_) if severity == Some(Severity::Breaks) => {
                return Err("it started".to_owned());
            }
            Outcome::Started(said) => {
                if let Ask::Path(Some(mount)) = &case.ask {
                    went_wrong |= said_of_mount(case, mount, os, said)?;
                }
            }
        }
    }
    // What a pod meets in the host's namespaces a layout cannot show.
    let is_shown = !matches!(case.ask, Ask::Field(_));
    if severity == Some(Severity::AtRisk) && is_shown && !went_wrong {
        return Err("nothing went wrong".to_owned());
    }
    Ok(agreement)
}

/// The path of what is mounted, in the end.
fn mounted(case: &Case) -> String {
    match &case.ask {
        Ask::Path(Some(mount)) => format!("{}/{}", case.path, mount.sub_path),
        _ => case.path.clone(),
    }
}

/// Whether the profile leaves open if what the pod needs is there.
fn may_be_missing(case: &Case, os: &Profile) -> bool {
    os.look_up(&mounted(case)).exists != Some(true)
}

/// Whether a refusal is for want of something of which the profile says nothing, on an OS where it could be made as on any other.
fn not_of_the_os(case: &Case, os: &Profile, words: &str) -> bool {
    let spot = os.look_up(&case.path);
    let insists = words.contains("hostPath type check failed")
        && (spot.exists.is_none() || spot.file_type().is_none());
    // The kubelet makes a file, and not the folder that it is in.
    let folder = spot.path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let no_folder = case.host_path_type == "FileOrCreate"
        && words.contains("no such file or directory")
        && os.look_up(folder).exists != Some(true);
    insists || no_folder
}

/// The words with which the kubelet and the runtime refuse what the rules speak of.
fn expected_words(case: &Case, os: &Profile, words: &str) -> Result<(), String> {
    let makes = case.host_path_type.is_empty() || case.host_path_type.ends_with("Create");
    let expected: &[&str] = match &case.ask {
        Ask::AppArmor(..) => &["AppArmor: "],
        Ask::Field(_) => &[],
        Ask::Path(Some(mount)) if !mount.sub_path.is_empty() => &[
            "failed to create subPath directory",
            "failed to prepare subPath",
        ],
        Ask::Path(_) if case.host_path_type == "FileOrCreate" => &[
            "read-only file system",
            "hostPath type check failed",
            "no such file or directory",
        ],
        // A link that leads nowhere.
        Ask::Path(_) if makes && os.is_link(&case.path) => &[
            "file exists",
            "read-only file system",
            "hostPath type check failed",
        ],
        Ask::Path(_) if makes => &["read-only file system", "hostPath type check failed"],
        Ask::Path(_) => &["hostPath type check failed"],
    };
    if expected.iter().any(|expected| words.contains(expected)) {
        Ok(())
    } else {
        Err(format!("it was refused with other words: {words}"))
    }
}

/// What the container said of its mount, beside the profile; whether something in it went wrong.
fn said_of_mount(case: &Case, mount: &Mount, os: &Profile, said: &str) -> Result<bool, String> {
    let mounted = mounted(case);
    let spot = os.look_up(&mounted);
    if os.look_up(&case.path).access() == Access::Kernel {
        return Ok(false);
    }
    let of = |key: &str| {
        said.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    };
    let leads = of("leads").map(path::normalise);
    if leads.as_deref() != Some(spot.path.as_ref()) {
        return Err(format!("it leads to {leads:?}"));
    }
    let mut wrong = false;
    let write = of("write").ok_or("it said nothing of a write")?;
    let works = write == "ok";
    if mount.read_only && works {
        return Err("a write worked in a read-only mount".to_owned());
    }
    if !works && write != "Read-only file system" {
        return Err(format!("a write failed with other words: {write}"));
    }
    if !mount.read_only {
        wrong |= !works;
        match spot.access() {
            Access::ReadOnly if works => return Err("a write worked".to_owned()),
            Access::Writable | Access::Tmpfs if !works => return Err("a write failed".to_owned()),
            _ => {}
        }
        for fact in os
            .read_only_below(&spot.path)
            .filter(|fact| fact.path != spot.path)
        {
            let below = fact
                .path
                .strip_prefix(spot.path.trim_end_matches('/'))
                .unwrap_or_default();
            match of(&format!("below {below}")) {
                Some("ok") => return Err(format!("a write to {} worked", fact.path)),
                Some(_) => wrong = true,
                None => {}
            }
        }
    }
    if let Some(exec) = of("exec") {
        let noexec = spot.fact.is_some_and(|fact| fact.noexec);
        match exec {
            "ok" if noexec => return Err("what lies there could be executed".to_owned()),
            "ok" => {}
            _ if noexec => wrong = true,
            error => return Err(format!("what lies there could not be executed: {error}")),
        }
    }
    if let (Some(kind), Some(is)) = (of("kind"), spot.file_type())
        && kind != is.as_str()
    {
        if spot.exists == Some(true) {
            return Err(format!("it is a {kind}"));
        }
        wrong = true;
    }
    Ok(wrong)
}

//! What the paths of a node's own file system are on an OS: the path model. Part of a `profile`; asked by the rules about host paths.

use std::borrow::Cow;

use serde::Deserialize;

use super::path::{is_within, normalise};
use super::profile::{Confidence, Profile};

/// What one host path, and all below it that no other fact names, is on an OS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PathFact {
    /// Absolute path in normal form.
    pub path: String,
    /// What a container can do there.
    pub is: Access,
    /// For a link: where it leads.
    #[serde(default)]
    pub to: Option<String>,
    /// Whether the path itself is there; nothing where that is not known. What lies below a path that is not there is not there either; of
    /// what lies below one that is, this says nothing.
    #[serde(default)]
    pub exists: Option<bool>,
    /// What the path itself is, or, where it is missing, what pods take it for.
    #[serde(default)]
    pub file_type: Option<FileType>,
    /// Whether nothing lies below it but what other facts name, and what a pod makes.
    #[serde(default)]
    pub sealed: bool,
    /// Whether what lies there cannot be executed, neither by the host nor in a container.
    #[serde(default)]
    pub noexec: bool,
    /// Why, in words that complete "…, and"; by default what the other fields say.
    #[serde(default)]
    pub because: String,
    /// Where this was read.
    pub source: String,
    /// How sure we are.
    pub confidence: Confidence,
}

/// What a container can do at a host path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// A write fails.
    ReadOnly,
    /// A write works, and lasts as long as the node.
    Writable,
    /// A write works, and is gone with the next boot.
    Tmpfs,
    /// The kernel's own file systems, alike on every Linux.
    Kernel,
    /// It leads elsewhere: see `to`.
    Link,
    /// A write may fail: it was reported to, or nobody knows.
    Unsure,
}

impl Access {
    /// Its name in a profile.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Writable => "writable",
            Self::Tmpfs => "tmpfs",
            Self::Kernel => "kernel",
            Self::Link => "link",
            Self::Unsure => "unsure",
        }
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum FileType {
    Directory,
    File,
    Socket,
    Device,
}

impl FileType {
    /// Its name in a profile and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::File => "file",
            Self::Socket => "socket",
            Self::Device => "device",
        }
    }
}

/// Where a path leads, and what is known of it there.
#[derive(Debug, Clone)]
pub struct Spot<'a> {
    /// The path that it leads to, in normal form: links of the profile are followed.
    pub path: Cow<'a, str>,
    /// The fact that decides; without one nothing is known, and nothing speaks against a write.
    pub fact: Option<&'a PathFact>,
    /// Whether it is there, where that is known.
    pub exists: Option<bool>,
}

impl Spot<'_> {
    /// What a container can do there.
    pub fn access(&self) -> Access {
        self.fact.map_or(Access::Writable, |fact| fact.is)
    }

    /// What stands there, where that is known.
    pub fn file_type(&self) -> Option<FileType> {
        self.fact
            .filter(|fact| fact.path == self.path)
            .and_then(|fact| fact.file_type)
    }

    /// Why it is what it is, in words that complete "…, and".
    pub fn because(&self) -> String {
        let Some(fact) = self.fact else {
            return format!("nothing is known of {} there", self.path);
        };
        if !fact.because.is_empty() {
            return fact.because.clone();
        }
        let what = match fact.is {
            Access::ReadOnly => "read-only there",
            Access::Writable => "writable there",
            Access::Tmpfs => "a tmpfs there, gone with the next boot",
            Access::Kernel => "the kernel's, alike on every Linux",
            // A link that was followed for too long.
            Access::Link => "a link without an end there",
            Access::Unsure => "not known to be writable there",
        };
        format!("{} is {what}", fact.path)
    }
}

/// Longer chains of links are loops.
const MOST_LINKS: usize = 8;

impl Profile {
    /// What `path` is on this OS, links followed as the kubelet and the runtime follow them.
    pub fn look_up<'a>(&'a self, path: &'a str) -> Spot<'a> {
        let mut path = normalise(path);
        for _ in 0..MOST_LINKS {
            let Some(link) = self.nearest(&path).filter(|fact| fact.is == Access::Link) else {
                break;
            };
            let Some(to) = &link.to else { break };
            let rest = path.strip_prefix(&link.path).unwrap_or_default();
            path = Cow::Owned(normalise(&format!("{to}/{rest}")).into_owned());
        }
        let fact = self.nearest(&path);
        Spot {
            exists: self.exists(&path, fact),
            path,
            fact,
        }
    }

    /// Whether the path itself, in normal form, is a link.
    pub fn is_link(&self, path: &str) -> bool {
        let of_path = |fact: &PathFact| fact.path == path && fact.is == Access::Link;
        self.paths.iter().any(of_path)
    }

    /// Whether something is known to be at `path`, whose nearest fact is `fact`.
    fn exists(&self, path: &str, fact: Option<&PathFact>) -> Option<bool> {
        let below = |other: &PathFact| {
            other.exists == Some(true) && is_within(&other.path, path) && other.path != path
        };
        if path == "/" || self.paths.iter().any(below) {
            return Some(true);
        }
        let fact = fact?;
        if fact.path == path {
            fact.exists
        } else if fact.exists == Some(false) || fact.sealed {
            Some(false)
        } else {
            None
        }
    }

    /// The fact with the longest path that `path` is within.
    fn nearest(&self, path: &str) -> Option<&PathFact> {
        self.paths
            .iter()
            .filter(|fact| is_within(path, &fact.path))
            .max_by_key(|fact| fact.path.len())
    }

    /// The read-only paths at or below `path`, as a broad mount (`/`, `/var`) brings them into a container.
    pub fn read_only_below(&self, path: &str) -> impl Iterator<Item = &PathFact> {
        self.paths.iter().filter(move |fact| {
            fact.is == Access::ReadOnly && fact.exists != Some(false) && is_within(&fact.path, path)
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::os::file::Entry;

    use super::*;

    /// An OS with one of everything.
    fn profile() -> Profile {
        let entry: Entry = serde_saphyr::from_str(
            "
            {id: t, title: T, kind: linux, immutable: true, paths: [
              {path: /, is: read-only, sealed: true, source: s, confidence: cited},
              {path: /usr, is: read-only, exists: true, source: s, confidence: cited},
              {path: /usr/src, is: read-only, exists: false, source: s, confidence: cited},
              {path: /usr/lib/modules, is: read-only, exists: true, source: s, confidence: cited},
              {path: /bin, is: link, to: /usr/bin, source: s, confidence: cited},
              {path: /usr/local/bin, is: link, to: /opt/bin, source: s, confidence: cited},
              {path: /opt, is: writable, exists: true, source: s, confidence: cited},
              {path: /round, is: link, to: /about, source: s, confidence: cited},
              {path: /about, is: link, to: /round, source: s, confidence: cited},
            ]}",
        )
        .expect("well formed");
        entry.into_profile().expect("whole")
    }

    #[rstest]
    #[case::itself("/usr", "/usr", Access::ReadOnly, Some(true))]
    #[case::below_says_nothing("/usr/share/x", "/usr/share/x", Access::ReadOnly, None)]
    #[case::a_parent_of_what_is_there("/usr/lib", "/usr/lib", Access::ReadOnly, Some(true))]
    #[case::below_what_is_missing(
        "/usr/src/linux",
        "/usr/src/linux",
        Access::ReadOnly,
        Some(false)
    )]
    #[case::whole_segments("/usrlocal", "/usrlocal", Access::ReadOnly, Some(false))]
    #[case::through_a_link("/bin/sh", "/usr/bin/sh", Access::ReadOnly, None)]
    #[case::the_link_itself("/bin/", "/usr/bin", Access::ReadOnly, None)]
    #[case::a_link_out_of_usr("/usr/local/bin/x", "/opt/bin/x", Access::Writable, None)]
    #[case::not_in_normal_form("/opt/../usr//local/./bin", "/opt/bin", Access::Writable, None)]
    #[case::sealed("/containers", "/containers", Access::ReadOnly, Some(false))]
    #[case::the_root("/", "/", Access::ReadOnly, Some(true))]
    fn a_path_is_looked_up(
        #[case] path: &str,
        #[case] leads_to: &str,
        #[case] access: Access,
        #[case] exists: Option<bool>,
    ) {
        let profile = profile();
        let spot = profile.look_up(path);
        assert_eq!(
            (&*spot.path, spot.access(), spot.exists),
            (leads_to, access, exists)
        );
    }

    #[test]
    fn links_in_a_circle_come_to_an_end() {
        assert_eq!(profile().look_up("/round").access(), Access::Link);
    }

    #[test]
    fn what_no_fact_names_is_taken_for_writable_and_said_to_be_unknown() {
        let mut profile = profile();
        profile.paths.retain(|fact| fact.path != "/");
        let spot = profile.look_up("/data");
        assert_eq!((spot.access(), spot.exists), (Access::Writable, None));
        assert_eq!(spot.because(), "nothing is known of /data there");
    }
}

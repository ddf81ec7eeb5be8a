//! One pod of the matrix, as what it asks for. Made by `cases`, played by `pod`, judged in `compare`.

use hostfit::os::{Access, Profile};

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

impl Case {
    /// Whether the two layouts differ in what it meets; where they do not, one of them will do.
    pub(crate) fn needs_both(&self, os: &Profile) -> bool {
        let open = |path: &str| {
            let spot = os.look_up(path);
            let unsure = spot.access() == Access::Unsure;
            unsure || spot.exists.is_none() && !path.contains("/none-")
        };
        let part = match &self.ask {
            Ask::Path(Some(mount)) => mount.sub_path.as_str(),
            Ask::Path(None) => "",
            _ => return false,
        };
        self.twin.is_some() || open(&self.path) || open(&format!("{}/{part}", self.path))
    }
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

/// What a type wants to find.
pub(crate) fn wanted(host_path_type: &str) -> Option<Twin> {
    TYPES
        .iter()
        .find(|(kind, _)| *kind == host_path_type)
        .map(|(_, twin)| *twin)
}

//! Where manifests and node lists are read from: standard input, a file, or a folder with everything below it.

use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A file; `-` is standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A path.
    Path(PathBuf),
}

impl FromStr for Source {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "-" => Self::Stdin,
            path => Self::Path(path.into()),
        })
    }
}

impl Source {
    /// Its name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }

    /// All that is in it. Standard input can be read once.
    pub async fn contents(&self) -> io::Result<Vec<u8>> {
        let source = self.clone();
        let read = tokio::task::spawn_blocking(move || source.read());
        read.await.map_err(io::Error::other)?
    }

    /// The same where nobody else waits: of thousands of files, to change threads for each is a quarter of the work.
    #[allow(
        clippy::disallowed_methods,
        reason = "the edge of the program reads files"
    )]
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Self::Path(path) => std::fs::read(path),
        }
    }

    /// For a folder the manifests below it, in the order of their paths; for anything else itself. A folder that cannot be read is
    /// complained of.
    pub(super) fn files(&self, complaints: &mut Vec<String>) -> Vec<Self> {
        match self {
            Self::Path(path) if path.is_dir() => {
                let mut files = Vec::new();
                walk(path, &mut files, complaints);
                files.into_iter().map(Self::Path).collect()
            }
            other => vec![other.clone()],
        }
    }
}

/// Links to files are followed, as kubectl does; links to folders are not, so that there is an end.
fn walk(folder: &Path, files: &mut Vec<PathBuf>, complaints: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            complaints.push(cannot_be_read(&folder.display().to_string(), &error));
            return;
        }
    };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // In a mounted ConfigMap or Secret the kubelet keeps everything twice, once below such a name.
            if !entry.file_name().as_encoded_bytes().starts_with(b"..") {
                walk(&path, files, complaints);
            }
        } else if is_manifest(&path) && !path.is_dir() {
            files.push(path);
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| ["yaml", "yml", "json"].contains(&extension))
}

/// What is said of a file that cannot be read.
pub(super) fn cannot_be_read(name: &str, error: &io::Error) -> String {
    format!("{name}: {error}; it must be a file or folder that this process can read")
}

/// The nearest name beside a file that does not exist: `; did you mean agent.yaml?`.
pub(super) fn nearest(source: &Source) -> String {
    let Source::Path(path) = source else {
        return String::new();
    };
    // What is there, and cannot be read, is what was meant.
    if path.symlink_metadata().is_ok() {
        return String::new();
    }
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let wanted = stem(path);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut near: Vec<(f64, PathBuf)> = entries
        .map(|entry| path.with_file_name(entry.file_name()))
        .filter(|other| is_manifest(other) || other.is_dir())
        .map(|other| {
            (
                strsim::normalized_damerau_levenshtein(&wanted, &stem(&other)),
                other,
            )
        })
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    // The name breaks a tie, so that the answer does not hang on the order in which a folder is listed.
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    near.first().map_or(String::new(), |(_, other)| {
        format!("; did you mean {}?", other.display())
    })
}

/// Two letters swapped in a name of five are a typo; two different words are not.
const ALIKE: f64 = 0.6;

/// The name without its ending, in which typos count less.
fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

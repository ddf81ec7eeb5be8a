//! A pair of files that somebody else renews: cert-manager, or an own Secret that the kubelet mounts.
//!
//! The files are followed by content. The kubelet swaps a symbolic link above them, and a watch on the files sees the first swap only.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Pair, PairError, Served};

/// How often the files are read. The kubelet itself takes up to a minute, so this adds little.
const PERIOD: Duration = Duration::from_secs(5);

/// Where the pair lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// A pair of files that cannot be served: which file, what is wrong with it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// A file cannot be read.
    #[error("{path}: {why}; the certificate and its key must be readable by this process", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// A file holds something else.
    #[error("{path}: {why}", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Each is fine, and they are no pair.
    #[error("the private key in {key} does not belong to the certificate in {certificate}; give the two files of one pair", key = .0.key.display(), certificate = .0.certificate.display())]
    Mismatch(Files),
}

/// Reads the pair and serves it. For the start, where failing is the caller's error.
pub async fn load(files: &Files, served: &Served) -> Result<(), FilesError> {
    let pair = parse(files, &read(files).await?)?;
    served.set(pair);
    Ok(())
}

/// Serves every change of the files, as long as the process runs. A pair that cannot be used is reported once, and the last good one stays.
pub async fn follow(files: Files, served: Served) -> Infallible {
    let mut seen = None;
    loop {
        let content = read(&files).await;
        if seen.as_ref() != Some(&content) {
            take(&files, &content, &served);
            seen = Some(content);
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// Serves what was read, or says why not.
fn take(files: &Files, content: &Result<Content, FilesError>, served: &Served) {
    let pair = content
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|content| parse(files, content));
    match pair {
        Ok(pair) => {
            let until = pair.life.end;
            served.recover();
            if served.set(pair) {
                tracing::info!(file = %files.certificate.display(), %until, "the serving certificate has changed");
            }
        }
        Err(error) => {
            tracing::error!(%error, "the new serving certificate cannot be used; the last good one is kept");
            served.fail(error.to_string());
        }
    }
}

/// What the two files hold.
#[derive(PartialEq, Eq)]
struct Content {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// Reads both files so that they belong to one moment: a swap between the two would look like a pair that does not match.
async fn read(files: &Files) -> Result<Content, FilesError> {
    let mut certificate = read_one(&files.certificate).await?;
    loop {
        let key = read_one(&files.key).await?;
        let again = read_one(&files.certificate).await?;
        if again == certificate {
            return Ok(Content { certificate, key });
        }
        certificate = again;
    }
}

async fn read_one(path: &Path) -> Result<Vec<u8>, FilesError> {
    tokio::fs::read(path)
        .await
        .map_err(|e| FilesError::Unreadable {
            path: path.to_owned(),
            why: e.to_string(),
        })
}

fn parse(files: &Files, content: &Content) -> Result<Pair, FilesError> {
    let malformed = |path: &Path, why| FilesError::Malformed {
        path: path.to_owned(),
        why,
    };
    Pair::from_pem(&content.certificate, &content.key).map_err(|error| match error {
        PairError::Certificate(why) => malformed(&files.certificate, why),
        PairError::Key(why) => malformed(&files.key, why),
        PairError::Mismatch => FilesError::Mismatch(files.clone()),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::certificate::authority::{Authority, Issued};

    fn issue() -> Issued {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let names = ["hostfit.test.svc".to_owned()];
        Authority::make(now).unwrap().issue(&names, now).unwrap()
    }

    /// A folder as the kubelet lays it out: the files are links into `..data`, which is a link to the version in force.
    struct Mount(tempfile::TempDir);

    impl Mount {
        fn new(first: &Issued) -> (Self, Files) {
            let mount = Self(tempfile::tempdir().unwrap());
            mount.swap("v1", first);
            let [certificate, key] = ["tls.crt", "tls.key"].map(|name| {
                let path = mount.0.path().join(name);
                symlink(Path::new("..data").join(name), &path).unwrap();
                path
            });
            (mount, Files { certificate, key })
        }

        fn swap(&self, version: &str, issued: &Issued) {
            let (folder, next) = (self.0.path().join(version), self.0.path().join("..next"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("tls.crt"), &issued.certificate).unwrap();
            fs::write(folder.join("tls.key"), &issued.key).unwrap();
            symlink(version, &next).unwrap();
            fs::rename(next, self.0.path().join("..data")).unwrap();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn every_swap_is_served_and_a_broken_pair_is_not() {
        let (first, second) = (issue(), issue());
        let (mount, files) = Mount::new(&first);
        let served = Served::new();
        load(&files, &served).await.unwrap();
        let follower = tokio::spawn(follow(files.clone(), served.clone()));

        mount.swap("v2", &second);
        until(|| served.generation() == 2).await;
        let now = served.leaf();

        let mixed = Issued {
            certificate: first.certificate.clone(),
            key: second.key,
        };
        mount.swap("v3", &mixed);
        until(|| served.trouble().is_some()).await;
        assert_eq!(served.leaf(), now);
        let expected = FilesError::Mismatch(files).to_string();
        assert_eq!(served.trouble().unwrap().as_str(), expected);

        mount.swap("v4", &first);
        until(|| served.generation() == 3).await;
        assert_eq!((served.trouble(), served.failures()), (None, 1));
        follower.abort();
    }

    /// Lets the paused clock run, as fast as it goes, until something holds.
    async fn until(condition: impl Fn() -> bool) {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    #[tokio::test]
    async fn an_error_names_the_file() {
        let pair = issue();
        let (mount, files) = Mount::new(&pair);
        let at = |name: &str| mount.0.path().join(name).display().to_string();
        let mut versions = (2..).map(|n| format!("v{n}"));
        let mut error = async |certificate: &str, key: &str| {
            let issued = Issued {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
            };
            mount.swap(&versions.next().unwrap(), &issued);
            load(&files, &Served::new()).await.unwrap_err().to_string()
        };
        let cut = &pair.certificate[..200];
        let table = [
            (
                "",
                pair.key.as_str(),
                format!("{}: it holds no CERTIFICATE block", at("tls.crt")),
            ),
            (
                cut,
                &pair.key,
                format!("{}: it is not valid PEM", at("tls.crt")),
            ),
            (
                &pair.certificate,
                "",
                format!("{}: it holds no PRIVATE KEY block", at("tls.key")),
            ),
            (
                &pair.certificate,
                &pair.key[..100],
                format!("{}: it is not valid PEM", at("tls.key")),
            ),
            (
                &pair.key,
                &pair.key,
                format!("{}: it holds no CERTIFICATE block", at("tls.crt")),
            ),
        ];
        for (certificate, key, expected) in table {
            let error = error(certificate, key).await;
            assert!(error.starts_with(&expected), "{error}");
            assert!(!error.contains("MIG"), "an error quotes the key: {error}");
        }
        fs::remove_file(&files.key).unwrap();
        let error = load(&files, &Served::new()).await.unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("{}: No such file", at("tls.key"))),
            "{error}"
        );
    }
}

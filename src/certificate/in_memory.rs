//! A CA and a certificate that live in memory only: for a server outside a cluster.

use std::convert::Infallible;
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::authority::Authority;
use super::ca::write_bundle;
use super::{Pair, Served};

/// How often the clock is looked at. A sleep of weeks would not count the time that a laptop was closed.
const PERIOD: Duration = Duration::from_secs(3600);

/// A certificate in memory.
#[derive(Debug, Clone)]
pub struct InMemory {
    /// The address that the server listens on. The certificate names it besides localhost, unless it stands for all addresses.
    pub listen: IpAddr,
    /// Where to write the CA, for clients to trust.
    pub ca_out: Option<PathBuf>,
}

/// The certificate could not be made, or its CA could not be written.
#[derive(Debug, thiserror::Error)]
pub enum InMemoryError {
    /// The certificate could not be made.
    #[error("{0}")]
    Make(String),
    /// The CA could not be written.
    #[error("{path}: the CA cannot be written: {why}; give --tls-ca-out a file in a folder that this process can write to", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: std::io::Error,
    },
}

/// Makes a pair and serves it. For the start, where failing is the caller's error.
pub async fn load(place: &InMemory, served: &Served) -> Result<(), InMemoryError> {
    let made = make(place.listen, now()).map_err(InMemoryError::Make)?;
    if let Some(path) = place.ca_out.clone() {
        let written = tokio::task::spawn_blocking(move || {
            replace(&path, made.ca.as_bytes()).map_err(|why| InMemoryError::Write { path, why })
        });
        written
            .await
            .map_err(|e| InMemoryError::Make(e.to_string()))??;
    }
    served.set(made.pair);
    Ok(())
}

/// Makes a new pair, and a new CA with it, when it is time, as long as the process runs.
pub async fn keep(place: InMemory, served: Served) -> Infallible {
    loop {
        tokio::time::sleep(PERIOD).await;
        if served.renewal().is_some_and(|renewal| now() < renewal) {
            continue;
        }
        match load(&place, &served).await {
            Ok(()) => served.recover(),
            Err(error) => {
                tracing::error!(%error, "the serving certificate could not be renewed; it is tried again in an hour");
                served.fail(error.to_string());
            }
        }
    }
}

struct Made {
    pair: Pair,
    ca: String,
}

fn make(listen: IpAddr, now: Timestamp) -> Result<Made, String> {
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    if !listen.is_unspecified() && !listen.is_loopback() {
        names.push(listen.to_string());
    }
    let authority = Authority::make(now)?;
    let issued = authority.issue(&names, now)?;
    Ok(Made {
        pair: Pair::from_pem(issued.certificate.as_bytes(), issued.key.as_bytes())
            .map_err(|e| e.to_string())?,
        ca: write_bundle(std::slice::from_ref(&authority.ca)),
    })
}

/// Writes a file so that a reader sees the old content or the new, never a part.
fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default();
    let mut next = name.to_owned();
    next.push(format!(".{}.new", std::process::id()));
    let next = folder.join(next);
    let written = std::fs::File::create(&next).and_then(|mut file| {
        file.write_all(content)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
        file.sync_all()?;
        std::fs::rename(&next, path)
    });
    if written.is_err() {
        drop(std::fs::remove_file(&next));
    }
    written
}

#[allow(
    clippy::disallowed_methods,
    reason = "the shell: this is where the clock is read"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::certificate::ca::read_bundle;

    #[rstest]
    #[case::all_addresses("0.0.0.0", &["localhost", "127.0.0.1", "::1"], &["0.0.0.0"])]
    #[case::one_address("10.1.2.3", &["localhost", "127.0.0.1", "::1", "10.1.2.3"], &["10.1.2.4", "hostfit"])]
    #[case::loopback("::1", &["localhost", "127.0.0.1", "::1"], &["::2"])]
    fn names(#[case] listen: IpAddr, #[case] good: &[&str], #[case] bad: &[&str]) {
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let made = make(listen, now).unwrap();
        let (cas, faults) = read_bundle(made.ca.as_bytes());
        assert_eq!((cas.len(), faults.len()), (1, 0));
        for name in good {
            assert!(cas[0].vouches_for(&made.pair, name, now), "{name}");
        }
        for name in bad {
            assert!(!cas[0].vouches_for(&made.pair, name, now), "{name}");
        }
    }

    #[tokio::test]
    async fn the_ca_is_written_for_everyone_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.crt");
        let place = InMemory {
            listen: [127, 0, 0, 1].into(),
            ca_out: Some(path.clone()),
        };
        let served = Served::new();
        load(&place, &served).await.unwrap();
        let (cas, faults) = read_bundle(&tokio::fs::read(&path).await.unwrap());
        assert_eq!((cas.len(), faults.len()), (1, 0));
        let leaf = served.leaf().unwrap();
        let (_, leaf) = x509_parser::parse_x509_certificate(&leaf).unwrap();
        assert_eq!(
            leaf.issuer().to_string(),
            format!("CN=Hostfit CA {}", cas[0].id)
        );
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o644
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_ca_that_cannot_be_written_is_an_error_that_names_the_file() {
        let place = InMemory {
            listen: [127, 0, 0, 1].into(),
            ca_out: Some("/none/ca.crt".into()),
        };
        let served = Served::new();
        let error = load(&place, &served).await.unwrap_err().to_string();
        assert!(
            error.starts_with("/none/ca.crt: the CA cannot be written: No such file"),
            "{error}"
        );
        assert!(!served.is_ready());
    }
}

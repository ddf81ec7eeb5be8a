//! Whether this replica should get reviews: all its parts are there. `/readyz` says which are not.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::storage;

/// What has to be there; in the order of [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Configuration,
    Certificate,
    Nodes,
    Namespaces,
    RuntimeClasses,
    Storage,
    Pools,
    Listener,
}

const NAMES: [&str; 8] = [
    "configuration",
    "certificate",
    "nodes",
    "namespaces",
    "runtime-classes",
    "storage",
    "pools",
    "listener",
];

/// What a review is judged by, and what its connection needs.
const TO_JUDGE: [Part; 7] = [
    Part::Configuration,
    Part::Certificate,
    Part::Nodes,
    Part::Namespaces,
    Part::RuntimeClasses,
    Part::Storage,
    Part::Pools,
];

/// How a part stands, with a detail for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not there.
    Missing(String),
    /// There, and as it should be.
    Good(String),
    /// There, but not what its source has now.
    Degraded(String),
}

/// How every part stands.
#[derive(Debug)]
pub(super) struct Readiness {
    parts: Mutex<Parts>,
    /// Told of every change.
    changed: Notify,
}

#[derive(Debug)]
struct Parts {
    standings: [Standing; NAMES.len()],
    shutting_down: bool,
}

impl Default for Readiness {
    fn default() -> Self {
        let missing = || Standing::Missing("not there yet".to_owned());
        let mut standings: [Standing; NAMES.len()] = std::array::from_fn(|_| missing());
        standings[Part::Storage as usize] = Standing::Good(storage::OFF.to_owned());
        Self {
            parts: Mutex::new(Parts {
                standings,
                shutting_down: false,
            }),
            changed: Notify::new(),
        }
    }
}

impl Readiness {
    /// Notes how a part stands, and logs when that makes the whole ready or unready. Says whether it stood otherwise before.
    pub(super) fn set(&self, part: Part, standing: Standing) -> bool {
        let mut parts = self.parts();
        let before = parts.is_ready();
        let changed = parts.standings[part as usize] != standing;
        parts.standings[part as usize] = standing;
        match (before, parts.is_ready()) {
            (false, true) => tracing::info!("ready"),
            (true, false) => tracing::error!(missing = parts.missing(), "not ready"),
            _ => {}
        }
        self.changed.notify_waiters();
        changed
    }

    /// Whether the part is there.
    pub(super) fn has(&self, part: Part) -> bool {
        self.parts().has(part)
    }

    /// Waits until reviews can be judged. False if the process is to end before that.
    pub(super) async fn can_judge(&self) -> bool {
        loop {
            // Listens before it looks, so that no change is missed in between.
            let changed = self.changed.notified();
            if self.parts().shutting_down {
                return false;
            }
            if TO_JUDGE.into_iter().all(|part| self.has(part)) {
                return true;
            }
            changed.await;
        }
    }

    /// From now on unready, for good.
    pub(super) fn shut_down(&self) {
        self.parts().shutting_down = true;
        self.changed.notify_waiters();
    }

    pub(super) fn is_ready(&self) -> bool {
        self.parts().is_ready()
    }

    /// One line for each part, as `kubectl get --raw` shows of Kubernetes' own components.
    pub(super) fn report(&self) -> String {
        let parts = self.parts();
        let mut report = String::new();
        for (name, standing) in parts.named() {
            let (mark, detail) = match standing {
                Standing::Missing(detail) => ("[-]", detail),
                Standing::Good(detail) => ("[+]", detail),
                Standing::Degraded(detail) => ("[!]", detail),
            };
            let _ = writeln!(report, "{mark} {name}: {detail}");
        }
        if parts.shutting_down {
            report.push_str("[-] shutting down\n");
        }
        report.push_str(if parts.is_ready() {
            "ready\n"
        } else {
            "not ready\n"
        });
        report
    }

    /// A panic elsewhere leaves the parts as they were, and whole.
    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parts {
    fn is_ready(&self) -> bool {
        !self.shutting_down && self.missing().is_empty()
    }

    fn has(&self, part: Part) -> bool {
        !matches!(self.standings[part as usize], Standing::Missing(_))
    }

    fn missing(&self) -> String {
        let missing: Vec<&str> = self
            .named()
            .filter(|(_, standing)| matches!(standing, Standing::Missing(_)))
            .map(|(name, _)| name)
            .collect();
        missing.join(", ")
    }

    fn named(&self) -> impl Iterator<Item = (&'static str, &Standing)> {
        NAMES.into_iter().zip(&self.standings)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn it_says_what_is_missing_until_nothing_is() {
        let readiness = Readiness::default();
        readiness.set(
            Part::Configuration,
            Standing::Good("mode enforce".to_owned()),
        );
        readiness.set(Part::Nodes, Standing::Good("6".to_owned()));
        readiness.set(Part::Namespaces, Standing::Good("2".to_owned()));
        readiness.set(Part::RuntimeClasses, Standing::Good("1".to_owned()));
        readiness.set(Part::Pools, Standing::Good("0 of Karpenter's".to_owned()));
        readiness.set(Part::Listener, Standing::Missing("refused".to_owned()));
        assert!(!readiness.is_ready());
        insta::assert_snapshot!(readiness.report(), @r"
        [+] configuration: mode enforce
        [-] certificate: not there yet
        [+] nodes: 6
        [+] namespaces: 2
        [+] runtime-classes: 1
        [+] storage: host volumes are not looked at
        [+] pools: 0 of Karpenter's
        [-] listener: refused
        not ready
        ");
        readiness.set(Part::Certificate, Standing::Degraded("old".to_owned()));
        readiness.set(Part::Listener, Standing::Good("answers".to_owned()));
        assert!(readiness.is_ready());
        readiness.shut_down();
        assert!(!readiness.is_ready());
        insta::assert_snapshot!(readiness.report(), @r"
        [+] configuration: mode enforce
        [!] certificate: old
        [+] nodes: 6
        [+] namespaces: 2
        [+] runtime-classes: 1
        [+] storage: host volumes are not looked at
        [+] pools: 0 of Karpenter's
        [+] listener: answers
        [-] shutting down
        not ready
        ");
    }
    #[tokio::test]
    async fn reviews_wait_until_the_last_part_is_there() {
        let readiness = Readiness::default();
        // As where it is watched.
        readiness.set(Part::Storage, Standing::Missing("no answer yet".to_owned()));
        let mut waiting = pin!(readiness.can_judge());
        for part in TO_JUDGE {
            assert_eq!(waiting.as_mut().now_or_never(), None, "before {part:?}");
            readiness.set(part, Standing::Good("there".to_owned()));
        }
        assert_eq!(waiting.now_or_never(), Some(true));
    }

    #[tokio::test]
    async fn nobody_waits_for_what_will_not_come() {
        let readiness = Readiness::default();
        let mut waiting = pin!(readiness.can_judge());
        assert_eq!(waiting.as_mut().now_or_never(), None);
        readiness.shut_down();
        assert_eq!(waiting.now_or_never(), Some(false));
    }
}

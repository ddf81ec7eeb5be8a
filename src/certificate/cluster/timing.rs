//! The waits of a certificate's upkeep, in one place. Tests shorten them.

use std::time::Duration;

/// The waits. All are measured on the replica's own running clock, from when it saw something: the clocks of replicas may differ.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long a writer stays the writer without renewing its Lease.
    pub lease: Duration,
    /// How often the writer renews it.
    pub renew: Duration,
    /// How long every API server is given to see a new bundle before a certificate goes by it, and every replica to load a new
    /// certificate before an old CA goes.
    pub settle: Duration,
    /// How often a replica says again by which CA it serves.
    pub acknowledge: Duration,
    /// How long a replica that says nothing counts.
    pub gone: Duration,
    /// How long to wait after a failure.
    pub retry: Duration,
}

impl Default for Timing {
    /// The lease is client-go's. API servers see a new bundle in well under a second; ten seconds cover one that is busy. A replica that
    /// is cut off from the API server can no longer load a certificate but may still be called, hence the long patience with it.
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            renew: Duration::from_secs(5),
            settle: Duration::from_secs(10),
            acknowledge: Duration::from_secs(60),
            gone: Duration::from_secs(300),
            retry: Duration::from_secs(2),
        }
    }
}

/// Now, on both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// The wall clock, for the life of certificates.
    pub(super) wall: jiff::Timestamp,
    /// The running clock, for waits: how long the process has run.
    pub(super) running: Duration,
}

/// Something that was seen, and since when it has been so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Since<T> {
    what: T,
    since: Duration,
}

impl<T: PartialEq> Since<T> {
    /// Seen for the first time.
    pub(super) fn new(what: T, now: Now) -> Self {
        Self {
            what,
            since: now.running,
        }
    }

    /// Seen again: the time begins anew only if it is something else now.
    pub(super) fn see(&mut self, what: T, now: Now) {
        if self.what != what {
            *self = Self::new(what, now);
        }
    }

    /// How long it has been so.
    pub(super) fn age(&self, now: Now) -> Duration {
        now.running.saturating_sub(self.since)
    }

    /// How long until it has been so for this long; zero when it has.
    pub(super) fn until(&self, age: Duration, now: Now) -> Duration {
        age.saturating_sub(self.age(now))
    }

    /// What it is.
    pub(super) fn get(&self) -> &T {
        &self.what
    }
}

//! The shell of the upkeep: watches come in, steps are carried out. What to do is decided elsewhere.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;

use super::api::{Event, Kind, Objects, chain};
use super::hooks::Hooks;
use super::lease::{Board, Watched};
use super::plan::{Change, Memory, Scene, Step};
use super::secret::Stored;
use super::seen::Seen;
use super::timing::{Now, Timing};
use super::{Names, Served};

/// One replica's upkeep.
pub(super) struct Keeper {
    objects: Objects,
    names: Names,
    timing: Timing,
    served: Served,
    began: Instant,
    stored: Seen<Stored>,
    hooks: Seen<Hooks>,
    watched: Seen<Watched>,
    memory: Memory,
    /// The short name of the CA by which this replica serves.
    serving: Option<String>,
    /// What cannot be done at this moment, by object.
    troubles: BTreeMap<Kind, String>,
}

impl Keeper {
    /// Nothing is asked yet.
    pub(super) fn new(client: kube::Client, names: Names, timing: Timing, served: Served) -> Self {
        let began = running_clock();
        Self {
            objects: Objects::new(client, &names),
            memory: Memory::new(now(began)),
            names,
            timing,
            served,
            began,
            stored: Seen::NotYet,
            hooks: Seen::NotYet,
            watched: Seen::NotYet,
            serving: None,
            troubles: BTreeMap::new(),
        }
    }

    /// Sees and acts, for ever.
    pub(super) async fn run(mut self) -> Infallible {
        let mut events = self.objects.watch();
        loop {
            let pause = self.act().await;
            tokio::select! {
                Some(event) = events.next() => self.see(event),
                () = tokio::time::sleep(pause) => {}
            }
            // All that has come meanwhile, so that a step is not taken from what is known to be old.
            while let Some(Some(event)) = events.next().now_or_never() {
                self.see(event);
            }
        }
    }

    fn see(&mut self, event: Event) {
        let now = now(self.began);
        match event {
            Event::Secret(secret) => {
                self.stored = Seen::new(secret.as_ref().map(Stored::read));
                self.exists(Kind::Secret, secret.is_some());
                self.load(now);
            }
            Event::Lease(lease) => {
                self.exists(Kind::Lease, lease.is_some());
                match (lease.as_ref().map(Board::read), &mut self.watched) {
                    (None, _) => self.watched = Seen::Absent,
                    (Some(board), Seen::There(watched)) => watched.see(board, now),
                    (Some(board), _) => {
                        self.watched = Seen::There(Watched::new(&self.names.pod, board, now));
                    }
                }
            }
            Event::Webhooks(configuration) => {
                self.hooks = Seen::new(configuration.as_ref().map(Hooks::read));
                self.exists(Kind::Webhooks, configuration.is_some());
            }
            Event::Broken(kind, error) => self.broken(kind, &error),
        }
        if let (Seen::There(stored), true) = (&self.stored, self.hooks.is_known()) {
            self.memory.see(stored, self.hooks.there(), now);
        }
    }

    /// Serves what the Secret holds, if that is of use; otherwise the last that was.
    fn load(&mut self, now: Now) {
        let [name, ..] = self.names.on_the_certificate();
        let Seen::There(stored) = &self.stored else {
            return;
        };
        if let (Some(pair), Some(ca)) = (&stored.pair, stored.issuer(&name, now.wall)) {
            let until = pair.life.end;
            if self.served.set(pair.clone()) {
                tracing::info!(%until, ca = ca.id, "serving a new certificate");
            }
            self.serving = Some(ca.id.clone());
        }
    }

    /// Does what there is to do, and says how long there will be nothing more unless something changes.
    async fn act(&mut self) -> Duration {
        let lease = self.take_part().await;
        let step = self.take_step().await;
        lease.min(step)
    }

    /// Takes, renews and acknowledges on the Lease.
    async fn take_part(&mut self) -> Duration {
        let now = now(self.began);
        let Seen::There(watched) = &self.watched else {
            return self.timing.acknowledge;
        };
        match watched.patch(self.serving.as_deref(), &self.timing, now) {
            None => watched.pause(&self.timing, now),
            Some(patch) => {
                self.write(Kind::Lease, &patch).await;
                self.timing.retry
            }
        }
    }

    /// Takes the next step for the Secret or the webhooks.
    async fn take_step(&mut self) -> Duration {
        let now = now(self.began);
        let (Seen::There(stored), true, Seen::There(watched)) =
            (&self.stored, self.hooks.is_known(), &self.watched)
        else {
            return self.timing.acknowledge;
        };
        let [name, ..] = self.names.on_the_certificate();
        let scene = Scene {
            stored,
            hooks: self.hooks.there(),
            name: &name,
            watched,
        };
        match self.memory.next(&scene, &self.timing, now) {
            Step::Wait(pause) => pause,
            Step::Store(change) => {
                match stored.patch(&change, &self.names, now.wall) {
                    Ok(patch) if self.write(Kind::Secret, &patch).await => report(&change),
                    Ok(_) => {}
                    Err(why) => self.trouble(Kind::Secret, why),
                }
                self.timing.retry
            }
            Step::Publish(which) => {
                let patch = self
                    .hooks
                    .there()
                    .map(|hooks| hooks.patch(&stored.cas, which));
                let cas = stored.cas.len();
                if let Some(patch) = patch
                    && self.write(Kind::Webhooks, &patch).await
                {
                    tracing::info!(cas, ?which, "the webhooks have the CA bundle");
                }
                self.timing.retry
            }
        }
    }

    /// Writes. False when nothing was: the object has changed meanwhile, or there is trouble. The watch brings what comes of it, so the
    /// pause after a write only matters when that fails.
    async fn write(&mut self, kind: Kind, patch: &serde_json::Value) -> bool {
        match self.objects.patch(kind, patch).await {
            Ok(written) => {
                self.well(kind);
                written
            }
            Err(why) => {
                self.trouble(kind, why);
                false
            }
        }
    }

    fn exists(&mut self, kind: Kind, exists: bool) {
        if exists {
            self.well(kind);
        } else {
            let object = self.objects.describe(kind);
            self.trouble(
                kind,
                format!("{object} does not exist; the chart makes it: run helm upgrade again"),
            );
        }
    }

    /// A watch has broken. It goes on by itself; only one that never worked is a lasting trouble.
    fn broken(&mut self, kind: Kind, error: &kube::runtime::watcher::Error) {
        let known = match kind {
            Kind::Secret => self.stored.is_known(),
            Kind::Lease => self.watched.is_known(),
            Kind::Webhooks => self.hooks.is_known(),
        };
        let why = format!(
            "{} cannot be watched: {}",
            self.objects.describe(kind),
            chain(error)
        );
        if known {
            tracing::warn!("{why}; going on with what was last seen");
        } else {
            self.trouble(kind, why);
        }
    }

    /// Says what is wrong, once.
    fn trouble(&mut self, kind: Kind, why: String) {
        if self.troubles.get(&kind) != Some(&why) {
            tracing::error!("certificate: {why}");
            self.served.fail(why.clone());
            self.troubles.insert(kind, why);
        }
    }

    fn well(&mut self, kind: Kind) {
        if self.troubles.remove(&kind).is_some() && self.troubles.is_empty() {
            tracing::info!("certificate: all is well again");
            self.served.recover();
        }
    }
}

/// Every change of the Secret is worth a line.
fn report(change: &Change) {
    let Change {
        new_ca,
        leaf,
        keep,
        why,
        ..
    } = change;
    tracing::info!(new_ca, certificate = ?leaf, old_cas = keep.len(), why, "changing the Secret");
}

#[allow(
    clippy::disallowed_methods,
    reason = "the shell: this is where the clocks are read"
)]
fn now(began: Instant) -> Now {
    Now {
        wall: Timestamp::now(),
        running: began.elapsed(),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the shell: this is where the clocks are read"
)]
fn running_clock() -> Instant {
    Instant::now()
}

//! What has to be done next, if anything. Pure: the Secret, the webhooks, the acknowledgements and the clock, to one step.
//!
//! A new CA goes this way, and at every moment each replica serves by a CA that every API server trusts:
//!
//! 1. the Secret gets the new CA, keeps the old one beside it, and keeps the certificate;
//! 2. the webhooks get both;
//! 3. when every API server has had the time to see that, the Secret gets a certificate by the new CA, and every replica loads it;
//! 4. when every replica says that it serves by the new CA, the Secret loses the old one;
//! 5. and so do the webhooks.
//!
//! Each step is taken from what stands there, never from a memory of the last, so any replica can go on where another one ended.

use std::time::Duration;

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

use super::hooks::{Hooks, Which};
use super::lease::Watched;
use super::secret::{Stored, Wish};
use super::timing::{Now, Since, Timing};
use super::why;
use crate::certificate::Pair;
use crate::certificate::ca::Ca;

/// How many old CAs are kept at most. Only a Secret that is wiped again and again makes more than one.
const MOST_OLD: usize = 3;
/// The longest wait: the clock may be set.
const LONGEST: Duration = Duration::from_secs(3600);

/// What stands there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The Secret.
    pub(super) stored: &'a Stored,
    /// The webhooks; none when there is no webhook configuration, so nobody calls.
    pub(super) hooks: Option<&'a Hooks>,
    /// The name by which the API server calls.
    pub(super) name: &'a str,
    /// The Lease, as this replica has seen it.
    pub(super) watched: &'a Watched,
}

/// The next step.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Change the Secret.
    Store(Change),
    /// Write the Secret's bundle into the webhooks.
    Publish(Which),
    /// Nothing, for so long, unless something changes.
    Wait(Duration),
}

/// A change of the Secret.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    /// Make a new CA to sign.
    pub(super) new_ca: bool,
    /// The old CAs to keep beside the one that signs.
    pub(super) keep: Vec<Ca>,
    /// What becomes of the serving certificate.
    pub(super) leaf: Leaf,
    /// The operator's wish is fulfilled.
    pub(super) granted: bool,
    /// Why, for the log.
    pub(super) why: String,
}

/// What becomes of the serving certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    /// It stays as it is.
    Same,
    /// A new one.
    New,
    /// It is of no use and goes; a new one follows.
    Clear,
}

/// What a replica has seen, and since when it has been so.
#[derive(Debug)]
pub(super) struct Memory {
    /// The bundle of the last Secret that was whole.
    cas: Vec<Ca>,
    /// The CA that signs, if every webhook trusts it.
    trusted: Since<Option<String>>,
    /// The serving certificate.
    leaf: Since<Option<CertificateDer<'static>>>,
}

impl Memory {
    /// Nothing was seen yet.
    pub(super) fn new(now: Now) -> Self {
        Self {
            cas: Vec::new(),
            trusted: Since::new(None, now),
            leaf: Since::new(None, now),
        }
    }

    /// Sees what stands there now.
    pub(super) fn see(&mut self, stored: &Stored, hooks: Option<&Hooks>, now: Now) {
        let signer = stored.signer.as_ref().map(|signer| &signer.ca);
        if signer.is_some() {
            self.cas.clone_from(&stored.cas);
        }
        let trusted = signer.filter(|ca| hooks.is_none_or(|hooks| hooks.trust(ca)));
        self.trusted.see(trusted.map(|ca| ca.id.clone()), now);
        let leaf = stored.pair.as_ref().and_then(Pair::leaf);
        self.leaf.see(leaf.cloned(), now);
    }

    /// The next step of this replica.
    pub(super) fn next(&self, scene: &Scene, timing: &Timing, now: Now) -> Step {
        if scene.watched.is_writer(timing, now) {
            self.plan(scene, timing, now)
        } else {
            help(scene)
        }
    }

    /// The next step of the replica whose turn it is to write.
    fn plan(&self, scene: &Scene, timing: &Timing, now: Now) -> Step {
        let Some(signer) = &scene.stored.signer else {
            return Step::Store(self.new_ca(scene, now, why::complaint(scene.stored)));
        };
        let ca = &signer.ca;
        let others = || scene.stored.cas.iter().filter(|other| *other != ca);
        let issuer = scene.stored.issuer(scene.name, now.wall);
        let settled = others().next().is_none() && issuer == Some(ca);
        if let Some(why) = why::new_ca(ca, settled, scene.stored.wish.as_ref(), now.wall) {
            return Step::Store(self.new_ca(scene, now, why));
        }
        if scene
            .hooks
            .is_some_and(|hooks| hooks.need(&scene.stored.cas, Which::Different))
        {
            return Step::Publish(Which::Different);
        }
        let change = |leaf, keep, granted, why| {
            Step::Store(Change {
                new_ca: false,
                keep,
                leaf,
                granted,
                why,
            })
        };
        if let Some(why) = why::new_leaf(scene, issuer, ca, now.wall) {
            // Whoever trusts the CA already needs no time to see it; on the first install there is nobody else.
            let wait = self.trusted.until(timing.settle, now);
            if !wait.is_zero() {
                return Step::Wait(wait);
            }
            let granted = scene.stored.wish == Some(Wish::Certificate);
            return change(Leaf::New, others().cloned().collect(), granted, why);
        }
        if others().next().is_some() {
            let keep: Vec<Ca> = others()
                .filter(|old| !old.life.ended(now.wall))
                .cloned()
                .collect();
            let loaded = self.leaf.until(timing.settle, now);
            let acknowledged = scene.watched.all_serve(&ca.id);
            if acknowledged && loaded.is_zero() {
                return change(
                    Leaf::Same,
                    Vec::new(),
                    false,
                    "every replica serves by the new CA".to_owned(),
                );
            }
            if keep.len() < others().count() {
                return change(Leaf::Same, keep, false, "an old CA has expired".to_owned());
            }
            if acknowledged {
                return Step::Wait(loaded);
            }
        }
        let others = others().cloned().collect();
        if let Some(Wish::Unknown(word)) = &scene.stored.wish {
            let word = crate::message::clean(word);
            return change(
                Leaf::Same,
                others,
                true,
                format!("the annotation says {word:?}, which is neither ca nor certificate"),
            );
        }
        if !scene.stored.faults.is_empty() {
            return change(Leaf::Same, others, false, why::complaint(scene.stored));
        }
        let leaf = scene.stored.pair.as_ref().map_or(ca.life, |pair| pair.life);
        Step::Wait(until(ca.life.renewal().min(leaf.renewal()), now.wall))
    }

    /// A new CA, beside every old one by which a replica may still serve: those of the Secret, and where that was lost, those that this
    /// replica remembers and those that the webhooks hold.
    fn new_ca(&self, scene: &Scene, now: Now, why: String) -> Change {
        let mut keep: Vec<Ca> = Vec::new();
        let live = scene.hooks.map(Hooks::ours).unwrap_or_default();
        for ca in scene.stored.cas.iter().chain(&self.cas).chain(&live) {
            if !ca.life.ended(now.wall) && !keep.contains(ca) {
                keep.push(ca.clone());
            }
        }
        let issued = |ca: &Ca| {
            let pair = scene.stored.pair.as_ref();
            pair.is_some_and(|pair| ca.vouches_for(pair, scene.name, now.wall))
        };
        let in_use = scene.watched.in_use();
        // Most needed first: what the certificate goes by, what replicas say they serve by, then the newest.
        keep.sort_by_key(|ca| {
            (
                !issued(ca),
                !in_use.contains(ca.id.as_str()),
                std::cmp::Reverse(ca.life.begin),
            )
        });
        keep.truncate(MOST_OLD);
        let leaf = match keep.first() {
            None => Leaf::New, // nobody trusts anything, so nobody has to wait
            Some(ca) if issued(ca) => Leaf::Same,
            Some(_) => Leaf::Clear,
        };
        let granted = scene.stored.wish == Some(Wish::Ca);
        Change {
            new_ca: true,
            keep,
            leaf,
            granted,
            why,
        }
    }
}

/// The next step of every other replica: a webhook without any bundle cannot be called, and the writer may be dead for some seconds. A
/// bundle that is merely another one is left to the writer, who knows best.
fn help(scene: &Scene) -> Step {
    let empty = |hooks: &Hooks| hooks.need(&scene.stored.cas, Which::Empty);
    if scene.stored.signer.is_some() && scene.hooks.is_some_and(empty) {
        return Step::Publish(Which::Empty);
    }
    Step::Wait(LONGEST)
}

fn until(time: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(time))
        .unwrap_or_default()
        .min(LONGEST)
}

//! A hundred pods a second with host access: scenarios under `failurePolicy: Fail` ask how many calls were lost while they did something to
//! the installation.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use super::calls::{Bad, RATE, Tally, send};
use super::cluster::{Namespace, eventually};
use super::release::{self, Exclusive};
use super::replica::{Replica, replicas};

/// So many answers in a row without a loss mean that it is over: more than are sent while the longest call waits (`timeoutSeconds`, 5).
const CALM: u32 = 600;

/// The installation under `failurePolicy: Fail`, with the load on it.
pub(crate) fn under_load() -> (Exclusive, Load) {
    let release = release::exclusive();
    release.upgrade(&["failurePolicy=Fail"]);
    (release, Load::start())
}

/// The load, from when it is started until it is stopped.
pub(crate) struct Load {
    /// Taken away at the end.
    _namespace: Namespace,
    tally: Arc<Tally>,
    stop: Stop,
    sender: JoinHandle<()>,
    started: Instant,
    judged_before: f64,
}

/// Ends the load when it is dropped.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The account at the end.
#[derive(Debug)]
pub(crate) struct Report {
    calls: u32,
    judged: f64,
    rate: f64,
    most_in_flight: u32,
    bad: Bad,
}

impl Load {
    /// Starts it, in a namespace of its own, and comes back when the first calls are answered.
    fn start() -> Self {
        let namespace = Namespace::new();
        let (tally, stop) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
        let judged_before = release::judged();
        let sender = {
            let (namespace, tally, stop) =
                (namespace.0.clone(), Arc::clone(&tally), Arc::clone(&stop));
            std::thread::spawn(move || send(&namespace, &tally, &stop))
        };
        let load = Self {
            _namespace: namespace,
            tally,
            stop: Stop(stop),
            sender,
            started: Instant::now(),
            judged_before,
        };
        load.answers(RATE);
        load
    }

    /// How many calls were answered so far.
    pub(crate) fn answered(&self) -> u32 {
        self.tally.answered()
    }

    /// Waits for so many more answers.
    #[track_caller]
    pub(crate) fn answers(&self, more: u32) {
        let enough = self.tally.answered() + more;
        eventually("the load gets its answers", || {
            (self.sender.is_finished() || self.tally.answered() >= enough).then_some(())
        });
    }

    /// The replica that gets the most calls now: the API server keeps its connections, so it may be all of them.
    pub(crate) fn busiest(&self) -> Replica {
        let before: Vec<(f64, Replica)> = replicas()
            .into_iter()
            .map(|replica| (replica.reviews(), replica))
            .collect();
        self.answers(RATE);
        let grown = before
            .into_iter()
            .map(|(reviews, replica)| (replica.reviews() - reviews, replica));
        grown.max_by(|(a, _), (b, _)| a.total_cmp(b)).unwrap().1
    }

    /// How many calls were lost so far.
    pub(crate) fn lost(&self) -> usize {
        self.tally.bad().lost.len()
    }

    /// Waits until no call is lost any more, and says how many were.
    #[track_caller]
    pub(crate) fn calm(&self) -> usize {
        let from = self.tally.answered();
        eventually("no call is lost any more", || {
            let last_lost_at = self.tally.bad().last_lost_at;
            (self.tally.answered() >= from.max(last_lost_at) + CALM).then_some(())
        });
        self.lost()
    }

    /// Stops it and counts.
    #[track_caller]
    pub(crate) fn stop(self) -> Report {
        drop(self.stop);
        self.sender.join().unwrap();
        let calls = self.tally.answered();
        Report {
            calls,
            judged: release::judged() - self.judged_before,
            rate: f64::from(calls) / self.started.elapsed().as_secs_f64(),
            most_in_flight: self.tally.most_in_flight(),
            bad: self.tally.bad(),
        }
    }
}

impl Report {
    /// Every pod got the answer that it should have got, from Hostfit itself, while `what` was done.
    #[track_caller]
    pub(crate) fn nothing_lost(self, what: &str) {
        self.only_lost(what);
        assert!(self.bad.lost.is_empty(), "{what}: {:#?}", self.bad.lost);
    }

    /// Every pod that was not lost did. Says how many were.
    #[track_caller]
    pub(crate) fn only_lost(&self, what: &str) -> usize {
        println!("{what}: {self}");
        let Bad { lost, wrong, .. } = &self.bad;
        assert!(wrong.is_empty(), "{what}: {wrong:#?}");
        let answered = self.calls - u32::try_from(lost.len()).unwrap();
        assert!(
            self.judged >= f64::from(answered),
            "Hostfit itself judged each pod: {self}"
        );
        lost.len()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            calls,
            judged,
            rate,
            most_in_flight,
            bad,
        } = self;
        let lost = bad.lost.len();
        write!(
            f,
            "{lost} of {calls} calls lost ({rate:.0} a second, at most {most_in_flight} at once; Hostfit judged {judged})"
        )
    }
}

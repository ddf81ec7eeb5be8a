//! A hundred pods a second with host access, each sent to the API server at its own time whatever became of the others, and what became of
//! each: scenarios under `failurePolicy: Fail` ask how many calls were lost while they did something to the installation.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use kube::Client;
use kube::api::{PostParams, Request};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::interval;

use super::cluster::{Namespace, eventually};
use super::manifests::{Use, pod, spec};
use super::release::{self, Exclusive};
use super::replica::{Replica, replicas};

/// Calls in a second.
const RATE: u32 = 100;
/// One pod in so many does not fit: a replica that takes calls before it knows the nodes would let it through.
const UNFIT: u32 = 5;
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

/// What became of the calls.
#[derive(Debug, Default)]
struct Tally {
    answered: AtomicU32,
    in_flight: AtomicU32,
    most_in_flight: AtomicU32,
    bad: Mutex<Bad>,
}

#[derive(Debug, Default, Clone)]
struct Bad {
    /// Calls that did not reach Hostfit or got no answer: what the API server said.
    lost: Vec<String>,
    /// Any other answer than the pod should have got.
    wrong: Vec<String>,
    /// How many answers there were when the last call was lost.
    last_lost_at: u32,
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
        self.tally.bad.lock().unwrap().lost.len()
    }

    /// Waits until no call is lost any more, and says how many were.
    #[track_caller]
    pub(crate) fn calm(&self) -> usize {
        let from = self.tally.answered();
        eventually("no call is lost any more", || {
            let last_lost_at = self.tally.bad.lock().unwrap().last_lost_at;
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
            most_in_flight: self.tally.most_in_flight.load(Ordering::Relaxed),
            bad: self.tally.bad.lock().unwrap().clone(),
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

impl Tally {
    fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    fn sent(&self) {
        let in_flight = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_in_flight.fetch_max(in_flight, Ordering::Relaxed);
    }

    fn note(&self, fits: bool, answer: Result<String, kube::Error>) {
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let said = match answer {
            Ok(_) if fits => return,
            Ok(_) => "created, although it does not fit".to_owned(),
            Err(kube::Error::Api(status)) => status.message,
            Err(other) => other.to_string(),
        };
        let mut bad = self.bad.lock().unwrap();
        if said.contains(r#"failed calling webhook "pods.hostfit.dev""#) {
            bad.lost.push(said);
            bad.last_lost_at = answered;
        } else if fits || !said.contains(r#"webhook "pods.hostfit.dev" denied the request"#) {
            bad.wrong.push(said);
        }
    }
}

/// Sends until it is told to stop, and waits for the last answers.
fn send(namespace: &str, tally: &Arc<Tally>, stop: &AtomicBool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut config = kube::Config::infer().await.unwrap();
        config.default_retry = false; // a call that is lost has to show
        let client = Client::try_from(config).unwrap();
        let pods = Request::new(format!("/api/v1/namespaces/{namespace}/pods"));
        // A tick that comes late is made up for, so that the rate holds.
        let mut ticks = interval(Duration::from_secs(1) / RATE);
        let mut calls = JoinSet::new();
        for index in 0.. {
            ticks.tick().await;
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let fits = index % UNFIT != 0;
            let request = pods
                .create(&PostParams::default(), manifest(index, fits))
                .unwrap();
            let (client, tally) = (client.clone(), Arc::clone(tally));
            calls.spawn(async move {
                tally.sent();
                tally.note(fits, client.request_text(request).await);
            });
        }
        calls.join_all().await;
    });
}

/// A pod that nobody works on once it is there: its scheduling gate keeps it from the scheduler and from every node.
fn manifest(index: u32, fits: bool) -> Vec<u8> {
    let mut spec = spec(if fits { "ubuntu" } else { "acl1" }, Use::Field("hostPID"));
    spec["schedulingGates"] = json!([{"name": "hostfit.dev/load"}]);
    spec["automountServiceAccountToken"] = false.into();
    pod(&format!("load-{index}"), &spec)
        .to_string()
        .into_bytes()
}

//! The calls of the load: each pod is sent at its own time, whatever became of the others, and what became of it is noted.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kube::Client;
use kube::api::{PostParams, Request};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::interval;

use super::manifests::{Use, pod, spec};

/// Calls in a second.
pub(crate) const RATE: u32 = 100;
/// One pod in so many does not fit: a replica that takes calls before it knows the nodes would let it through.
const UNFIT: u32 = 5;
/// What became of the calls.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    answered: AtomicU32,
    in_flight: AtomicU32,
    most_in_flight: AtomicU32,
    bad: Mutex<Bad>,
}

/// The calls that did not go as they should.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bad {
    /// Calls that did not reach Hostfit or got no answer: what the API server said.
    pub(crate) lost: Vec<String>,
    /// Any other answer than the pod should have got.
    pub(crate) wrong: Vec<String>,
    /// How many answers there were when the last call was lost.
    pub(crate) last_lost_at: u32,
}

/// Sends until it is told to stop, and waits for the last answers.
pub(crate) fn send(namespace: &str, tally: &Arc<Tally>, stop: &AtomicBool) {
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

impl Tally {
    /// How many calls were answered so far.
    pub(crate) fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    /// How many waited for their answer at the same time, at most.
    pub(crate) fn most_in_flight(&self) -> u32 {
        self.most_in_flight.load(Ordering::Relaxed)
    }

    /// The bad ones so far.
    pub(crate) fn bad(&self) -> Bad {
        self.bad.lock().unwrap().clone()
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

/// A pod that nobody works on once it is there: its scheduling gate keeps it from the scheduler and from every node.
fn manifest(index: u32, fits: bool) -> Vec<u8> {
    let mut spec = spec(if fits { "ubuntu" } else { "acl1" }, Use::Field("hostPID"));
    spec["schedulingGates"] = json!([{"name": "hostfit.dev/load"}]);
    spec["automountServiceAccountToken"] = false.into();
    pod(&format!("load-{index}"), &spec)
        .to_string()
        .into_bytes()
}

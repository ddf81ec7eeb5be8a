//! How the commands that answer and end begin and end: threads, the time, what is told on the side, exit codes.

use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::runtime::{Builder, Runtime};

use crate::cluster::Known;
use crate::failure::Failure;
use crate::judge::World;
use crate::manifests::Manifests;
use crate::nearest::did_you_mean;
use crate::os::{Catalogue, Profile};
use crate::policy::Policy;
use crate::report::Voice;

/// What waits for files and for the cluster.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::Input(format!("no threads can be started: {error}")))
}

/// The time.
#[allow(
    clippy::disallowed_methods,
    reason = "the edge of the program reads the clock"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}

/// What workloads are judged in: all that is known.
pub(super) fn world<'a>(known: &'a Known, policy: &'a Policy, now: Timestamp) -> World<'a> {
    World {
        inventory: &known.inventory,
        namespaces: &known.namespaces,
        runtime_classes: &known.runtime_classes,
        storage: known.storage.view(),
        policy,
        own_namespace: "",
        today: now.to_zoned(TimeZone::UTC).date(),
    }
}

/// The OS of this id, or why not.
pub(super) fn os(id: &str, catalogue: &Catalogue) -> Result<Arc<Profile>, String> {
    catalogue.by_id(id).cloned().ok_or_else(|| {
        let near = did_you_mean(id, catalogue.iter().map(|os| os.id.as_str()));
        format!("there is no such operating system{near}; hostfit explain lists them")
    })
}

/// Tells what may be wrong with the manifests and what is.
pub(super) fn tell(manifests: &Manifests, voice: Voice) {
    for warning in &manifests.warnings {
        voice.warning(warning);
    }
    for problem in &manifests.problems {
        voice.error(problem);
    }
}

/// The systems of these ids, each once.
pub(super) fn systems(ids: &[String], catalogue: &Catalogue) -> Result<Vec<Arc<Profile>>, Failure> {
    let mut systems: Vec<Arc<Profile>> = Vec::new();
    for id in ids {
        let os = os(id, catalogue).map_err(|why| Failure::Input(format!("--os {id}: {why}")))?;
        if !systems.iter().any(|known| known.id == os.id) {
            systems.push(os);
        }
    }
    Ok(systems)
}

/// How a command ends that could answer, at least in part.
pub(super) struct End {
    /// Whether an input could not be read.
    pub(super) is_input_wrong: bool,
    /// Whether something of the cluster could not be read.
    pub(super) is_cluster_missing: bool,
    /// Whether the answer is one to fail for.
    pub(super) fails: bool,
}

impl End {
    /// Half an answer comes before a bad one: what is missing may be worse.
    pub(super) fn code(&self) -> ExitCode {
        if self.is_cluster_missing {
            Failure::Cluster(String::new()).code()
        } else if self.is_input_wrong {
            Failure::Input(String::new()).code()
        } else if self.fails {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

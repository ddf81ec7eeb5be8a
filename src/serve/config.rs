//! The configuration file: proven at the start, then followed. An invalid change is told once, and the last good one goes on.
#![allow(
    clippy::disallowed_methods,
    reason = "the time of the last good reload is a metric"
)]

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::follow::{self, Content};
use super::ready::{Part, Standing};
use super::state::{State, today};
use crate::failure::Failure;
use crate::inventory::Origin;
use crate::os::Catalogue;
use crate::policy::Policy;

/// A configuration that was read at the start.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) policy: Policy,
    pub(super) followed: Option<Followed>,
}

/// A file, and what it held.
pub(super) type Followed = (PathBuf, Content);

/// Reads the configuration for the start, where a bad one is an error.
pub(super) async fn load(path: Option<PathBuf>) -> Result<Start, Failure> {
    let Some(path) = path else {
        return Ok(Start {
            policy: Policy::default(),
            followed: None,
        });
    };
    let content = follow::content(&path).await;
    let policy = parse(&path, &content)
        .map_err(|error| Failure::Input(format!("the configuration cannot be used: {error}")))?;
    Ok(Start {
        policy,
        followed: Some((path, content)),
    })
}

/// Takes over every valid change, as long as the process runs.
pub(super) async fn keep(followed: Option<Followed>, state: Arc<State>) -> Infallible {
    let Some((path, content)) = followed else {
        let mode = state.policy.load().mode.as_str();
        let detail = format!("no file is given, so the defaults hold: mode {mode}");
        state
            .readiness
            .set(Part::Configuration, Standing::Good(detail));
        return std::future::pending().await;
    };
    take_over(&path, state.policy.load_full(), &state);
    follow::follow(std::slice::from_ref(&path), vec![content], |contents| {
        for content in contents {
            reload(&path, content, &state);
        }
    })
    .await;
    std::future::pending().await
}

fn reload(path: &Path, content: &Content, state: &State) {
    match parse(path, content) {
        Ok(policy) => {
            state.metrics.configuration_reloaded(true);
            tracing::info!(file = %path.display(), mode = policy.mode.as_str(), "the configuration has changed");
            take_over(path, Arc::new(policy), state);
        }
        Err(error) => {
            state.metrics.configuration_reloaded(false);
            tracing::error!(
                error,
                "the changed configuration is not taken over; the last good one goes on"
            );
            let detail = format!("the last good one goes on: {error}");
            state
                .readiness
                .set(Part::Configuration, Standing::Degraded(detail));
        }
    }
}

fn take_over(path: &Path, policy: Arc<Policy>, state: &State) {
    for exemption in policy.exemptions() {
        if let Some(last) = exemption.expires.filter(|_| exemption.is_expired(today())) {
            tracing::warn!(exemption = exemption.name, expired = %last, "an exemption has expired and no longer holds");
        }
    }
    let detail = format!("{}, mode {}", path.display(), policy.mode.as_str());
    let pools = policy.pools().to_vec();
    state.inventory.write().set_pools(Origin::Declared, pools);
    let catalogue = Arc::clone(policy.catalogue());
    state.policy.store(policy);
    recognise_by(catalogue, state);
    state.metrics.configuration_is_good(Timestamp::now());
    state
        .readiness
        .set(Part::Configuration, Standing::Good(detail));
}

/// Lets the sources of nodes recognise them anew, where that makes a difference.
fn recognise_by(catalogue: Arc<Catalogue>, state: &State) {
    state.catalogue.send_if_modified(|current| {
        if current.recognises_like(&catalogue) {
            return false;
        }
        tracing::info!("the operating systems of the nodes are recognised anew");
        state.inventory.write().remembered_by(&catalogue);
        *current = catalogue;
        true
    });
}

fn parse(path: &Path, content: &Content) -> Result<Policy, String> {
    let bytes = content.as_ref().map_err(Clone::clone)?;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("{} is no text: {error}", path.display()))?;
    Policy::parse(text).map_err(|error| format!("{}: {error}", path.display()))
}

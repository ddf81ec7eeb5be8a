//! Pools that have no node, while the process serves: those of Karpenter's are watched, those that are only remembered grow old. What the
//! configuration declares comes with it.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::sleep;

use super::ready::{Part, Standing};
use super::state::{State, now};
use crate::cluster::Line;
use crate::cluster::karpenter::{self, Told};
use crate::cluster::watch::Catalogues;
use crate::inventory::Origin;

/// Follows Karpenter's pools. Nobody waits for them.
pub(super) async fn keep_karpenter(
    pools: Line,
    classes: Line,
    catalogues: Catalogues,
    state: &State,
) -> Infallible {
    karpenter::watch(pools, classes, catalogues, |told| take_over(told, state)).await
}

fn take_over(told: Told, state: &State) {
    let Told {
        pools,
        left_out,
        trouble,
    } = told;
    let known = format!("{} of Karpenter's", pools.len());
    state.inventory.write().set_pools(Origin::NodePool, pools);
    let is_broken = trouble.is_some();
    let standing = match trouble {
        Some(why) => Standing::Degraded(format!("{known}, and what was last known holds: {why}")),
        None if left_out > 0 => Standing::Degraded(format!("{known}, and {left_out} too many")),
        None => Standing::Good(known),
    };
    if is_broken {
        state.metrics.error("watch");
    }
    let is_news = state.readiness.set(Part::Pools, standing.clone());
    if let (Standing::Degraded(why), true) = (standing, is_news) {
        tracing::warn!(why, "Karpenter's pools are not known as they should be");
    }
}

/// Forgets pools that have been without a node for long.
pub(super) async fn age(state: &State) -> Infallible {
    loop {
        sleep(OFTEN_ENOUGH).await;
        state.inventory.write().age_pools(now());
    }
}

/// A pool's time begins so late at the latest.
const OFTEN_ENOUGH: Duration = Duration::from_secs(60);

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

/// Follows Karpenter's pools. Reviews wait for the first that is told of them, whatever it is: that none can be seen is no reason not to serve.
pub(super) async fn keep_karpenter(
    pools: Line,
    classes: Line,
    catalogues: Catalogues,
    state: &State,
) -> Infallible {
    karpenter::watch(pools, classes, catalogues, |told| take_over(told, state)).await
}

/// Takes over what is known of them, by a cluster or a file.
pub(super) fn take_over(told: Told, state: &State) {
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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::certificate::Served;
    use crate::inventory::{EmptyPool, NodeOs};
    use crate::policy::Policy;

    fn told(pools: usize, left_out: usize, trouble: Option<&str>) -> Told {
        let pool = EmptyPool::new("a", NodeOs::Unknown, Origin::NodePool);
        Told {
            pools: vec![pool; pools],
            left_out,
            trouble: trouble.map(str::to_owned),
        }
    }

    #[rstest]
    #[case::no_karpenter(told(0, 0, None), "[+] pools: 0 of Karpenter's\n")]
    #[case::listed(told(1, 0, None), "[+] pools: 1 of Karpenter's\n")]
    #[case::too_many(told(1, 2, None), "[!] pools: 1 of Karpenter's, and 2 too many\n")]
    #[case::failing(
        told(0, 0, Some("no answer")),
        "[!] pools: 0 of Karpenter's, and what was last known holds: no answer\n"
    )]
    fn the_part_is_missing_until_anything_is_told(#[case] told: Told, #[case] line: &str) {
        let state = State::new(Policy::default(), "hostfit".to_owned(), Served::default());
        assert!(!state.readiness.has(Part::Pools));
        take_over(told, &state);
        assert!(state.readiness.has(Part::Pools));
        let report = state.readiness.report();
        assert!(report.contains(line), "{report}");
    }
}

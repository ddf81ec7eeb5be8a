//! `--assume POOL=OS`: as if pools had been moved in place. Of several that name a pool the last one holds.

use std::str::FromStr;

use super::start::os;
use crate::failure::Failure;
use crate::inventory::{Inventory, Moved};
use crate::judge::World;
use crate::nearest::did_you_mean;
use crate::os::Catalogue;
use crate::report::verdict::{Assumed, Entry};

/// One of them, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    pool: String,
    os: String,
}

impl FromStr for Assumption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((pool, os)) if !pool.is_empty() && !os.is_empty() => Ok(Self {
                pool: pool.to_owned(),
                os: os.to_owned(),
            }),
            _ => Err("write it as POOL=OS, or '*=OS' for every pool".to_owned()),
        }
    }
}

/// The nodes and pools after the moves, and what they were; none where nothing is assumed.
pub(super) fn moved(
    assumptions: &[Assumption],
    inventory: &Inventory,
    catalogue: &Catalogue,
) -> Result<Option<(Inventory, Assumed)>, Failure> {
    if assumptions.is_empty() {
        return Ok(None);
    }
    let mut after = inventory.clone();
    let mut pools = Vec::new();
    for assumption in assumptions {
        let Assumption { pool, os: id } = assumption;
        let wrong = |why: String| Failure::Input(format!("--assume {pool}={id}: {why}"));
        let os = os(id, catalogue).map_err(&wrong)?;
        let which = if pool == "*" {
            Moved::All
        } else {
            Moved::Pool(pool)
        };
        if after.assume(which, &os, catalogue) > 0 {
            pools.push((pool.clone(), os));
            continue;
        }
        return Err(wrong(
            if inventory.pool_names().any(|known| known == pool) {
                let title = &os.title;
                format!(
                    "{pool} cannot be moved to {title}: one is of Linux and the other of Windows"
                )
            } else if pool == "*" {
                "there is no pool and no node that could be moved".to_owned()
            } else {
                let near = did_you_mean(pool, inventory.pool_names());
                format!(
                    "there is no pool {pool}{near}; one that is yet to come can be declared in pools of --config"
                )
            },
        ));
    }
    let (was, is) = (inventory.nodes(), after.nodes());
    let changed = was.zip(is).filter(|(was, is)| was.1.os != is.1.os);
    let assumed = Assumed {
        pools,
        nodes: changed.map(|((name, _), _)| name.to_owned()).collect(),
    };
    Ok(Some((after, assumed)))
}

/// What workloads are judged in: as it is, and as it would be after the moves.
pub(super) struct Worlds<'a> {
    now: World<'a>,
    after: Option<World<'a>>,
}

impl<'a> Worlds<'a> {
    pub(super) fn new(now: World<'a>, moved: Option<&'a (Inventory, Assumed)>) -> Self {
        let after = moved.map(|(inventory, _)| World { inventory, ..now });
        Self { now, after }
    }

    /// The one that the verdicts are for.
    pub(super) fn judged(&self) -> &World<'a> {
        self.after.as_ref().unwrap_or(&self.now)
    }

    /// What a workload would get; after moves, beside what it would get without them.
    pub(super) fn entry(&self, judge: impl Fn(&World) -> Option<Entry>) -> Option<Entry> {
        let now = judge(&self.now)?;
        match &self.after {
            None => Some(now),
            Some(after) => Some(judge(after)?.since(&now)),
        }
    }
}

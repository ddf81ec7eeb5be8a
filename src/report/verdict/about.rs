//! What a report says of itself: when it was made, of what, and what it knows of the nodes.

use std::sync::Arc;

use jiff::Timestamp;

use crate::inventory::NodeOs;
use crate::judge::World;
use crate::os::Profile;
use crate::placement::{self, Pool};

/// What a report says of itself. All of it is for people.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// When it was made. The shell knows.
    pub at: Option<Timestamp>,
    /// What was judged: `k8s/`, `cluster prod`.
    pub judged: Vec<String>,
    /// Every pool that there is; where operating systems are assumed for everything, one for each.
    pub pools: Vec<Pool>,
}

impl About {
    /// Where is judged: on these systems where some are assumed, else on the pools that are known.
    pub fn on(assumed: Option<&[Arc<Profile>]>, world: &World) -> Self {
        let pools = match assumed {
            None => placement::everywhere(world.inventory, world.policy.catalogue()),
            Some(systems) => systems.iter().map(assume).collect(),
        };
        Self {
            pools,
            ..Self::default()
        }
    }
}

fn assume(os: &Arc<Profile>) -> Pool {
    Pool {
        name: None,
        os: NodeOs::Known(Arc::clone(os)),
        nodes: 0,
    }
}

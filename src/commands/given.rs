//! Nodes and what else says where pods can land, as it is given to a command: in files of its own, and beside the workloads.

use crate::cluster::{self, Known};
use crate::failure::Failure;
use crate::inventory::{Node, Origin};
use crate::manifests::{Facts, Manifests, Source};
use crate::os::Catalogue;
use crate::policy::Policy;

/// Adds what the manifests say and the pools of the configuration. The manifests are what will be there when they are applied.
pub(super) fn add(known: &mut Known, facts: Facts, policy: &Policy) {
    let catalogue = policy.catalogue();
    for node in facts.nodes {
        known.inventory.apply(Node::new(node, catalogue));
    }
    known.namespaces.extend(facts.namespaces);
    known.runtime_classes.extend(facts.runtime_classes);
    known.storage.extend(facts.storage);
    known.karpenter.extend(facts.karpenter);
    let karpenter = known.karpenter.pools(catalogue);
    known.inventory.set_pools(Origin::NodePool, karpenter);
    let declared = policy.pools().to_vec();
    known.inventory.set_pools(Origin::Declared, declared);
}

/// Without a node and a pool nothing can be said of where anything lands.
pub(super) fn check(known: &Known) -> Result<(), Failure> {
    if known.inventory.is_empty() && known.inventory.pools().next().is_none() {
        return Err(Failure::Input(
            "no node is known, so nothing can be said; give --nodes FILE with what `kubectl get nodes -o yaml` prints".to_owned(),
        ));
    }
    Ok(())
}

/// What files of nodes say. What cannot be read in them is added to the problems of the manifests.
pub(super) async fn read(
    files: &[Source],
    catalogue: &Catalogue,
    manifests: &mut Manifests,
) -> Result<Known, Failure> {
    let mut contents = Vec::new();
    for file in files {
        let bytes = file.contents().await.map_err(|error| {
            Failure::Input(format!(
                "{}: {error}; give --nodes a file that this process can read",
                file.name()
            ))
        })?;
        contents.push((file.name(), bytes));
    }
    let named = contents
        .iter()
        .map(|(name, bytes)| (name.clone(), bytes.as_slice()));
    let read = cluster::read(named, catalogue).map_err(Failure::Input)?;
    manifests.problems.extend(read.complaints);
    Ok(Known {
        inventory: read.inventory,
        storage: read.storage,
        karpenter: read.karpenter,
        ..Known::default()
    })
}

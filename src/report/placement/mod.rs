//! What `hostfit placement` shows: each workload with every node, candidate or not.

mod json;
mod table;
pub(super) mod words;

use std::io::{self, Write};

use super::{Format, Style};
use crate::cluster::Known;
use crate::manifests::{Manifest, Manifests};
use crate::os::Catalogue;
use crate::placement::{self, Placement, Pod, Standing};
use crate::workload::namespace::Namespace;
use crate::workload::{Workload, admitted};

/// The workloads and the nodes. What each makes of the other is worked out workload by workload while it is written: for thousands of both
/// it is more than should be in memory.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was read.
    pub manifests: &'a Manifests,
    /// The nodes, and what else says where pods can land.
    pub known: &'a Known,
    /// The operating systems.
    pub catalogue: &'a Catalogue,
    /// Whether the table has a line for each node, however many there are.
    pub verbose: bool,
}

impl Report<'_> {
    /// Writes it in a format.
    pub fn write(&self, format: Format, out: &mut dyn Write, style: Style) -> io::Result<()> {
        match format {
            Format::Table => table::write(self, out, style),
            Format::Json => json::write(self, out),
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.manifests.workloads.iter().map(|manifest| {
            let (placement, standings) = self.place(&manifest.workload);
            Entry {
                manifest,
                placement,
                standings,
            }
        })
    }

    /// Where the pods of a workload can land, as they come out of admission.
    fn place(&self, workload: &Workload) -> (Placement, Vec<Standing>) {
        let Known {
            inventory,
            namespaces,
            runtime_classes,
            storage,
            ..
        } = self.known;
        let plain = Namespace::default();
        let namespace = namespaces.get(&workload.namespace).unwrap_or(&plain);
        let volumes = storage.view().volumes_of(workload);
        let placed = |spec| Pod {
            spec,
            volumes: &volumes,
        };
        match admitted::pod_of(workload, namespace, runtime_classes) {
            Ok(pod) => (
                placement::place(placed(&pod), inventory, self.catalogue),
                placement::explain(placed(&pod), inventory, self.catalogue),
            ),
            Err(contradiction) => {
                let mut standings = placement::explain(&workload.spec, inventory, self.catalogue);
                for standing in &mut standings {
                    standing.reason = Some(contradiction.to_string());
                }
                (Placement::nowhere(), standings)
            }
        }
    }
}

/// A workload and where it stands.
struct Entry<'a> {
    manifest: &'a Manifest,
    placement: Placement,
    standings: Vec<Standing>,
}

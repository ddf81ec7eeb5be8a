//! What `hostfit placement` shows: each workload with every node, candidate or not.

mod json;
mod table;
mod words;

use std::io::{self, Write};

use super::{Format, Style};
use crate::inventory::Inventory;
use crate::manifests::{Manifest, Manifests};
use crate::os::Catalogue;
use crate::placement::{self, Placement, Standing};

/// The workloads and the nodes. What each makes of the other is worked out workload by workload while it is written: for thousands of both
/// it is more than should be in memory.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was read.
    pub manifests: &'a Manifests,
    /// The nodes.
    pub inventory: &'a Inventory,
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
            let spec = &manifest.workload.spec;
            Entry {
                manifest,
                placement: placement::place(spec, self.inventory, Catalogue::built_in()),
                standings: placement::explain(spec, self.inventory),
            }
        })
    }
}

/// A workload and where it stands.
struct Entry<'a> {
    manifest: &'a Manifest,
    placement: Placement,
    standings: Vec<Standing>,
}

//! The placement report as JSON, `hostfit.dev/placement/v1`: one object for each workload, written as it is worked out.

use std::io::{self, Write};

use serde::ser::{Serialize, Serializer};

use super::{Entry, Report};
use crate::placement::Standing;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: "hostfit.dev/placement/v1",
        workloads: Workloads(report),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    workloads: Workloads<'a>,
}

struct Workloads<'a>(&'a Report<'a>);

impl Serialize for Workloads<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.entries())
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Workload<'a> {
    api_version: &'a str,
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
    class: &'static str,
    nodes: Vec<Node<'a>>,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let workload = &self.manifest.workload;
        Workload {
            api_version: &self.manifest.api_version,
            kind: workload.kind.as_str(),
            namespace: &workload.namespace,
            name: &workload.name,
            class: self.placement.class.as_str(),
            nodes: self.standings.iter().map(Node::from).collect(),
        }
        .serialize(serializer)
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'a> {
    /// None for a pool that has no node now.
    name: Option<&'a str>,
    pool: Option<&'a str>,
    os: &'a str,
    immutable: bool,
    candidate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl<'a> From<&'a Standing> for Node<'a> {
    fn from(standing: &'a Standing) -> Self {
        Self {
            name: Some(standing.name.as_str()).filter(|name| !name.is_empty()),
            pool: standing.pool.as_deref(),
            os: standing.os.now().map_or("unknown", |os| &os.id),
            // A node on the move counts as both, as in every count of immutable nodes.
            immutable: standing.os.immutable().is_some(),
            candidate: standing.reason.is_none(),
            reason: standing.reason.as_deref(),
        }
    }
}

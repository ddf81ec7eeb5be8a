//! The arguments of `hostfit placement`.

use clap::Args;

use super::cluster::{self, Connection};
use super::common;
use crate::commands::placement::Options;
use crate::manifests::Source;
use crate::report::{Output, Voice};

/// Shows which nodes each workload can land on, and why not on the others
///
/// Reads manifests as kubectl does and says for every node whether a pod of the workload could land there by its own static constraints:
/// nodeName, nodeSelector, required node affinity, tolerations, what its Namespace and RuntimeClass add to them, and the node affinity of the
/// volumes that its claims are bound to. Nodes come from --nodes, with volumes and claims; else from the manifests themselves, where they
/// hold any; else from the cluster. Nodes, Namespaces, RuntimeClasses, PersistentVolumes, claims, StorageClasses and Karpenter's NodePools and
/// AKSNodeClasses among the manifests are taken as if they were applied. A pool that has no node yet is a line of its own.
///
/// Exit codes: 0 all was read; 2 something was not, and the rest is shown all the same; 3 the cluster could not be read, or only in part.
#[derive(Debug, Args)]
pub(super) struct Placement {
    /// Manifests: files, folders with every .yaml, .yml and .json below them, - for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    manifests: Vec<Source>,
    /// Without a cluster: nodes as `kubectl get nodes -o yaml` prints them, - for standard input; repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = cluster::ALL)]
    nodes: Vec<Source>,
    /// The configuration of `hostfit serve`, for the pools and operating systems that it declares
    #[arg(long, value_name = "FILE")]
    config: Option<Source>,
    /// The namespace of manifests that say none [default: default]
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// table or json, to standard output or to a file; repeatable [default: table]
    #[arg(short, long, value_name = "FORMAT[=PATH]")]
    output: Vec<Output>,
    #[command(flatten)]
    connection: Connection,
}

impl Placement {
    pub(super) fn resolve(self, verbose: bool, voice: Voice) -> Result<Options, String> {
        common::one_stdin(self.manifests.iter().chain(&self.nodes).chain(&self.config))?;
        Ok(Options {
            manifests: self.manifests,
            nodes: self.nodes,
            config: self.config,
            namespace: self.namespace,
            cluster: self.connection.if_any(),
            outputs: common::outputs(self.output)?,
            verbose,
            voice,
        })
    }
}

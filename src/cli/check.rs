//! The arguments of `hostfit check`.

use clap::Args;

use super::cluster::{self, Connection};
use super::common;
use crate::commands::assume::Assumption;
use crate::commands::check::Options;
use crate::manifests::Source;
use crate::report::Voice;

/// Judges manifests before a deploy, as the webhook would
///
/// Reads manifests as kubectl does and says of every workload what its pods would get: deny, warn or allow, by which findings, and what to do
/// about them. Without --nodes every workload is judged as if it landed on Azure Container Linux, whatever it selects, unless it is bound to
/// Windows; --os says which systems instead. Nodes, Namespaces, RuntimeClasses, PersistentVolumes, claims and StorageClasses among the
/// manifests are taken as if they were applied; nothing is exempt but what the configuration exempts. No cluster is asked, unless
/// --kubeconfig, --context or another option of the connection says which or as whom: then for nodes, namespaces, RuntimeClasses and volumes. Custom resources that make pods, as an Argo Rollout does, are judged by their templates; the
/// configuration can name more.
///
/// Exit codes: 0 nothing at or above --fail-on; 1 something; 2 the command line, the configuration or an input is wrong, and the rest is judged
/// all the same; 3 the cluster could not be read, or only in part.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Check {
    /// Manifests: files, folders with every .yaml, .yml and .json below them, - for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    manifests: Vec<Source>,
    /// Judge by these nodes, as `kubectl get nodes -o yaml` prints them, - for standard input; repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = cluster::ALL)]
    nodes: Vec<Source>,
    /// Assume that every workload lands on this OS, whatever it selects and whichever nodes there are; repeatable
    #[arg(long = "os", value_name = "ID")]
    systems: Vec<String>,
    /// As if this pool, or '*' for every pool, had been moved to that OS: shows both, and what is new; repeatable
    #[arg(long, value_name = "POOL=OS", conflicts_with = "systems")]
    assume: Vec<Assumption>,
    /// The configuration of `hostfit serve`: modes, exemptions, pools, operating systems
    #[arg(long, value_name = "FILE")]
    config: Option<Source>,
    /// The namespace of manifests that say none [default: default]
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Option<String>,
    #[command(flatten)]
    reporting: common::Reporting,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  hostfit check k8s/
  helm template my-release my-chart | hostfit check -
  kubectl kustomize overlays/prod | hostfit check - --os flatcar --os ubuntu
  kubectl get nodes -o yaml | hostfit check k8s/ --nodes - --config hostfit.yaml
  hostfit check k8s/ -o table -o sarif=hostfit.sarif";

impl Check {
    pub(super) fn resolve(self, voice: Voice) -> Result<Options, String> {
        let inputs = self.manifests.iter().chain(&self.nodes).chain(&self.config);
        common::one_stdin(inputs.chain(&self.reporting.baseline))?;
        Ok(Options {
            manifests: self.manifests,
            nodes: self.nodes,
            systems: self.systems,
            assume: self.assume,
            config: self.config,
            namespace: self.namespace,
            cluster: self.connection.if_any(),
            reporting: self.reporting.resolve()?,
            voice,
        })
    }
}

//! The arguments of `hostfit scan`.

use clap::Args;

use super::cluster::Connection;
use super::common;
use crate::commands::assume::Assumption;
use crate::commands::scan::Options;
use crate::manifests::Source;
use crate::report::Voice;

/// Judges what runs in a cluster, as the webhook would, before a migration
///
/// Reads the cluster that kubectl would, or the one that it runs in, and only lists: nodes, pods and what makes them. Says of every workload
/// what its next pods would get: deny, warn or allow, by which findings, and what to do about them. Workloads stand under their top owner, also
/// where that is a custom resource; pods without one stand by themselves.
///
/// Exit codes: 0 nothing at or above --fail-on; 1 something; 2 the command line or the configuration is wrong; 3 the cluster could not be
/// read, or only in part, and the rest is judged all the same.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Scan {
    /// Only this namespace; repeatable [default: all]
    #[arg(short, long = "namespace", value_name = "NAME")]
    namespaces: Vec<String>,
    /// All namespaces, which is the default
    #[arg(short = 'A', long, conflicts_with = "namespaces")]
    all_namespaces: bool,
    /// Assume that every workload lands on this OS, whatever it selects and whichever nodes there are; repeatable
    #[arg(long = "os", value_name = "ID")]
    systems: Vec<String>,
    /// As if this pool, or '*' for every pool, had been moved to that OS: shows both, and what is new; repeatable
    #[arg(long, value_name = "POOL=OS", conflicts_with = "systems")]
    assume: Vec<Assumption>,
    /// What `mode: enforce` would refuse of what runs today, once its pods are made anew, and the exemptions that would let it through
    #[arg(long)]
    as_admission: bool,
    /// The configuration of `hostfit serve`: modes, exemptions, pools, operating systems
    #[arg(long, value_name = "FILE")]
    config: Option<Source>,
    #[command(flatten)]
    reporting: common::Reporting,
    #[command(flatten)]
    connection: Connection,
}

const EXAMPLES: &str = "Examples:
  hostfit scan
  hostfit scan --context prod -n shop -n monitoring --config hostfit.yaml
  hostfit scan --as system:serviceaccount:ci:scanner
  hostfit scan --assume userpool=azure-container-linux
  hostfit scan --as-admission --config hostfit.yaml
  hostfit scan -o table -o json=report.json --fail-on never";

impl Scan {
    pub(super) fn resolve(self, voice: Voice) -> Result<Options, String> {
        common::one_stdin(self.config.iter().chain(&self.reporting.baseline))?;
        Ok(Options {
            access: self.connection.resolve(),
            namespaces: self.namespaces,
            systems: self.systems,
            assume: self.assume,
            as_admission: self.as_admission,
            config: self.config,
            reporting: self.reporting.resolve()?,
            voice,
        })
    }
}

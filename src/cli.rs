//! The command line: raw arguments, resolved once into what a command needs. Nothing behind it looks at arguments again.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ColorChoice, Parser, Subcommand};
use tracing::Level;

use crate::certificate::files::Files;
use crate::cluster::{Access, NodeFile};
use crate::failure::Failure;
use crate::serve::{Names, Options, Surroundings};

/// What was asked for.
#[derive(Debug)]
pub struct Invocation {
    /// The least level that is logged.
    pub level: Level,
    /// Whether to colour what is for people.
    pub color: ColorChoice,
    /// The command.
    pub command: Command,
}

/// A command with its options.
#[derive(Debug)]
pub enum Command {
    /// The webhook.
    Serve(Options),
}

/// Reads the arguments. An error has been printed already, as has help: what is left is the exit code.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, ExitCode> {
    let raw = Raw::try_parse_from(arguments).map_err(|error| {
        if error.use_stderr() {
            report(&Failure::Input(in_one_line(&error)), ColorChoice::Auto)
        } else {
            // Help or version. A closed standard output is no reason to complain.
            let _ = error.print();
            ExitCode::SUCCESS
        }
    })?;
    let level = match (raw.common.quiet, raw.common.verbose) {
        (true, _) => Level::WARN,
        (false, 0) => Level::INFO,
        (false, 1) => Level::DEBUG,
        (false, _) => Level::TRACE,
    };
    let color = raw.common.color;
    let command = match raw.command {
        RawCommand::Serve(arguments) => Command::Serve(arguments.resolve()),
    };
    Ok(Invocation {
        level,
        color,
        command,
    })
}

/// Prints why the command ends, in one line, and gives the exit code.
pub fn report(failure: &Failure, color: ColorChoice) -> ExitCode {
    let mut stderr = std::io::stderr();
    let label = match color {
        ColorChoice::Never => "error",
        ColorChoice::Auto if !(stderr.is_terminal() && wants_color()) => "error",
        ColorChoice::Auto | ColorChoice::Always => "\x1b[1;31merror\x1b[0m",
    };
    // With standard error gone the exit code still says it.
    let _ = writeln!(stderr, "{label}: {failure}");
    failure.code()
}

/// <https://no-color.org>.
#[allow(
    clippy::disallowed_methods,
    reason = "the edge of the program reads the environment"
)]
fn wants_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Clap's message without its usage block, which `--help` has.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let message = text.strip_prefix("error: ").unwrap_or(&text);
    let message = message.split("\nUsage:").next().unwrap_or(message);
    let message = message.split("\nFor more").next().unwrap_or(message);
    let words: Vec<&str> = message.split_whitespace().collect();
    format!("{}; see --help", words.join(" ").replace(" tip:", ";"))
}

/// Tells which workloads do not fit the operating system of the nodes they can land on.
#[derive(Debug, Parser)]
#[command(name = "hostfit", version)]
struct Raw {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: RawCommand,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Common options")]
struct Common {
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more; twice for even more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Colour for people
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum RawCommand {
    Serve(Serve),
}

/// Serves the admission webhook
///
/// Runs in a cluster by default: watches its nodes and namespaces, keeps its own certificate. With --nodes it needs no cluster at all.
#[derive(Debug, Args)]
struct Serve {
    /// The configuration; read again whenever it changes
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to take reviews, over HTTPS; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:8443")]
    listen: SocketAddr,
    /// Where to answer /livez, /readyz and /metrics, over HTTP; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:8081")]
    admin_listen: SocketAddr,
    /// After SIGTERM, how long to go on serving while clients learn of it
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(..=3600))]
    drain: u64,
    /// Without a cluster: nodes as `kubectl get nodes -o yaml` prints them, - for standard input; repeatable
    #[arg(long, value_name = "FILE", conflicts_with_all = ["kubeconfig", "context"])]
    nodes: Vec<NodeFile>,
    /// The certificate chain to serve, PEM; followed as it changes
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        help_heading = "Certificate"
    )]
    tls_cert: Option<PathBuf>,
    /// Its key, PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        help_heading = "Certificate"
    )]
    tls_key: Option<PathBuf>,
    /// With --nodes: where to write the CA of the certificate that is made in memory
    #[arg(
        long,
        value_name = "FILE",
        requires = "nodes",
        conflicts_with = "tls_cert",
        help_heading = "Certificate"
    )]
    tls_ca_out: Option<PathBuf>,
    /// The kubeconfig of the cluster, where Hostfit does not run in it
    #[arg(long, value_name = "FILE", help_heading = "Cluster")]
    kubeconfig: Option<PathBuf>,
    /// The context in it
    #[arg(long, value_name = "NAME", help_heading = "Cluster")]
    context: Option<String>,
    /// The Secret that keeps the certificate, and the Lease of whoever renews it
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit-tls",
        help_heading = "Cluster"
    )]
    secret: String,
    /// The Service through which the API server calls
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    service: String,
    /// The `ValidatingWebhookConfiguration` that gets the CA
    #[arg(
        long,
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    webhook_configuration: String,
    /// The namespace that Hostfit runs in, which it never judges; by default the pod's, else hostfit-system
    #[arg(
        long,
        env = "POD_NAMESPACE",
        value_name = "NAME",
        help_heading = "Cluster"
    )]
    own_namespace: Option<String>,
    /// The name of this replica
    #[arg(
        long,
        env = "POD_NAME",
        value_name = "NAME",
        default_value = "hostfit",
        help_heading = "Cluster"
    )]
    own_name: String,
}

impl Serve {
    fn resolve(self) -> Options {
        let surroundings = if self.nodes.is_empty() {
            Surroundings::Cluster {
                access: Access {
                    kubeconfig: self.kubeconfig,
                    context: self.context,
                },
                names: Names {
                    pod: self.own_name,
                    secret: self.secret,
                    service: self.service,
                    webhook_configuration: self.webhook_configuration,
                },
            }
        } else {
            Surroundings::None {
                nodes: self.nodes,
                ca_out: self.tls_ca_out,
            }
        };
        Options {
            config: self.config,
            listen: self.listen,
            admin_listen: self.admin_listen,
            surroundings,
            pair: self
                .tls_cert
                .zip(self.tls_key)
                .map(|(certificate, key)| Files { certificate, key }),
            own_namespace: self.own_namespace.filter(|name| !name.is_empty()),
            drain: Duration::from_secs(self.drain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        <Raw as clap::CommandFactory>::command().debug_assert();
    }
}

//! The options that say which cluster is asked, and as whom: kubectl's own, under its names and with its meanings.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hyper::Uri;
use jiff::SignedDuration;
use kube::config::{AuthInfo, Cluster};

use crate::cluster::Access;

/// The ids of all of them, for what does without a cluster.
pub(super) const ALL: [&str; 16] = [
    "kubeconfig",
    "context",
    "as_user",
    "as_groups",
    "as_uid",
    "as_user_extra",
    "cluster",
    "user",
    "server",
    "token",
    "client_certificate",
    "client_key",
    "certificate_authority",
    "insecure_skip_tls_verify",
    "tls_server_name",
    "request_timeout",
];

/// What every command that asks a cluster has.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Cluster")]
pub(super) struct Kubeconfig {
    /// The kubeconfig of the cluster; without it the account of the pod that this runs in, else $KUBECONFIG or ~/.kube/config
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context in the kubeconfig
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
}

/// What the commands of people have besides.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Connection {
    #[command(flatten)]
    kubeconfig: Kubeconfig,
    /// Ask as this user: a ServiceAccount is system:serviceaccount:NAMESPACE:NAME
    #[arg(long = "as", value_name = "NAME")]
    as_user: Option<String>,
    /// Ask as a member of this group; repeatable
    #[arg(long = "as-group", value_name = "NAME", hide_short_help = true)]
    as_groups: Vec<String>,
    /// Ask as the user of this UID
    #[arg(long, value_name = "UID", hide_short_help = true)]
    as_uid: Option<String>,
    /// Ask as a user of whom this is said too; repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value, hide_short_help = true)]
    as_user_extra: Vec<(String, String)>,
    /// The cluster in the kubeconfig, in place of the context's
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    cluster: Option<String>,
    /// The user in the kubeconfig, in place of the context's
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    user: Option<String>,
    /// The address of the API server, as https://HOST:PORT; it needs no kubeconfig
    #[arg(short, long, value_name = "URL", value_parser = url, hide_short_help = true)]
    server: Option<String>,
    /// The bearer token to ask with, in place of all other credentials of the kubeconfig's user
    #[arg(long, value_name = "TOKEN", hide_short_help = true)]
    token: Option<String>,
    /// The certificate to ask with, PEM, in place of all other credentials of the kubeconfig's user
    #[arg(
        long,
        value_name = "FILE",
        requires = "client_key",
        hide_short_help = true
    )]
    client_certificate: Option<String>,
    /// Its key, PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "client_certificate",
        hide_short_help = true
    )]
    client_key: Option<String>,
    /// The CA of the API server's certificate, PEM
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "insecure_skip_tls_verify",
        hide_short_help = true
    )]
    certificate_authority: Option<String>,
    /// Trust whoever answers in the name of the API server
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_short_help = true,
        hide_possible_values = true
    )]
    insecure_skip_tls_verify: Option<bool>,
    /// The name that the API server's certificate has to be for, where it is not the server's
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    tls_server_name: Option<String>,
    /// How long a request may wait for an answer, as 30s or 2m; 0 for as long as it takes
    #[arg(long, value_name = "DURATION", value_parser = timeout, hide_short_help = true)]
    request_timeout: Option<Duration>,
}

impl Kubeconfig {
    pub(super) fn resolve(self) -> Access {
        let kubeconfig = self.kubeconfig;
        Access {
            kubeconfig: kubeconfig.filter(|path| !path.as_os_str().is_empty()),
            context: given(self.context),
            ..Access::default()
        }
    }
}

impl Connection {
    /// The access, if anything is said of it.
    pub(super) fn if_any(self) -> Option<Access> {
        let is_any = self != Self::default();
        is_any.then(|| self.resolve())
    }

    pub(super) fn resolve(self) -> Access {
        let mut extra = HashMap::<String, Vec<String>>::new();
        for (key, value) in self.as_user_extra {
            extra.entry(key).or_default().push(value);
        }
        Access {
            cluster: given(self.cluster),
            user: given(self.user),
            address: Cluster {
                server: given(self.server),
                certificate_authority: given(self.certificate_authority),
                insecure_skip_tls_verify: self.insecure_skip_tls_verify.filter(|is_on| *is_on),
                tls_server_name: given(self.tls_server_name),
                ..Cluster::default()
            },
            identity: AuthInfo {
                token: given(self.token).map(Into::into),
                client_certificate: given(self.client_certificate),
                client_key: given(self.client_key),
                impersonate: given(self.as_user),
                impersonate_uid: given(self.as_uid),
                impersonate_groups: Some(self.as_groups).filter(|groups| !groups.is_empty()),
                impersonate_user_extra: Some(extra).filter(|extra| !extra.is_empty()),
                ..AuthInfo::default()
            },
            request_timeout: self.request_timeout.filter(|timeout| !timeout.is_zero()),
            ..self.kubeconfig.resolve()
        }
    }
}

/// To kubectl an empty word is none, so that a script may pass on what it has not got.
fn given(word: Option<String>) -> Option<String> {
    word.filter(|word| !word.is_empty())
}

fn url(text: &str) -> Result<String, String> {
    let uri = text.parse::<Uri>();
    let is_whole =
        |uri: &Uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some();
    if text.is_empty() || uri.is_ok_and(|uri| is_whole(&uri)) {
        Ok(text.to_owned())
    } else {
        Err("it must be a URL, as https://HOST:PORT".to_owned())
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let (key, value) = parts.ok_or("it must be a key with its value, as KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A number alone is seconds.
fn timeout(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map(Duration::from_secs).ok();
    let duration = || Duration::try_from(text.parse::<SignedDuration>().ok()?).ok();
    seconds
        .or_else(duration)
        .ok_or_else(|| "it must be a time with its unit, as 30s or 2m".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Command;
    use rstest::rstest;

    use super::*;

    #[test]
    fn none_is_left_out() {
        let definition = Connection::augment_args(Command::new("x"));
        let ids: Vec<&str> = definition
            .get_arguments()
            .map(|argument| argument.get_id().as_str())
            .collect();
        assert_eq!(ids, ALL);
    }

    #[rstest]
    #[case("30", 30_000)]
    #[case("0", 0)]
    #[case("500ms", 500)]
    #[case("2m", 120_000)]
    #[case("1h30m", 5_400_000)]
    #[case("1.5s", 1_500)]
    fn a_time_is_as_kubectl_takes_it(#[case] text: &str, #[case] milliseconds: u64) {
        assert_eq!(timeout(text), Ok(Duration::from_millis(milliseconds)));
    }

    #[rstest]
    #[case("")]
    #[case("-1s")]
    #[case("1x")]
    #[case("soon")]
    fn nothing_else_is_a_time(#[case] text: &str) {
        assert!(timeout(text).is_err(), "{text}");
    }
}

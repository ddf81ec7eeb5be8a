//! Which cluster is asked, and as whom: by what the command line says, by the account of the pod, or by the kubeconfig (`kubeconfig`). `connect`
//! asks it.

use std::path::PathBuf;
use std::time::Duration;

use kube::Config;
use kube::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret as _;

use super::kubeconfig::{self, replace_user};
use crate::failure::Failure;

/// How the cluster is found: by these, else by the service account of the pod, else by the kubeconfig that kubectl takes.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A kubeconfig.
    pub kubeconfig: Option<PathBuf>,
    /// A context in it.
    pub context: Option<String>,
    /// A cluster in it, in place of the context's.
    pub cluster: Option<String>,
    /// A user in it, in place of the context's.
    pub user: Option<String>,
    /// What holds in place of what is said there of the cluster.
    pub address: Cluster,
    /// What holds in place of what is said there of the user.
    pub identity: AuthInfo,
    /// How long a request may wait for an answer.
    pub request_timeout: Option<Duration>,
}

impl Access {
    /// Whether it says which cluster. Who asks is another thing: that can be said of a pod's own cluster too.
    fn says_where(&self) -> bool {
        let address = &self.address;
        let names = [
            &self.context,
            &self.cluster,
            &self.user,
            &address.server,
            &address.certificate_authority,
            &address.tls_server_name,
        ];
        self.kubeconfig.is_some()
            || address.insecure_skip_tls_verify.is_some()
            || names.into_iter().any(Option::is_some)
    }

    /// The access to the cluster, and whether it is a pod's own.
    pub(super) async fn find(&self) -> Result<(Config, bool), Failure> {
        let (mut config, is_ours) = if self.says_where() {
            let config = kubeconfig::config(self).await.map_err(Failure::Input)?;
            (config, false)
        } else {
            self.unsaid().await?
        };
        let user = &config.auth_info;
        let says_more = user.impersonate_uid.is_some()
            || user.impersonate_groups.is_some()
            || user.impersonate_user_extra.is_some();
        if says_more && user.impersonate.is_none() {
            return Err(Failure::Input(
                "--as-group, --as-uid and --as-user-extra say more of the user of --as: give --as NAME too".to_owned(),
            ));
        }
        // It travels in a header, and is not for a message that quotes what is wrong.
        let mut token = user.token.iter().flat_map(|it| it.expose_secret().chars());
        if token.any(|c| !c.is_ascii_graphic()) {
            return Err(Failure::Input(
                "the token to ask with is not one word of ASCII characters, without a line's end; check --token, or the kubeconfig's user"
                    .to_owned(),
            ));
        }
        if let Some(timeout) = self.request_timeout {
            config.connect_timeout = Some(timeout);
            config.read_timeout = Some(timeout);
            config.write_timeout = Some(timeout);
            config.reset_reader_on_write = true;
        }
        Ok((config, is_ours))
    }

    /// Where nothing says which cluster.
    async fn unsaid(&self) -> Result<(Config, bool), Failure> {
        let no_pod = match Config::incluster() {
            Ok(mut config) => {
                replace_user(&mut config.auth_info, &self.identity);
                return Ok((config, true));
            }
            Err(error) => error,
        };
        match kubeconfig::config(self).await {
            Ok(config) => Ok((config, false)),
            Err(why) => Err(Failure::Cluster(format!(
                "no cluster: this is no pod ({no_pod}), and {why}"
            ))),
        }
    }
}

//! The client of a cluster's API server, and its errors in words that say what to do.

use std::error::Error as _;
use std::path::PathBuf;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::failure::Failure;

/// How the cluster is found: by these, else by the service account of the pod, else by the kubeconfig that kubectl takes.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A kubeconfig.
    pub kubeconfig: Option<PathBuf>,
    /// A context in it.
    pub context: Option<String>,
}

/// A cluster that can be asked.
#[derive(Clone)]
pub struct Cluster {
    /// The client.
    pub client: Client,
    /// The pod's own namespace, or the context's.
    pub namespace: String,
    /// The API server's address.
    pub url: String,
    /// Whether this process runs in it, so that an API server that does not answer is one that will come back.
    pub is_ours: bool,
}

/// Finds the cluster. Asks it nothing yet.
pub async fn connect(access: &Access) -> Result<Cluster, Failure> {
    let explicit = access.kubeconfig.is_some() || access.context.is_some();
    let (config, is_ours) = match Config::incluster() {
        Ok(config) if !explicit => (config, true),
        not_in_a_pod => {
            let config = from_kubeconfig(access).await.map_err(|error| {
                let pod = not_in_a_pod
                    .err()
                    .filter(|_| !explicit)
                    .map_or(String::new(), |error| {
                        format!(", and this is no pod ({error})")
                    });
                Failure::Cluster(format!(
                    "no cluster: {error}{pod}; give --kubeconfig FILE, or --nodes FILE to do without a cluster"
                ))
            })?;
            (config, false)
        }
    };
    let (url, namespace) = (
        config.cluster_url.to_string(),
        config.default_namespace.clone(),
    );
    let client = Client::try_from(config).map_err(|error| {
        Failure::Cluster(format!(
            "no cluster: the access to {url} cannot be used: {}",
            in_words(&error)
        ))
    })?;
    Ok(Cluster {
        client,
        namespace,
        url,
        is_ours,
    })
}

async fn from_kubeconfig(access: &Access) -> Result<Config, kube::config::KubeconfigError> {
    let options = KubeConfigOptions {
        context: access.context.clone(),
        ..KubeConfigOptions::default()
    };
    match &access.kubeconfig {
        Some(path) => Config::from_custom_kubeconfig(Kubeconfig::read_from(path)?, &options).await,
        None => Config::from_kubeconfig(&options).await,
    }
}

/// An error of the client with its causes, in one line, each said once.
pub fn in_words(error: &kube::Error) -> String {
    if let kube::Error::Api(status) = error {
        return format!("{} ({})", status.message, status.code);
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words.replace('\n', " ")
}

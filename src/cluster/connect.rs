//! The client of a cluster's API server, and its errors in words that say what to do.

use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use k8s_openapi::api::core::v1::{Namespace, Node};
use kube::api::ListParams;
use kube::client::Body;
use kube::{Api, Client, Config};
use tokio::sync::Notify;
use tokio::time::timeout;
use tower::service_fn;

use super::access::Access;
use crate::failure::Failure;

/// A cluster that can be asked.
#[derive(Clone)]
pub struct Cluster {
    /// A client for any purpose.
    pub client: Client,
    /// The namespace of the pod that this process runs in, if it does. A context's says only where its user likes to work.
    pub namespace: Option<String>,
    /// Where its API server is.
    pub url: String,
    config: Config,
    /// Whether this process runs in it, so that an API server that does not answer is one that will come back.
    is_ours: bool,
}

/// A client that tells of every answer.
#[derive(Clone)]
pub struct Line {
    pub(super) client: Client,
    /// Wakes whoever waits when the API server has answered and not with an error. A watch that is taken up again where it broke off, and
    /// brings nothing new, tells so by nothing else.
    pub(super) answered: Arc<Notify>,
}

/// Finds the cluster. Asks it nothing yet.
pub async fn connect(access: &Access) -> Result<Cluster, Failure> {
    let (config, is_ours) = access.find().await?;
    let url = config.cluster_url.to_string();
    let cannot = |error: kube::Error| {
        let why = in_words(&error);
        Failure::Cluster(format!(
            "the access to {url} cannot be used: {why}; check what the kubeconfig or the command line says of it"
        ))
    };
    let client = Client::try_from(config.clone()).map_err(cannot)?;
    Ok(Cluster {
        client,
        namespace: is_ours.then(|| config.default_namespace.clone()),
        url: url.clone(),
        config,
        is_ours,
    })
}

impl Line {
    pub(super) fn over(client: Client) -> Self {
        let answered = Arc::new(Notify::new());
        let (tell, namespace) = (Arc::clone(&answered), client.default_namespace().to_owned());
        let ask = service_fn(move |request: Request<Body>| {
            let (client, tell) = (client.clone(), Arc::clone(&tell));
            async move {
                let response = client.send(request).await?;
                if response.status().is_success() {
                    tell.notify_waiters();
                }
                Ok::<_, kube::Error>(response)
            }
        });
        Self {
            client: Client::new(ask, namespace),
            answered,
        }
    }
}

impl Cluster {
    /// A line over the connections of its client.
    pub fn line(&self) -> Line {
        Line::over(self.client.clone())
    }

    /// A line with connections of its own, for what must not wait behind anything else. Where access is a matter of running a program, that
    /// runs once more.
    pub fn line_of_its_own(&self) -> Line {
        let client = Client::try_from(self.config.clone());
        client.map_or_else(|_| self.line(), Line::over)
    }

    /// Asks once for what will be watched. An API server that does not answer is an error only outside its cluster: in it, it is one that
    /// will come back, and waiting for that is quicker than being started again and again.
    pub async fn prove(&self) -> Result<(), Failure> {
        let few = ListParams::default().limit(1);
        let ask = async {
            let nodes = Api::<Node>::all(self.client.clone());
            nodes.list_metadata(&few).await?;
            let namespaces = Api::<Namespace>::all(self.client.clone());
            namespaces.list_metadata(&few).await
        };
        let url = &self.url;
        let why = match timeout(AT_MOST, ask).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(kube::Error::Api(status))) if matches!(status.code, 401 | 403) => {
                return Err(Failure::Cluster(format!(
                    "{url} refuses: {} ({}); let this account list and watch nodes and namespaces, as the chart's ClusterRole does",
                    status.message, status.code
                )));
            }
            Ok(Err(error)) => in_words(&error),
            Err(_) => format!("no answer in {} seconds", AT_MOST.as_secs()),
        };
        if self.is_ours {
            tracing::warn!(
                url,
                error = why,
                "the API server cannot be reached; trying again"
            );
            return Ok(());
        }
        Err(Failure::Cluster(format!(
            "{url} cannot be reached: {why}; check --kubeconfig and --context"
        )))
    }
}

const AT_MOST: Duration = Duration::from_secs(10);

/// An error of the client with its causes, in one line, each said once.
pub fn in_words(error: &kube::Error) -> String {
    let outermost: &dyn std::error::Error = match error {
        kube::Error::Api(status) => return format!("{} ({})", status.message, status.code),
        // It says no more than its name.
        kube::Error::Service(inner) => inner.as_ref(),
        other => other,
    };
    let mut words = outermost.to_string();
    let mut cause = outermost.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words.replace('\n', " ")
}

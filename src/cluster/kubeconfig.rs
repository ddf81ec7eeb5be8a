//! The kubeconfig: which file it is, which context, cluster and user of it are meant, and what the command line says in place of theirs, all as
//! kubectl has it. `access` asks for it where no pod's account will do.

use std::io::ErrorKind;
use std::path::PathBuf;

use kube::Config;
use kube::config::{
    AuthInfo, Cluster, Context, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedAuthInfo,
    NamedCluster, NamedContext,
};

use super::access::Access;
use crate::nearest::did_you_mean;

/// What is meant, or why it cannot be used and what to do.
pub(super) async fn config(access: &Access) -> Result<Config, String> {
    let all = read(access).map_err(|error| unusable(access, &error))?;
    let chosen = choose(all, access)?;
    let config = Config::from_custom_kubeconfig(chosen, &KubeConfigOptions::default()).await;
    config.map_err(|error| unusable(access, &error))
}

fn unusable(access: &Access, error: &KubeconfigError) -> String {
    // Some of its errors draw the file below the first line.
    let text = error.to_string();
    let why = text.lines().next().unwrap_or_default();
    let is_authority = matches!(
        error,
        KubeconfigError::LoadCertificateAuthority(_) | KubeconfigError::ParseCertificates(_)
    );
    if is_authority && access.address.certificate_authority.is_some() {
        return format!("{why}; give --certificate-authority a file of PEM certificates");
    }
    let advice = if access.kubeconfig.is_some() || access.context.is_some() {
        "check --kubeconfig and --context"
    } else {
        "give --kubeconfig FILE"
    };
    format!("the kubeconfig cannot be used: {why}; {advice}")
}

fn read(access: &Access) -> Result<Kubeconfig, KubeconfigError> {
    if let Some(path) = &access.kubeconfig {
        return Kubeconfig::read_from(path);
    }
    let files = files();
    let read = if files.len() < 2 {
        Kubeconfig::read()
    } else {
        // Of several, those count that are there.
        let mut files = files.iter().filter(|file| file.exists());
        files.try_fold(Kubeconfig::default(), |before, file| {
            let mut next = Kubeconfig::read_from(file)?;
            next.current_context = given(next.current_context);
            before.merge(next)
        })
    };
    let is_none = match &read {
        Err(KubeconfigError::FindPath) => true,
        Err(KubeconfigError::ReadConfig(error, _)) => error.kind() == ErrorKind::NotFound,
        _ => false,
    };
    if is_none && access.address.server.is_some() {
        return Ok(Kubeconfig::default());
    }
    read
}

/// The files that the environment names.
#[allow(
    clippy::disallowed_methods,
    reason = "the edge of the program reads the environment"
)]
fn files() -> Vec<PathBuf> {
    let variable = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let files = std::env::split_paths(&variable);
    files.filter(|file| !file.as_os_str().is_empty()).collect()
}

/// A kubeconfig of the one cluster and the one user that are meant.
fn choose(all: Kubeconfig, access: &Access) -> Result<Kubeconfig, String> {
    let contexts = all.contexts.into_iter().map(|it| (it.name, it.context));
    let name = access.context.clone().or(given(all.current_context));
    let mut context = match name {
        Some(name) => pick("context", &name, contexts.collect())?,
        None if access.cluster.is_some() || access.address.server.is_some() => Context::default(),
        None => {
            let names = contexts.map(|(name, _)| name);
            let what = "the kubeconfig has no current context".to_owned();
            return Err(what + &one_of("context", names));
        }
    };
    context.cluster = access.cluster.clone().unwrap_or(context.cluster);
    let mut cluster = if context.cluster.is_empty() {
        Cluster::default()
    } else {
        let clusters = all.clusters.into_iter().map(|it| (it.name, it.cluster));
        pick("cluster", &context.cluster, clusters.collect())?
    };
    replace_cluster(&mut cluster, &access.address);
    let users = all.auth_infos.into_iter().map(|it| (it.name, it.auth_info));
    let users: Vec<_> = users.collect();
    let mut user = match (&access.user, &context.user) {
        (Some(name), _) => pick("user", name, users)?,
        // A context may name one who is not there: nobody in particular asks then.
        (None, Some(name)) => pick("user", name, users).unwrap_or_default(),
        (None, None) => AuthInfo::default(),
    };
    replace_user(&mut user, &access.identity);
    context.user = Some(String::new());
    Ok(Kubeconfig {
        clusters: vec![NamedCluster {
            name: context.cluster.clone(),
            cluster: Some(cluster),
            ..NamedCluster::default()
        }],
        auth_infos: vec![NamedAuthInfo {
            auth_info: Some(user),
            ..NamedAuthInfo::default()
        }],
        contexts: vec![NamedContext {
            context: Some(context),
            ..NamedContext::default()
        }],
        current_context: Some(String::new()),
        ..Kubeconfig::default()
    })
}

fn pick<T: Default>(what: &str, name: &str, known: Vec<(String, Option<T>)>) -> Result<T, String> {
    if let Some(at) = known.iter().position(|(it, _)| it == name) {
        let found = known.into_iter().nth(at);
        return Ok(found.and_then(|(_, it)| it).unwrap_or_default());
    }
    let near = did_you_mean(name, known.iter().map(|(it, _)| it.as_str()));
    let advice = if near.is_empty() {
        one_of(what, known.into_iter().map(|(it, _)| it))
    } else {
        near
    };
    Err(format!("the kubeconfig has no {what} {name}{advice}"))
}

fn one_of(what: &str, names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return ", nor any other; check --kubeconfig".to_owned();
    }
    format!("; give --{what} one of {}", names.join(", "))
}

/// Something said, as kubectl sees it: nothing is as good as empty.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn replace_cluster(cluster: &mut Cluster, said: &Cluster) {
    if said.server.is_some() {
        cluster.server.clone_from(&said.server);
    }
    // A name that is checked is one server's.
    if said.server.is_some() || said.tls_server_name.is_some() {
        cluster.tls_server_name.clone_from(&said.tls_server_name);
    }
    // Either says how far the server is to be trusted.
    if said.certificate_authority.is_some() || said.insecure_skip_tls_verify.is_some() {
        cluster.insecure_skip_tls_verify = said.insecure_skip_tls_verify;
        cluster
            .certificate_authority
            .clone_from(&said.certificate_authority);
        cluster.certificate_authority_data = None;
    }
}

/// Who asks, by what is said of it. A token or a certificate is all of who somebody is, where kubectl would still send a kubeconfig's certificate
/// along with a token, and so be the one of the certificate.
pub(super) fn replace_user(user: &mut AuthInfo, said: &AuthInfo) {
    if said.token.is_some() || said.client_certificate.is_some() {
        *user = AuthInfo {
            token: said.token.clone(),
            client_certificate: said.client_certificate.clone(),
            client_key: said.client_key.clone(),
            impersonate: user.impersonate.take(),
            impersonate_uid: user.impersonate_uid.take(),
            impersonate_groups: user.impersonate_groups.take(),
            impersonate_user_extra: user.impersonate_user_extra.take(),
            ..AuthInfo::default()
        };
    }
    let replace = |of: &mut Option<String>, by: &Option<String>| {
        if by.is_some() {
            of.clone_from(by);
        }
    };
    replace(&mut user.impersonate, &said.impersonate);
    replace(&mut user.impersonate_uid, &said.impersonate_uid);
    if said.impersonate_groups.is_some() {
        user.impersonate_groups.clone_from(&said.impersonate_groups);
    }
    if said.impersonate_user_extra.is_some() {
        user.impersonate_user_extra
            .clone_from(&said.impersonate_user_extra);
    }
}

//! Exemptions: who is let through which rule, and until when.

use jiff::civil::Date;
use wildmatch::WildMatch;

use crate::findings::Finding;
use crate::os::path;
use crate::review::User;
use crate::workload::{Kind, Workload};

/// One exemption of the configuration.
#[derive(Debug, Clone)]
pub struct Exemption {
    /// Its name, as in metrics, audit annotations and reports.
    pub name: String,
    /// Why it exists.
    pub reason: String,
    /// The last day on which it holds, in UTC.
    pub expires: Option<Date>,
    pub(super) matches: Match,
    pub(super) rules: Vec<String>,
    pub(super) paths: Vec<PathPrefix>,
}

impl Exemption {
    /// Whether it lets this finding through, today.
    pub fn covers(&self, finding: &Finding, requester: &Requester, today: Date) -> bool {
        self.may_cover(finding, requester, today) && self.matches.matches_user(requester)
    }

    /// The same, whoever the user is: for where that is not known.
    pub fn may_cover(&self, finding: &Finding, requester: &Requester, today: Date) -> bool {
        !self.is_expired(today)
            && self.rules.iter().any(|rule| rule == finding.rule)
            && self.matches.matches_object(requester)
            && self.covers_path(finding)
    }

    /// Whether its last day has passed.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// Whether it ends within a fortnight, so that somebody should be told.
    pub fn ends_soon(&self, today: Date) -> Option<Date> {
        let days_left = |last: &Date| last.duration_since(today).as_hours() / 24;
        self.expires
            .filter(|last| (0..=14).contains(&days_left(last)))
    }

    fn covers_path(&self, finding: &Finding) -> bool {
        match &finding.host_path {
            Some(host_path) if !self.paths.is_empty() => self.paths.iter().any(|allowed| {
                path::is_within(&host_path.path, &allowed.prefix)
                    && (!allowed.read_only || host_path.is_read_only())
            }),
            _ => true,
        }
    }
}

/// Whom an exemption is for. An empty list is anyone.
#[derive(Debug, Clone)]
pub(super) struct Match {
    pub(super) namespaces: Vec<WildMatch>,
    pub(super) names: Vec<WildMatch>,
    pub(super) kinds: Vec<String>,
    pub(super) service_accounts: Vec<WildMatch>,
    pub(super) users: Vec<WildMatch>,
    pub(super) groups: Vec<WildMatch>,
}

impl Match {
    fn matches_object(&self, requester: &Requester) -> bool {
        let identity = |(kind, name): &(Kind, &str)| {
            (self.kinds.is_empty() || self.kinds.iter().any(|k| k == kind.as_str()))
                && any(&self.names, [*name])
        };
        any(&self.namespaces, [requester.namespace])
            && requester.identities.iter().any(identity)
            && any(&self.service_accounts, [requester.service_account])
    }

    fn matches_user(&self, requester: &Requester) -> bool {
        any(&self.users, [requester.user.username.as_str()])
            && any(
                &self.groups,
                requester.user.groups.iter().map(String::as_str),
            )
    }
}

fn any<'a>(globs: &[WildMatch], values: impl IntoIterator<Item = &'a str>) -> bool {
    globs.is_empty()
        || values
            .into_iter()
            .any(|value| globs.iter().any(|glob| glob.matches(value)))
}

/// A host path that may be used, and all below it.
#[derive(Debug, Clone)]
pub(super) struct PathPrefix {
    pub(super) prefix: String,
    pub(super) read_only: bool,
}

/// Who asks, for what: what an exemption is matched with.
#[derive(Debug)]
pub struct Requester<'a> {
    namespace: &'a str,
    identities: Vec<(Kind, &'a str)>,
    service_account: &'a str,
    user: &'a User,
}

impl<'a> Requester<'a> {
    /// The object itself, and what controls it, if the request comes from the controller that makes such objects: an owner reference
    /// alone is written by anyone.
    pub fn new(workload: &'a Workload, user: &'a User) -> Self {
        let mut identities = vec![(workload.kind, workload.name.as_str())];
        if let Some(owner) = workload.controller()
            && let Some(kind) = Kind::named(&owner.kind)
            && comes_from_controller_of(kind, user)
        {
            let hash = workload.meta.labels.get("pod-template-hash");
            identities.push((kind, &owner.name));
            identities.extend(stands_for(kind, &owner.name, hash));
        }
        Self {
            namespace: &workload.namespace,
            identities,
            service_account: workload
                .spec
                .service_account_name
                .as_deref()
                .filter(|name| !name.is_empty())
                .unwrap_or("default"),
            user,
        }
    }
}

/// A ReplicaSet with a `pod-template-hash` stands for its Deployment, a Job whose name ends in a schedule time for its CronJob.
fn stands_for<'a>(kind: Kind, name: &'a str, hash: Option<&String>) -> Option<(Kind, &'a str)> {
    match kind {
        Kind::ReplicaSet => Some((
            Kind::Deployment,
            name.strip_suffix(hash?.as_str())?.strip_suffix('-')?,
        )),
        Kind::Job => {
            let (cron_job, time) = name.rsplit_once('-')?;
            let is_time = time.len() >= 8 && time.bytes().all(|b| b.is_ascii_digit());
            is_time.then_some((Kind::CronJob, cron_job))
        }
        _ => None,
    }
}

/// Whether this user makes the objects that a `kind` controls: its controller's own service account, or the controller manager as a whole.
fn comes_from_controller_of(kind: Kind, user: &User) -> bool {
    let Some(account) = account_of_controller(kind) else {
        return false;
    };
    user.username == "system:kube-controller-manager"
        || user.username.strip_prefix(CONTROLLERS) == Some(account)
}

/// Who has made a stored object, as far as it shows: the controller of what controls it. Without one anybody may have.
pub fn maker(workload: &Workload) -> Option<User> {
    let owner = workload.controller()?;
    let kind = Kind::named(&owner.kind)?;
    let groups = [
        "system:serviceaccounts",
        "system:serviceaccounts:kube-system",
        "system:authenticated",
    ];
    Some(User {
        username: format!("{CONTROLLERS}{}", account_of_controller(kind)?),
        groups: groups.map(str::to_owned).into(),
    })
}

const CONTROLLERS: &str = "system:serviceaccount:kube-system:";

/// The service account of the controller that makes the objects that a `kind` controls.
fn account_of_controller(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Deployment => Some("deployment-controller"),
        Kind::DaemonSet => Some("daemon-set-controller"),
        Kind::StatefulSet => Some("statefulset-controller"),
        Kind::ReplicaSet => Some("replicaset-controller"),
        Kind::ReplicationController => Some("replication-controller"),
        Kind::Job => Some("job-controller"),
        Kind::CronJob => Some("cronjob-controller"),
        Kind::Pod | Kind::PodTemplate => None,
    }
}

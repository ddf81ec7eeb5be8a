//! The kinds that carry a pod: what the API calls them, and where their pod spec stands. Part of `workload`.

use std::fmt;

use serde::Deserialize;

/// The kinds that carry a pod spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[allow(missing_docs, reason = "the names are the API's")]
pub enum Kind {
    Pod,
    Deployment,
    DaemonSet,
    StatefulSet,
    ReplicaSet,
    ReplicationController,
    Job,
    CronJob,
    PodTemplate,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pod,
        Self::Deployment,
        Self::DaemonSet,
        Self::StatefulSet,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::Job,
        Self::CronJob,
        Self::PodTemplate,
    ];

    /// The kind of this API group and name, if it carries a pod.
    pub fn from_api(group: &str, kind: &str) -> Option<Self> {
        Self::named(kind).filter(|kind| kind.groups().contains(&group))
    }

    /// The kind of this name, whatever the API group.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Deployment => "Deployment",
            Self::DaemonSet => "DaemonSet",
            Self::StatefulSet => "StatefulSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
            Self::PodTemplate => "PodTemplate",
        }
    }

    /// Where its pod spec stands in the object.
    pub fn pod_spec_path(self) -> &'static str {
        match self {
            Self::Pod => "spec",
            Self::PodTemplate => "template.spec",
            Self::CronJob => "spec.jobTemplate.spec.template.spec",
            _ => "spec.template.spec",
        }
    }

    fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Pod | Self::ReplicationController | Self::PodTemplate => &[""],
            Self::Job | Self::CronJob => &["batch"],
            // Manifests of before 2019 still say `extensions`.
            Self::Deployment | Self::DaemonSet | Self::ReplicaSet => &["apps", "extensions"],
            Self::StatefulSet => &["apps"],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

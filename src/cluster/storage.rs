//! PersistentVolumes, claims and StorageClasses as the API server knows them: watched only where host volumes are looked at.

use std::convert::Infallible;

use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::watcher;
use kube::{Api, ResourceExt as _};

use super::connect::Line;
use super::watch::{Cache, News, Shared, follow, in_pages};
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};
use crate::storage::{Claims, Classes, Volumes};

/// Watches the PersistentVolumes.
pub async fn volumes(
    line: Line,
    shared: &Shared<Volumes>,
    listener: impl FnMut(News),
) -> Infallible {
    let events = watcher(Api::<VolumeObject>::all(line.client), in_pages());
    follow(events.default_backoff(), &line.answered, shared, listener).await;
    // A watcher's stream has no end.
    std::future::pending().await
}

/// Watches the claims of all namespaces.
pub async fn claims(line: Line, shared: &Shared<Claims>, listener: impl FnMut(News)) -> Infallible {
    let events = watcher(Api::<ClaimObject>::all(line.client), in_pages());
    follow(events.default_backoff(), &line.answered, shared, listener).await;
    std::future::pending().await
}

/// Watches the StorageClasses.
pub async fn classes(
    line: Line,
    shared: &Shared<Classes>,
    listener: impl FnMut(News),
) -> Infallible {
    let events = watcher(Api::<ClassObject>::all(line.client), in_pages());
    follow(events.default_backoff(), &line.answered, shared, listener).await;
    std::future::pending().await
}

impl Cache for Volumes {
    type Object = VolumeObject;

    fn apply(&mut self, object: VolumeObject) -> bool {
        let name = object.name_any();
        match object.facts() {
            None => self.remove(&name).is_some(),
            Some(volume) if self.get(&name) == Some(&volume) => false,
            Some(volume) => {
                self.insert(name, volume);
                true
            }
        }
    }

    fn remove(&mut self, object: &VolumeObject) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

impl Cache for Claims {
    type Object = ClaimObject;

    fn apply(&mut self, object: ClaimObject) -> bool {
        let of_namespace = self
            .entry(object.namespace().unwrap_or_default())
            .or_default();
        let (name, claim) = (object.name_any(), object.facts());
        if of_namespace.get(&name) == Some(&claim) {
            return false;
        }
        of_namespace.insert(name, claim);
        true
    }

    fn remove(&mut self, object: &ClaimObject) -> bool {
        let namespace = object.namespace().unwrap_or_default();
        let Some(of_namespace) = self.get_mut(&namespace) else {
            return false;
        };
        let was_there = of_namespace.remove(&object.name_any()).is_some();
        if of_namespace.is_empty() {
            self.remove(&namespace);
        }
        was_there
    }
}

impl Cache for Classes {
    type Object = ClassObject;

    fn apply(&mut self, object: ClassObject) -> bool {
        let (name, class) = (object.name_any(), object.facts());
        if self.get(&name) == Some(&class) {
            return false;
        }
        self.insert(name, class);
        true
    }

    fn remove(&mut self, object: &ClassObject) -> bool {
        self.remove(&object.name_any()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::storage::Claim;

    fn object<T: DeserializeOwned>(name: &str, mut object: Value) -> T {
        object["metadata"] = json!({"name": name, "namespace": "team"});
        serde_json::from_value(object).unwrap()
    }

    fn volume(spec: &Value) -> VolumeObject {
        object("v", json!({ "spec": spec }))
    }

    #[test]
    fn a_volume_is_kept_while_it_counts() {
        let mut volumes = Volumes::new();
        assert!(!Cache::apply(&mut volumes, volume(&json!({"nfs": {}}))));
        assert!(Cache::apply(
            &mut volumes,
            volume(&json!({"hostPath": {"path": "/a"}}))
        ));
        assert!(!Cache::apply(
            &mut volumes,
            volume(&json!({"hostPath": {"path": "/a"}, "capacity": {"storage": "2Gi"}}))
        ));
        assert!(Cache::apply(
            &mut volumes,
            volume(&json!({"hostPath": {"path": "/b"}}))
        ));
        assert!(Cache::apply(&mut volumes, volume(&json!({"nfs": {}}))));
        assert!(volumes.is_empty());
    }

    #[test]
    fn a_claim_is_followed_until_it_goes() {
        let mut claims = Claims::new();
        let claim = |spec: Value| object::<ClaimObject>("c", json!({ "spec": spec }));
        assert!(Cache::apply(&mut claims, claim(json!({}))));
        assert!(!Cache::apply(
            &mut claims,
            claim(json!({"volumeMode": "Block"}))
        ));
        assert_eq!(claims["team"]["c"], Claim::Waiting(None));
        assert!(Cache::apply(&mut claims, claim(json!({"volumeName": "v"}))));
        assert_eq!(claims["team"]["c"], Claim::Bound("v".to_owned()));
        assert!(Cache::remove(&mut claims, &claim(json!({}))));
        assert!(!Cache::remove(&mut claims, &claim(json!({}))));
        assert!(claims.is_empty(), "nor does its namespace stay");
    }

    #[test]
    fn a_class_is_followed_until_it_goes() {
        let mut classes = Classes::new();
        let class =
            |provisioner: &str| object::<ClassObject>("s", json!({"provisioner": provisioner}));
        assert!(Cache::apply(&mut classes, class("a")));
        assert!(!Cache::apply(&mut classes, class("a")));
        assert!(Cache::apply(&mut classes, class("b")));
        assert_eq!(classes["s"].provisioner, "b");
        assert!(Cache::remove(&mut classes, &class("b")));
        assert!(classes.is_empty());
    }
}

//! What is behind the volumes of a workload, over one small stock of objects written as in a manifest.

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

/// Objects of each kind; `-` is the namespace `team`.
fn stored() -> Stored {
    let mut stored = Stored::default();
    let affinity = json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]}});
    for (name, spec) in [
        ("path", json!({"hostPath": {"path": "/srv"}})),
        (
            "disk",
            json!({"local": {"path": "/mnt/d"}, "nodeAffinity": affinity}),
        ),
        (
            "zonal",
            json!({"csi": {"driver": "disk.csi.azure.com"}, "nodeAffinity": affinity}),
        ),
        ("share", json!({"nfs": {"path": "/", "server": "s"}})),
    ] {
        let volume = json!({"metadata": {"name": name}, "spec": spec});
        stored.add_volume(serde_json::from_value(volume).unwrap());
        let claim = json!({"metadata": {"name": name, "namespace": "team"}, "spec": {"volumeName": name, "storageClassName": "path"}});
        stored.add_claim(serde_json::from_value(claim).unwrap());
    }
    for (name, annotations, spec) in [
        ("waiting", json!({}), json!({"storageClassName": "path"})),
        ("no-class", json!({}), json!({"storageClassName": ""})),
        ("default", json!({}), json!({})),
        (
            "old",
            json!({"volume.beta.kubernetes.io/storage-class": "path"}),
            json!({}),
        ),
        ("lost", json!({}), json!({"volumeName": "gone"})),
        ("p-made", json!({}), json!({"volumeName": "disk"})),
    ] {
        let claim = json!({"metadata": {"name": name, "namespace": "team", "annotations": annotations}, "spec": spec});
        stored.add_claim(serde_json::from_value(claim).unwrap());
    }
    for (name, provisioner, mode, since) in [
        ("path", "rancher.io/local-path", "Immediate", ""),
        ("managed", "disk.csi.azure.com", "WaitForFirstConsumer", ""),
        ("older", "o", "", "2026-01-01T00:00:00Z"),
        ("newer", "n", "", "2026-02-01T00:00:00Z"),
        ("newest", "m", "", "2026-02-01T00:00:00Z"),
    ] {
        let mut class = json!({"metadata": {"name": name}, "provisioner": provisioner, "volumeBindingMode": mode});
        if !since.is_empty() {
            class["metadata"]["creationTimestamp"] = since.into();
            class["metadata"]["annotations"] =
                json!({"storageclass.kubernetes.io/is-default-class": "true"});
        }
        stored.add_class(serde_json::from_value(class).unwrap());
    }
    stored
}

/// What is behind the volumes, a word for each.
fn behind(kind: Kind, object: &Value) -> Vec<String> {
    let mut workload = Workload::parse(kind, &object.to_string()).unwrap();
    workload.namespace = "team".to_owned();
    let stored = stored();
    let volumes = stored.view().volumes_of(&workload);
    let in_words = |volume: &PodVolume| {
        let behind = match &volume.behind {
            Behind::Volume(name, _) => format!("volume {name}"),
            Behind::Class(name, _) => format!("class {name}"),
        };
        let claim = volume.claim.as_deref().unwrap_or("-");
        format!("{} {} {claim}: {behind}", volume.field, volume.name)
    };
    volumes.iter().map(in_words).collect()
}

#[rstest]
#[case::of_a_path("path", "volume path")]
#[case::of_a_disk("disk", "volume disk")]
#[case::bound_to_a_zone("zonal", "volume zonal")]
#[case::on_a_server("share", "")]
#[case::whose_volume_is_not_known("lost", "")]
#[case::not_known("nobody-s", "")]
#[case::not_bound_yet("waiting", "class path")]
#[case::not_bound_yet_as_of_old("old", "class path")]
#[case::of_no_class("no-class", "")]
#[case::of_the_default_class("default", "class newer")]
fn a_claim(#[case] claim: &str, #[case] expected: &str) {
    let source = json!({"claimName": claim});
    let volumes =
        json!([{"name": "x", "emptyDir": {}}, {"name": "v", "persistentVolumeClaim": source}]);
    let found = behind(Kind::Pod, &json!({"spec": {"volumes": volumes}}));
    let expected = match expected {
        "" => Vec::new(),
        words => vec![format!(
            "volumes[1].persistentVolumeClaim v {claim}: {words}"
        )],
    };
    assert_eq!(found, expected);
}

#[test]
fn a_claim_of_another_namespace_is_another() {
    let pod = json!({"spec": {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "path"}}]}});
    let mut workload = Workload::parse(Kind::Pod, &pod.to_string()).unwrap();
    workload.namespace = "other".to_owned();
    assert_eq!(stored().view().volumes_of(&workload), []);
}

#[test]
fn an_ephemeral_volume_is_of_its_class_until_its_claim_is_bound() {
    let template =
        |class: &str| json!({"volumeClaimTemplate": {"spec": {"storageClassName": class}}});
    let volumes = json!([
        {"name": "made", "ephemeral": template("path")}, {"name": "new", "ephemeral": template("path")},
        {"name": "other", "ephemeral": template("unheard-of")}, {"name": "empty", "ephemeral": {}}]);
    let spec = json!({"volumes": volumes});
    let pod = behind(
        Kind::Pod,
        &json!({"metadata": {"name": "p"}, "spec": spec.clone()}),
    );
    assert_eq!(
        pod,
        [
            "volumes[0].ephemeral made p-made: volume disk",
            "volumes[1].ephemeral new -: class path",
            "volumes[3].ephemeral empty -: class newer"
        ]
    );
    // Its pods have other names.
    let job = behind(
        Kind::Job,
        &json!({"metadata": {"name": "p"}, "spec": {"template": {"spec": spec}}}),
    );
    assert_eq!(job[0], "volumes[0].ephemeral made -: class path");
}

#[test]
fn a_stateful_set_has_the_claims_of_its_templates() {
    let template = |name: &str, class: &str| json!({"metadata": {"name": name}, "spec": {"storageClassName": class}});
    let replaced = json!([{"name": "data", "persistentVolumeClaim": {"claimName": "path"}}]);
    let spec = json!({"template": {"spec": {"volumes": replaced}},
                      "volumeClaimTemplates": [template("logs", "managed"), template("data", "path"), template("more", "unheard-of")]});
    let set = behind(Kind::StatefulSet, &json!({"spec": spec.clone()}));
    assert_eq!(
        set,
        [
            ".spec.volumeClaimTemplates[0] logs -: class managed",
            ".spec.volumeClaimTemplates[1] data -: class path"
        ]
    );
    // To any other kind the field means nothing, whatever it holds.
    let mut spec = spec;
    spec["volumeClaimTemplates"] = json!(7);
    let deployment = behind(Kind::Deployment, &json!({"spec": spec}));
    assert_eq!(
        deployment,
        ["volumes[0].persistentVolumeClaim data path: volume path"]
    );
}

#[rstest]
#[case("rancher.io/local-path", "Immediate", true)]
#[case("openebs.io/local", "WaitForFirstConsumer", true)]
#[case("kubernetes.io/no-provisioner", "WaitForFirstConsumer", true)]
#[case("kubernetes.io/no-provisioner", "Immediate", false)]
#[case("disk.csi.azure.com", "WaitForFirstConsumer", false)]
#[case("localdisk.csi.acstor.io", "WaitForFirstConsumer", false)]
fn a_class_is_of_the_node_by_its_provisioner(
    #[case] provisioner: &str,
    #[case] mode: &str,
    #[case] expected: bool,
) {
    let class =
        json!({"metadata": {"name": "c"}, "provisioner": provisioner, "volumeBindingMode": mode});
    let mut stored = Stored::default();
    stored.add_class(serde_json::from_value(class).unwrap());
    assert_eq!(stored.classes["c"].is_of_the_node(), expected);
}

#[test]
fn of_a_volume_only_what_counts_is_kept() {
    let stored = stored();
    let names: Vec<&str> = stored.volumes.keys().map(String::as_str).collect();
    assert_eq!(names, ["disk", "path", "zonal"]);
    assert_eq!(
        stored.volumes["path"],
        Volume {
            host: Some(HostVolume {
                what: "host path",
                path: "/srv".to_owned(),
                host_path_type: String::new(),
            }),
            affinity: None
        }
    );
}

#[test]
fn a_manifest_does_not_unbind_a_claim() {
    let claim = |spec: Value| {
        let mut stored = Stored::default();
        let claim = json!({"metadata": {"name": "c"}, "spec": spec});
        stored.add_claim(serde_json::from_value(claim).unwrap());
        stored
    };
    let mut cluster = claim(json!({"volumeName": "v"}));
    cluster.extend(claim(json!({"storageClassName": "s"})));
    assert_eq!(cluster.claims["default"]["c"], Claim::Bound("v".to_owned()));
    cluster.extend(claim(json!({"volumeName": "w"})));
    assert_eq!(cluster.claims["default"]["c"], Claim::Bound("w".to_owned()));
}

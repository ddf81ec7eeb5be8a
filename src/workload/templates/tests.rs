//! Which templates are found in an object, as what they are judged, and what is said of those that cannot be read.

use rstest::rstest;

use super::*;

/// Each template in a line: where it stands, as what it is judged, whether it uses the host's network; or what is wrong.
fn found(group: &str, kind: &str, object: &Value) -> Vec<String> {
    let templates = PodTemplates::built_in().of(group, kind, object).unwrap();
    templates
        .into_iter()
        .map(|template| match template {
            Ok(Templated { path, workload }) => format!(
                "{path} {} {}/{} {}",
                workload.kind, workload.namespace, workload.name, workload.spec.host_network
            ),
            Err(Unreadable { field, why }) => format!("{field}: {why}"),
        })
        .collect()
}

#[test]
fn the_built_in_list_is_sound() {
    let all = PodTemplates::built_in();
    let kinds: std::collections::BTreeSet<_> = all
        .iter()
        .map(|place| (&place.api_group, &place.kind))
        .collect();
    assert!(kinds.len() >= 12, "{kinds:?}");
    for place in all.iter() {
        let source = place.source.as_deref().unwrap_or_default();
        assert!(source.starts_with("https://"), "{}: {source}", place.kind);
        assert!(
            Kind::from_api(&place.api_group, &place.kind).is_none(),
            "{} is Kubernetes' own",
            place.kind
        );
        assert_ne!(place.judged_as, Kind::Pod);
    }
}

#[rstest]
#[case::one("argoproj.io", "Rollout", &json!({"metadata": {"name": "r", "namespace": "n"}, "spec": {"template": {"spec": {"hostNetwork": true}}}}), &["spec.template Deployment n/r true"])]
#[case::elsewhere("argoproj.io", "Rollout", &json!({"spec": {"workloadRef": {"kind": "Deployment"}}}), &[])]
#[case::null("argoproj.io", "Rollout", &json!({"spec": {"template": null}}), &[])]
#[case::items("batch.volcano.sh", "Job", &json!({"metadata": {"name": "j"}, "spec": {"tasks": [{}, {"template": {}}, {"template": {"spec": {"hostNetwork": true}}}]}}), &["spec.tasks[1].template PodTemplate /j false", "spec.tasks[2].template PodTemplate /j true"])]
#[case::values("kubeflow.org", "PyTorchJob", &json!({"spec": {"pytorchReplicaSpecs": {"Master": {"template": {}}, "a.b": {"template": {}}}}}), &["spec.pytorchReplicaSpecs.Master.template PodTemplate / false", "spec.pytorchReplicaSpecs[a.b].template PodTemplate / false"])]
#[case::two_places("ray.io", "RayCluster", &json!({"spec": {"headGroupSpec": {"template": {}}, "workerGroupSpecs": [{"template": {}}]}}), &["spec.headGroupSpec.template PodTemplate / false", "spec.workerGroupSpecs[0].template PodTemplate / false"])]
#[case::unreadable("argoproj.io", "Rollout", &json!({"spec": {"template": {"spec": {"hostNetwork": 7}}}}), &["spec.template.spec.hostNetwork: invalid type: integer `7`, expected a boolean"])]
#[case::one_of_two_unreadable("batch.volcano.sh", "Job", &json!({"spec": {"tasks": [{"template": {"spec": {"volumes": 7}}}, {"template": {}}]}}), &["spec.tasks[0].template.spec.volumes: invalid type: integer `7`, expected a sequence", "spec.tasks[1].template PodTemplate / false"])]
fn templates_are_found(
    #[case] group: &str,
    #[case] kind: &str,
    #[case] object: &Value,
    #[case] expected: &[&str],
) {
    assert_eq!(found(group, kind, object), expected);
}

#[test]
fn claims_stand_beside_the_template() {
    let object =
        json!({"spec": {"template": {}, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}});
    let templates = PodTemplates::built_in()
        .of("apps.kruise.io", "StatefulSet", &object)
        .unwrap();
    assert_eq!(
        templates[0]
            .as_ref()
            .unwrap()
            .workload
            .claim_templates
            .len(),
        1
    );
}

#[test]
fn other_kinds_hold_none() {
    let all = PodTemplates::built_in();
    assert!(all.of("apps", "Deployment", &json!({})).is_none());
    assert!(all.of("acme.io", "Rollout", &json!({})).is_none());
}

#[test]
fn what_is_added_comes_in_the_place_of_what_is_known() {
    let more: Vec<PodTemplate> = serde_saphyr::from_str(
        "[{apiGroup: acme.io, kind: App, path: spec.pods.*}, {apiGroup: ray.io, kind: RayCluster, path: spec.template, judgedAs: DaemonSet}]",
    )
    .unwrap();
    let all = PodTemplates::built_in().with(more);
    let object = json!({"spec": {"template": {}, "headGroupSpec": {"template": {}}, "pods": {"a": {}, "b": {}}}});
    let paths = |group, kind| -> Vec<String> {
        let templates = all.of(group, kind, &object).unwrap();
        templates
            .into_iter()
            .map(|template| template.unwrap().path)
            .collect()
    };
    assert_eq!(paths("acme.io", "App"), ["spec.pods.a", "spec.pods.b"]);
    assert_eq!(paths("ray.io", "RayCluster"), ["spec.template"]);
}

#[rstest]
#[case("spec.template", true)]
#[case("spec.tasks[*].template", true)]
#[case("*", true)]
#[case("", false)]
#[case("spec..template", false)]
#[case(".spec", false)]
#[case("spec[0].template", false)]
#[case("spec.[*]", false)]
#[case("spec.a*", false)]
fn a_path_is_keys_lists_and_maps(#[case] path: &str, #[case] is_good: bool) {
    assert_eq!(Path::try_from(path.to_owned()).is_ok(), is_good);
}

#[test]
fn fields_are_told_from_the_objects_root() {
    assert_eq!(
        at(
            "spec.tasks[1].template",
            Kind::PodTemplate,
            "template.spec.volumes[0].hostPath"
        ),
        "spec.tasks[1].template.spec.volumes[0].hostPath"
    );
    assert_eq!(
        at(
            "spec.jobTargetRef.template",
            Kind::Job,
            "spec.template.metadata.annotations[x]"
        ),
        "spec.jobTargetRef.template.metadata.annotations[x]"
    );
    assert_eq!(
        at(
            "spec.template",
            Kind::StatefulSet,
            "spec.volumeClaimTemplates[0]"
        ),
        "spec.volumeClaimTemplates[0]"
    );
}

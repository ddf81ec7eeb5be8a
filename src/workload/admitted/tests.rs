//! Tables of what each plugin adds. Everything is written as in a manifest; the outcome is the pod's node selector and tolerations in short.

use rstest::rstest;
use serde::Deserialize;

use super::*;

/// What stands around a template.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Around {
    /// The namespace's annotations, by the last part of their keys.
    annotations: BTreeMap<String, String>,
    /// RuntimeClasses.
    classes: RuntimeClasses,
}

/// `a=1 tolerates k=v:NoSchedule`, or the contradiction.
fn admitted(kind: Kind, around: &str, spec: &str) -> String {
    let around: Around = serde_saphyr::from_str(around).unwrap();
    let annotations = around.annotations.into_iter();
    let annotations = annotations.map(|(k, v)| (format!("scheduler.alpha.kubernetes.io/{k}"), v));
    let namespace = Namespace::new(BTreeMap::new(), &annotations.collect());
    assert!(namespace.complaints.is_empty(), "{namespace:?}");

    let mut workload = Workload::parse(kind, "{}").unwrap();
    workload.spec = serde_saphyr::from_str(spec).unwrap();
    let pod = match pod_of(&workload, &namespace, &around.classes) {
        Ok(pod) => pod.into_owned(),
        Err(contradiction) => return contradiction.to_string(),
    };
    // Again, over what came out.
    workload.spec = pod.clone();
    let again = pod_of(&workload, &namespace, &around.classes).unwrap();
    assert!(matches!(again, Cow::Borrowed(_)), "nothing is added twice");

    let selector = pod.node_selector.iter().map(|(k, v)| format!("{k}={v}"));
    let tolerations = pod.tolerations.iter().map(|toleration| {
        let field = |field: &Option<String>| field.clone().unwrap_or_default();
        let Toleration {
            key,
            operator,
            value,
            effect,
            ..
        } = toleration;
        let (key, operator) = (field(key), field(operator));
        let (value, effect) = (field(value), field(effect));
        format!("{key} {operator}{value}:{effect}")
    });
    let tolerations: Vec<String> = tolerations.collect();
    let mut words: Vec<String> = selector.collect();
    if !tolerations.is_empty() {
        words.push(format!("tolerates {}", tolerations.join(", ")));
    }
    words.join(" ")
}

/// `podnodeselector/admission.go`: merged, the pod's own stays.
#[rstest]
#[case("{annotations: {node-selector: 'b=2,a=1'}}", "{}", "a=1 b=2")]
#[case(
    "{annotations: {node-selector: 'b=2,a=1'}}",
    "{nodeSelector: {a: '1', c: '3'}}",
    "a=1 b=2 c=3"
)]
#[case(
    "{annotations: {node-selector: ''}}",
    "{nodeSelector: {c: '3'}}",
    "c=3"
)]
#[case(
    "{annotations: {node-selector: 'a='}}",
    "{nodeSelector: {a: ''}}",
    "a="
)]
#[case(
    "{annotations: {node-selector: 'a=1'}}",
    "{nodeSelector: {a: '2'}}",
    "the API server refuses its pods: nodeSelector a=2 contradicts a=1 of the namespace's annotation scheduler.alpha.kubernetes.io/node-selector; change one of the two"
)]
fn the_namespace_adds_a_node_selector(
    #[case] around: &str,
    #[case] spec: &str,
    #[case] expected: &str,
    #[values(Kind::Pod, Kind::Deployment, Kind::DaemonSet, Kind::CronJob)] kind: Kind,
) {
    assert_eq!(admitted(kind, around, spec), expected);
}

/// `podtolerationrestriction/admission.go`: added to the pod's own.
#[rstest]
#[case(r#"[{"key": "a", "value": "1"}]"#, "{}", "tolerates a 1:")]
#[case(
    r#"[{"key": "a", "value": "1"}]"#,
    "{tolerations: [{key: a, value: '1'}]}",
    "tolerates a 1:"
)]
#[case(
    r#"[{"key": "a", "value": "1"}]"#,
    "{tolerations: [{key: b, operator: Exists}]}",
    "tolerates b Exists:, a 1:"
)]
#[case(
    r#"[{"operator": "Exists"}]"#,
    "{tolerations: [{key: b, operator: Exists}]}",
    "tolerates b Exists:,  Exists:"
)]
#[case("", "{tolerations: [{key: b}]}", "tolerates b :")]
fn the_namespace_adds_tolerations(
    #[case] text: &str,
    #[case] spec: &str,
    #[case] expected: &str,
    #[values(Kind::Pod, Kind::Deployment, Kind::Job)] kind: Kind,
) {
    let around = format!("{{annotations: {{defaultTolerations: '{text}'}}}}");
    assert_eq!(admitted(kind, &around, spec), expected);
}

/// `extendedresourcetoleration/admission.go`, and `SetDefaults_Pod` in `pkg/apis/core/v1/defaults.go`, which makes limits requests.
#[rstest]
#[case(
    "{containers: [{resources: {requests: {nvidia.com/gpu: 1}}}]}",
    "tolerates nvidia.com/gpu Exists:NoSchedule"
)]
#[case(
    "{containers: [{resources: {limits: {nvidia.com/gpu: 1}}}]}",
    "tolerates nvidia.com/gpu Exists:NoSchedule"
)]
#[case(
    "{initContainers: [{resources: {limits: {nvidia.com/gpu: 0}}}]}",
    "tolerates nvidia.com/gpu Exists:NoSchedule"
)]
#[case(
    "{containers: [{resources: {requests: {b.com/x: 1, cpu: 1}}}, {resources: {requests: {a.com/x: 1}, limits: {b.com/x: 1}}}]}",
    "tolerates a.com/x Exists:NoSchedule, b.com/x Exists:NoSchedule"
)]
#[case(
    "{ephemeralContainers: [{resources: {requests: {nvidia.com/gpu: 1}}}]}",
    ""
)]
#[case(
    "{resources: {requests: {nvidia.com/gpu: 1}}, overhead: {nvidia.com/gpu: 1}}",
    ""
)]
#[case(
    "{containers: [{resources: {requests: {cpu: 1, hugepages-2Mi: 2Mi, kubernetes.io/x: 1}}}]}",
    ""
)]
#[case(
    "{tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}], containers: [{resources: {limits: {nvidia.com/gpu: 1}}}]}",
    "tolerates nvidia.com/gpu Exists:NoSchedule"
)]
fn who_asks_for_a_device_tolerates_its_taint(
    #[case] spec: &str,
    #[case] expected: &str,
    #[values(Kind::Pod, Kind::Deployment, Kind::StatefulSet)] kind: Kind,
) {
    assert_eq!(admitted(kind, "{}", spec), expected);
}

/// `runtimeclass/admission.go`.
#[rstest]
#[case("{runtimeClassName: r}", "a=1 tolerates t Exists:")]
#[case(
    "{runtimeClassName: r, nodeSelector: {a: '1', b: '2'}, tolerations: [{key: u}]}",
    "a=1 b=2 tolerates u :, t Exists:"
)]
#[case("{runtimeClassName: plain}", "")]
#[case("{runtimeClassName: unknown}", "")]
#[case("{runtimeClassName: null}", "")]
#[case("{}", "")]
#[case(
    "{runtimeClassName: r, nodeSelector: {a: '2'}}",
    "the API server refuses its pods: nodeSelector a=2 contradicts a=1 of RuntimeClass r; change one of the two"
)]
fn a_runtime_class_adds_its_scheduling(
    #[case] spec: &str,
    #[case] expected: &str,
    #[values(Kind::Pod, Kind::Deployment, Kind::ReplicaSet)] kind: Kind,
) {
    let around = "{classes: {r: {nodeSelector: {a: '1'}, tolerations: [{key: t, operator: Exists}]}, plain: {}}}";
    assert_eq!(admitted(kind, around, spec), expected);
}

/// `AllOrderedPlugins` in `pkg/kubeapiserver/options/plugins.go`.
#[test]
fn the_namespace_comes_before_the_runtime_class() {
    let around = "{annotations: {node-selector: 'a=1', defaultTolerations: '[{\"key\": \"n\"}]'},
                   classes: {r: {nodeSelector: {b: '2'}, tolerations: [{key: t}]}, other: {nodeSelector: {a: '2'}}}}";
    let spec = "{runtimeClassName: r, containers: [{resources: {limits: {d.com/x: 1}}}]}";
    assert_eq!(
        admitted(Kind::Deployment, around, spec),
        "a=1 b=2 tolerates n :, d.com/x Exists:NoSchedule, t :"
    );
    assert_eq!(
        admitted(Kind::Deployment, around, "{runtimeClassName: other}"),
        "the API server refuses its pods: nodeSelector a=1 contradicts a=2 of RuntimeClass other; change one of the two"
    );
}

/// `NodeShouldRunDaemonPod` in `pkg/controller/daemon/daemon_controller.go` asks the template for what it tolerates, before any admission.
#[test]
fn a_daemon_set_is_narrowed_and_never_widened() {
    let around = "{annotations: {node-selector: 'a=1', defaultTolerations: '[{\"key\": \"n\"}]'},
                   classes: {r: {nodeSelector: {b: '2'}, tolerations: [{key: t}]}}}";
    let spec = "{runtimeClassName: r, containers: [{resources: {limits: {d.com/x: 1}}}], tolerations: [{key: own}]}";
    assert_eq!(
        admitted(Kind::DaemonSet, around, spec),
        "a=1 b=2 tolerates own :"
    );
}

//! Claims: whose volumes are of the node's own file system, and keep pods on some nodes.

use hostfit::decision::Decision;
use hostfit::judge::binding::{Asked, AtMost, ask, judge as judge_on_node};
use hostfit::judge::judge;
use hostfit::storage::Stored;
use rstest::rstest;
use serde_json::{Value, json};

use super::bindings::{bind, stored};
use super::world::{create, create_pod, message, update, verdict, with_storage};

/// A claim of namespace `team` for each volume, with its name; and two classes.
fn storage() -> Stored {
    let mut storage = Stored::default();
    for (name, spec) in [
        ("usr", json!({"hostPath": {"path": "/usr/share/x/"}})),
        ("var", json!({"hostPath": {"path": "/var/log"}})),
        (
            "disk-a",
            json!({"local": {"path": "/usr/disk"}, "nodeAffinity": on("a")}),
        ),
        (
            "disk-u",
            json!({"local": {"path": "/mnt/disk"}, "nodeAffinity": on("u")}),
        ),
        ("zonal-a", json!({"csi": {}, "nodeAffinity": on("a")})),
        (
            "nowhere",
            json!({"local": {"path": "/usr"}, "nodeAffinity": on("gone")}),
        ),
    ] {
        let volume = json!({"metadata": {"name": format!("pv-{name}")}, "spec": spec});
        storage.add_volume(serde_json::from_value(volume).unwrap());
        let claim = json!({"metadata": {"name": name, "namespace": "team"}, "spec": {"volumeName": format!("pv-{name}")}});
        storage.add_claim(serde_json::from_value(claim).unwrap());
    }
    for (name, provisioner) in [
        ("path", "rancher.io/local-path"),
        ("managed", "disk.csi.azure.com"),
    ] {
        let class = json!({"metadata": {"name": name}, "provisioner": provisioner});
        storage.add_class(serde_json::from_value(class).unwrap());
        let claim = json!({"metadata": {"name": format!("new-{name}"), "namespace": "team"}, "spec": {"storageClassName": name}});
        storage.add_claim(serde_json::from_value(claim).unwrap());
    }
    storage
}

fn on(pool: &str) -> Value {
    let expression =
        json!({"key": "kubernetes.azure.com/agentpool", "operator": "In", "values": [pool]});
    json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}})
}

/// A pod spec on a pool (`""`: anywhere) whose container mounts this claim.
fn claiming(pool: &str, claim: &str) -> Value {
    let mut spec = json!({"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": claim}}],
                          "containers": [{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/data"}]}]});
    if !pool.is_empty() {
        spec["nodeSelector"] = json!({"kubernetes.azure.com/agentpool": pool});
    }
    spec
}

fn decide(config: &str, review: &Value) -> Decision {
    let storage = storage();
    with_storage(config, storage.view(), review, |review, world| {
        judge(review, world).unwrap()
    })
}

#[test]
fn a_claim_of_a_host_path_is_refused_as_the_path_would_be() {
    let decision = decide("{}", &create_pod(&claiming("a", "usr")));
    insta::assert_snapshot!(message(&decision), @r#"pod team/p does not fit Azure Container Linux (pool a, 2 nodes): host-volume: volume "v" is claim usr, bound to pv-usr, the host path /usr/share/x, mounted read-write in container "c", and /usr is read-only there, so if it is missing it cannot be made. To fix it: claim a volume that is not of the node, such as a disk or a file share by a StorageClass of a CSI driver; or run it on a node pool with a general purpose OS"#);
    insta::assert_yaml_snapshot!(decision.audit, @r#"
    decision: deny
    findings: "host-volume at-risk spec.volumes[0].persistentVolumeClaim"
    placement: immutable 2/2
    "#);
}

#[rstest]
#[case::read_only_there("usr", "spec.volumes[0].persistentVolumeClaim at-risk")]
#[case::writable_there("var", "spec.volumes[0].persistentVolumeClaim note")]
#[case::of_a_disk_in_a_read_only_place("disk-a", "spec.volumes[0].persistentVolumeClaim at-risk")]
#[case::not_of_the_node("zonal-a", "")]
#[case::to_come_of_the_node("new-path", "spec.volumes[0].persistentVolumeClaim note")]
#[case::to_come_of_a_service("new-managed", "")]
#[case::unknown("unheard-of", "")]
fn it_is_as_bad_as_its_volume(#[case] claim: &str, #[case] expected: &str) {
    let decision = decide("{}", &create_pod(&claiming("a", claim)));
    assert_eq!(found(&decision), expected);
    let compatible = decide("strictness: compatible", &create_pod(&claiming("a", claim)));
    let warned = expected.ends_with("at-risk");
    assert_eq!(verdict(&compatible), if warned { "warn" } else { "allow" });
}

/// The only finding, if there is one.
fn found(decision: &Decision) -> String {
    let words = decision.findings.iter().map(|judged| {
        let finding = &judged.finding;
        assert_eq!(finding.rule, "host-volume");
        format!("{} {}", finding.field, finding.severity.as_str())
    });
    words.collect::<Vec<_>>().join(", ")
}

#[rstest]
#[case::to_immutable_nodes("disk-a", "deny")]
#[case::to_general_nodes("disk-u", "allow")]
#[case::to_nodes_that_are_gone("nowhere", "allow")]
#[case::nowhere_in_particular("usr", "warn")]
fn the_volume_narrows_the_nodes(#[case] claim: &str, #[case] expected: &str) {
    assert_eq!(
        verdict(&decide("{}", &create_pod(&claiming("", claim)))),
        expected
    );
}

/// A volume of no node at all still says where the pod will be, and so what its other volumes are there.
#[rstest]
#[case("zonal-a", "deny")]
#[case("new-managed", "warn")]
fn a_volume_narrows_the_nodes_for_the_whole_pod(#[case] claim: &str, #[case] expected: &str) {
    let mut spec = claiming("", claim);
    let host_path = json!({"name": "h", "hostPath": {"path": "/usr/bin"}});
    spec["volumes"].as_array_mut().unwrap().push(host_path);
    assert_eq!(verdict(&decide("{}", &create_pod(&spec))), expected);
}

#[test]
fn a_claim_that_is_mounted_read_only_is_read() {
    let mut spec = claiming("a", "usr");
    spec["volumes"][0]["persistentVolumeClaim"]["readOnly"] = true.into();
    let decision = decide("{}", &create_pod(&spec));
    let detail = &decision.findings[0].finding.detail;
    assert!(
        detail.ends_with("mounted read-only in container \"c\""),
        "{detail}"
    );
}

#[test]
fn templates_of_claims_are_warned_of_by_their_class() {
    let template = |name: &str, class: &str| json!({"metadata": {"name": name}, "spec": {"storageClassName": class}});
    let templates = [template("logs", "managed"), template("v", "path")];
    let pod = json!({"nodeSelector": {"kubernetes.azure.com/agentpool": "a"},
                     "containers": [{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/data"}]}]});
    let set = json!({"metadata": {"name": "db"}, "spec": {"template": {"spec": pod}, "volumeClaimTemplates": templates}});
    let decision = decide("{}", &create("StatefulSet", &set));
    assert_eq!(found(&decision), "spec.volumeClaimTemplates[1] note");
    insta::assert_yaml_snapshot!(decision.warnings, @r#"- "hostfit: host-volume: volume \"v\" is a claim of StorageClass path (rancher.io/local-path), which gives out paths of the node, mounted read-write in container \"c\"; all 2 candidate nodes are Azure Container Linux (pool a)""#);
}

#[test]
fn an_ephemeral_volume_is_refused_by_its_class() {
    let mut spec = claiming("a", "");
    let template = json!({"spec": {"storageClassName": "path"}});
    spec["volumes"][0] = json!({"name": "v", "ephemeral": {"volumeClaimTemplate": template}});
    let decision = decide("{}", &create_pod(&spec));
    assert_eq!(
        (verdict(&decision), found(&decision).as_str()),
        ("deny", "spec.volumes[0].ephemeral note")
    );
}

#[test]
fn an_update_that_keeps_the_claim_makes_nothing_worse() {
    let old = json!({"metadata": {"name": "p"}, "spec": claiming("a", "usr")});
    let mut new = old.clone();
    new["spec"]["containers"][0]["image"] = "other".into();
    assert_eq!(verdict(&decide("{}", &update("Pod", &old, &new))), "allow");
}

#[test]
fn an_exemption_can_name_the_rule() {
    let config = "exemptions: [{name: e, reason: r, match: {names: [p]}, rules: [host-volume]}]";
    let decision = decide(config, &create_pod(&claiming("a", "usr")));
    assert_eq!(verdict(&decision), "allow");
    assert_eq!(decision.audit["exemption"], "e");
}

/// A pod whose claim was not bound when it came in, as with every class that waits for the pod.
#[rstest]
#[case::of_the_node("disk-a", "deny")]
#[case::not_of_the_node("zonal-a", "allow")]
fn a_binding_is_judged_by_the_volume_that_the_claim_got(
    #[case] claim: &str,
    #[case] expected: &str,
) {
    let storage = storage();
    let review = bind("a-0");
    let pod = stored(&claiming("", claim)).to_string();
    let decision = with_storage("{}", storage.view(), &review, |review, world| {
        let Asked::Pod(binding) = ask(review, world).unwrap() else {
            panic!("its node is immutable");
        };
        judge_on_node(review, &binding, &pod, world, AtMost::Deny).unwrap()
    });
    assert_eq!(verdict(&decision), expected);
}

//! `values.schema.json` refuses what the chart does not know, at every level, and passes what Helm itself adds.

use rstest::rstest;
use serde_json::Value;

use crate::helm::{chart, command, refusal, render};

#[rstest]
#[case::top("mod=\"audit\"", "additional properties 'mod' not allowed")]
#[case::nested(
    "image.name=\"x\"",
    "at '/image': additional properties 'name' not allowed"
)]
#[case::deep(
    "certificates.issuerRef.nam=\"x\"",
    "additional properties 'nam' not allowed"
)]
#[case::in_a_list(
    r#"exemptions=[{"name":"a","reason":"b","match":{"users":["c"]},"rules":["host-pid"],"until":"2027-01-31"}]"#,
    "additional properties 'until' not allowed"
)]
#[case::in_a_match(
    r#"exemptions=[{"name":"a","reason":"b","match":{"namespace":["a"]},"rules":["host-pid"]}]"#,
    "additional properties 'namespace' not allowed"
)]
#[case::enumeration(
    "mode=\"warn\"",
    "at '/mode': value must be one of 'enforce', 'audit', 'off'"
)]
#[case::yaml_off_is_a_boolean("mode=false", "at '/mode'")]
#[case::bindings("bindings.mode=false", "at '/bindings/mode'")]
#[case::rules("rules.hostVolume=\"yes\"", "at '/rules/hostVolume'")]
#[case::rule("rules.hostPath=true", "additional properties 'hostPath' not allowed")]
#[case::reason_is_required(
    r#"exemptions=[{"name":"a"}]"#,
    "missing properties 'reason', 'match', 'rules'"
)]
#[case::date(
    r#"exemptions=[{"name":"a","reason":"b","match":{"users":["c"]},"rules":["host-pid"],"expires":"soon"}]"#,
    "at '/exemptions/0/expires'"
)]
#[case::in_a_pool(
    r#"pools=[{"name":"a","os":"flatcar","label":{}}]"#,
    "additional properties 'label' not allowed"
)]
#[case::os_is_required(r#"pools=[{"name":"a"}]"#, "missing property 'os'")]
#[case::effect(
    r#"pools=[{"name":"a","os":"flatcar","taints":[{"key":"k","effect":"Never"}]}]"#,
    "at '/pools/0/taints/0/effect'"
)]
#[case::replicas("replicas=0", "at '/replicas'")]
#[case::timeout("timeoutSeconds=31", "at '/timeoutSeconds'")]
#[case::digest("image.digest=\"latest\"", "at '/image/digest'")]
#[case::namespace("excludedNamespaces=[\"team-*\"]", "at '/excludedNamespaces/0'")]
#[case::bundle("certificates.caBundle=\"LS0tLS1\"", "at '/certificates/caBundle'")]
fn refuses(#[case] setting: &str, #[case] sentence: &str) {
    let message = refusal(&[setting]);
    assert!(
        message.contains(sentence),
        "{sentence:?} is not in: {message}"
    );
}

/// A chart that depends on this one passes `global` down, asked or not.
#[test]
fn passes_what_helm_adds() {
    render(&["global={\"region\":\"westeurope\"}"]);
}

/// An object that forgets `additionalProperties: false` would swallow a misspelt key. Objects of Kubernetes' own are the API server's.
#[test]
fn every_object_is_closed() {
    let text = std::fs::read_to_string(chart().join("values.schema.json")).unwrap();
    let mut open = Vec::new();
    find_open(&serde_json::from_str(&text).unwrap(), "", &mut open);
    assert_eq!(
        open,
        [
            "/properties/affinity",
            "/properties/global",
            "/properties/resources",
            "/properties/tolerations/items",
        ]
    );
}

fn find_open(schema: &Value, path: &str, open: &mut Vec<String>) {
    if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
        open.push(path.to_owned());
    }
    if let Value::Object(fields) = schema {
        for (key, value) in fields {
            find_open(value, &format!("{path}/{key}"), open);
        }
    }
    open.sort();
}

#[test]
fn lints() {
    let output = command("helm")
        .args(["lint", "--strict"])
        .arg(chart())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

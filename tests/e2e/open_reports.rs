//! Reports as objects: a cluster that knows `openreports.io` takes them, field by field.

use super::cluster::{Namespace, kubectl, run};
use super::manifests::{Use, spec, workload};

const DEFINITION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/openreports.yaml");

/// The definition in the API server. Taken away when this is dropped.
struct Definition;

impl Definition {
    fn installed() -> Self {
        kubectl(&["apply", "-f", DEFINITION]).ok();
        let definition = Self;
        let established = ["wait", "--for=condition=Established", "--timeout=60s"];
        kubectl(&[&established[..], &["-f", DEFINITION]].concat()).ok();
        definition
    }
}

impl Drop for Definition {
    fn drop(&mut self) {
        kubectl(&["delete", "--wait=false", "-f", DEFINITION]);
    }
}

#[test]
fn reports_are_taken_as_objects() {
    let namespace = Namespace::new();
    let _definition = Definition::installed();
    let objects = [Use::Path("/usr/bin"), Use::None].map(|used| {
        let kind = match used {
            Use::None => "Deployment",
            _ => "DaemonSet",
        };
        let mut object = workload(kind, &spec("", used));
        object["metadata"]["namespace"] = namespace.0.clone().into();
        object.to_string()
    });
    let check = |objects: &str| {
        let arguments = ["check", "-", "-oopenreports", "--fail-on=never"];
        run(env!("CARGO_BIN_EXE_hostfit"), &arguments, objects).ok()
    };
    let apply = |list: &str| {
        let strict = ["apply", "--validate=strict", "-f", "-"];
        run("kubectl", &strict, list).ok().silent()
    };
    let outcomes = || {
        let reports = namespace.kubectl(&["get", "reports", "-o=json"]).json();
        let reports = reports["items"].as_array().unwrap().iter();
        let mut outcomes: Vec<String> = reports
            .map(|report| {
                let (scope, summary) = (&report["scope"], &report["summary"]);
                format!(
                    "{} {} fails, {} passes",
                    scope["kind"], summary["fail"], summary["pass"]
                )
            })
            .collect();
        outcomes.sort();
        outcomes
    };
    apply(&check(&objects.join("\n")).stdout);
    assert_eq!(
        outcomes(),
        [
            r#""DaemonSet" 1 fails, 0 passes"#,
            r#""Deployment" 0 fails, 1 passes"#
        ]
    );

    // What fits now takes the place of the report that it did not.
    let mut mended: serde_json::Value = serde_json::from_str(&objects[0]).unwrap();
    mended["spec"]["template"]["spec"] = spec("", Use::None);
    apply(&check(&mended.to_string()).stdout);
    assert_eq!(
        outcomes(),
        [
            r#""DaemonSet" 0 fails, 1 passes"#,
            r#""Deployment" 0 fails, 1 passes"#
        ]
    );
}

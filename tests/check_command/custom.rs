//! Custom resources that make pods: by the list that is built in, and by the configuration.

use crate::run::Folder;

const MANIFESTS: &str = "
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      hostNetwork: true
---
apiVersion: batch.volcano.sh/v1alpha1
kind: Job
metadata: {name: train}
spec:
  tasks:
  - {name: master, template: {spec: {}}}
  - name: worker
    template:
      metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: runtime/default}}
      spec:
        containers: [{name: c, image: c}]
        volumes: [{name: cache, hostPath: {path: /var/cache}}]
---
apiVersion: apps.kruise.io/v1alpha1
kind: DaemonSet
metadata: {name: agent}
spec: {template: {spec: {hostPID: true}}}
---
apiVersion: acme.io/v1
kind: App
metadata: {name: a}
spec: {pods: {one: {spec: {hostIPC: true}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: elsewhere}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: broken}
spec:
  template:
    spec:
      hostPID: perhaps
";

#[test]
fn their_templates_are_judged_as_pods_of_theirs() {
    let folder = Folder::with(&[("m.yaml", MANIFESTS)]);
    let outcome = folder.check(&["m.yaml", "--os=flatcar"]);
    insta::assert_snapshot!("custom", outcome.whole());
    let report = folder.check(&["m.yaml", "--os=flatcar", "-ojson"]).json();
    let finding = &report["workloads"][2]["findings"][0];
    assert_eq!(
        finding["field"],
        "spec.tasks[1].template.spec.volumes[0].hostPath"
    );
    assert_eq!(
        finding["source"],
        serde_json::json!({"file": "m.yaml", "line": 21, "column": 43})
    );
    assert_eq!(
        report["workloads"][2]["apiVersion"],
        "batch.volcano.sh/v1alpha1"
    );
}

#[test]
fn the_configuration_names_more() {
    let head = "apiVersion: hostfit.dev/v1\nkind: Config\npodTemplates:\n";
    let folder = Folder::with(&[
        ("m.yaml", MANIFESTS),
        (
            "config.yaml",
            &format!(
                "{head}- {{apiGroup: acme.io, kind: App, path: spec.pods.*, judgedAs: DaemonSet}}\n"
            ),
        ),
        (
            "path.yaml",
            &format!("{head}- {{apiGroup: acme.io, kind: App, path: spec..pods}}\n"),
        ),
        (
            "ours.yaml",
            &format!("{head}- {{apiGroup: apps, kind: Deployment, path: spec.template}}\n"),
        ),
        (
            "pod.yaml",
            &format!("{head}- {{apiGroup: acme.io, kind: App, path: spec, judgedAs: Pod}}\n"),
        ),
        (
            "key.yaml",
            &format!("{head}- {{group: acme.io, kind: App, path: spec}}\n"),
        ),
    ]);
    let outcome = folder.check(&["m.yaml", "--os=flatcar", "--config=config.yaml"]);
    insta::assert_snapshot!("configured", outcome.whole());
    let wrong: Vec<String> = ["path", "ours", "pod", "key"]
        .iter()
        .map(|name| {
            folder
                .check(&["m.yaml", &format!("--config={name}.yaml")])
                .whole()
        })
        .collect();
    insta::assert_snapshot!("wrong_templates", wrong.join(""));
}

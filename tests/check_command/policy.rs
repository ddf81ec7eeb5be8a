//! The configuration holds as it does in the webhook.

use crate::run::Folder;

const CONFIG: &str = "
apiVersion: hostfit.dev/v1
kind: Config
excludedNamespaces: [kube-system]
namespaces:
  - {names: [audited], mode: audit}
  - {names: [silent], mode: off}
  - {names: [lenient], strictness: compatible}
exemptions:
  - {name: by-name, reason: known, match: {names: [exempt]}, rules: [host-network]}
  - {name: by-group, reason: nobody is known to be in it, match: {names: [grouped], groups: [ops]}, rules: [host-network]}
  - {name: past, reason: over, expires: 2020-01-31, match: {names: [late]}, rules: [host-network]}
  - {name: of-daemon-sets, reason: known, match: {kinds: [DaemonSet]}, rules: [host-network]}
";

fn pod(namespace: &str, name: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}}}, spec: {{hostNetwork: true}}}}\n---\n"
    )
}

/// As `kubectl get pods -o yaml` shows it: made by a controller.
const OWNED: &str = "{apiVersion: v1, kind: Pod, metadata: {name: owned, ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: d, uid: u, controller: true}]}, spec: {hostNetwork: true}}\n---\n";
const LABELLED: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: labelled, labels: {hostfit.dev/mode: audit}}}\n---\n";

#[test]
fn nothing_is_exempt_but_what_the_configuration_exempts() {
    let pods = [
        ("default", "plain"),
        ("kube-system", "excluded"),
        ("audited", "p"),
        ("silent", "p"),
        ("lenient", "p"),
        ("labelled", "p"),
        ("default", "exempt"),
        ("default", "grouped"),
        ("default", "late"),
    ];
    let mut manifest: String = pods
        .iter()
        .map(|(namespace, name)| pod(namespace, name))
        .collect();
    manifest.push_str(OWNED);
    manifest.push_str(LABELLED);
    let folder = Folder::with(&[("config.yaml", CONFIG), ("w.yaml", &manifest)]);
    insta::assert_snapshot!(folder.check(&["w.yaml", "--config=config.yaml"]).in_short(), @r"
    1
    w.yaml:1  Pod default/plain  deny  immutable: Azure Container Linux is assumed
    w.yaml:3  Pod kube-system/excluded  allow  immutable: Azure Container Linux is assumed; not judged: the configuration excludes its namespace
    w.yaml:5  Pod audited/p  warn  immutable: Azure Container Linux is assumed
    w.yaml:7  Pod silent/p  allow  immutable: Azure Container Linux is assumed; not judged: the mode of its namespace is off
    w.yaml:9  Pod lenient/p  allow  immutable: Azure Container Linux is assumed
    w.yaml:11  Pod labelled/p  warn  immutable: Azure Container Linux is assumed
    w.yaml:13  Pod default/exempt  allow  immutable: Azure Container Linux is assumed
    w.yaml:15  Pod default/grouped  deny  immutable: Azure Container Linux is assumed
    w.yaml:17  Pod default/late  deny  immutable: Azure Container Linux is assumed
    w.yaml:19  Pod default/owned  allow  immutable: Azure Container Linux is assumed
    10 workloads: 3 deny, 2 warn, 5 allow
    ");
    let without = folder.check(&["w.yaml"]);
    insta::assert_snapshot!(without.in_short(), @r"
    1
    w.yaml:1  Pod default/plain  deny  immutable: Azure Container Linux is assumed
    w.yaml:3  Pod kube-system/excluded  deny  immutable: Azure Container Linux is assumed
    w.yaml:5  Pod audited/p  deny  immutable: Azure Container Linux is assumed
    w.yaml:7  Pod silent/p  deny  immutable: Azure Container Linux is assumed
    w.yaml:9  Pod lenient/p  deny  immutable: Azure Container Linux is assumed
    w.yaml:11  Pod labelled/p  warn  immutable: Azure Container Linux is assumed
    w.yaml:13  Pod default/exempt  deny  immutable: Azure Container Linux is assumed
    w.yaml:15  Pod default/grouped  deny  immutable: Azure Container Linux is assumed
    w.yaml:17  Pod default/late  deny  immutable: Azure Container Linux is assumed
    w.yaml:19  Pod default/owned  deny  immutable: Azure Container Linux is assumed
    10 workloads: 9 deny, 1 warn
    ");
    let report = folder
        .check(&["w.yaml", "--config=config.yaml", "-ojson"])
        .json();
    assert_eq!(
        report["workloads"][6]["findings"][0]["exemption"],
        "by-name"
    );
}

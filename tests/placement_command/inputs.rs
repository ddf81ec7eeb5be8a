//! What it reads, what it cannot read, and what it makes of the rest.

use crate::run::Folder;

/// A manifest with nearly everything wrong that can be.
const NASTY: &[u8] = b"# Something that is fine comes first.
apiVersion: v1
kind: Pod
metadata: {name: one}
---
apiVersion: v1
kind: ConfigMap
data:
  script: |
    ---
    kind: not a document
---
apiVersion: v1
kind: Pod
metadata:
  name: two
  labels: [
spec: {}
---
apiVersion: v1
kind: Pod
metadata: {name: three}
spec:
  hostNetwork: [maybe]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: four, name: five}
spec:
  template:
    spec:
      volumes: [{name: x, configMap: {name: x, defaultMode: 0644}}]
      nodeSelector: &acl {agentpool: acl1}
      nodeSelector: {<<: *acl, kubernetes.azure.com/mode: user}
---
\xff\xfe
---
{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"six\"}}
{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": seven}}
{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"eight\"}}
";

#[test]
fn what_is_wrong_takes_nothing_with_it() {
    let folder = Folder::with(&[]);
    folder.write("nasty.yaml", NASTY);
    let outcome = folder.placement(&["nasty.yaml", "--nodes=nodes.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    warning: nasty.yaml:26: metadata.name stands there more than once; the last one holds
    warning: nasty.yaml:26: spec.template.spec.nodeSelector stands there more than once; the last one holds
    error: nasty.yaml:17:11: unclosed bracket '['
    error: nasty.yaml:24:16: Pod three: spec.hostNetwork: invalid type: sequence, expected a boolean
    error: nasty.yaml:36:1: it is no text: this byte is not UTF-8
    error: nasty.yaml:39:58: expected value
    Pod default/one  nasty.yaml:2
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    DaemonSet default/five  nasty.yaml:26
    immutable: it runs on 3 of 6 nodes, each with an immutable OS
    Pod default/six  nasty.yaml:38
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    Pod default/eight  nasty.yaml:40
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    4 workloads: 1 immutable, 3 mixed; other kinds skipped: 1 ConfigMap; 4 errors
    ");
    let quiet = folder.placement(&["-q", "nasty.yaml", "--nodes=nodes.yaml"]);
    assert_eq!(quiet.stderr, outcome.errors());
    assert_eq!((quiet.code, quiet.stdout), (outcome.code, outcome.stdout));
}

#[test]
fn folders_are_read_whole_and_in_order() {
    let pod = |name: &str| format!("{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}}}");
    let folder = Folder::with(&[
        (
            "k8s/z.json",
            r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "z"}}"#,
        ),
        ("k8s/b/one.yml", &pod("b-one")),
        ("k8s/a.yaml", &pod("a")),
        ("k8s/notes.txt", "no manifest"),
        ("k8s/..data/a.yaml", &pod("again")),
        ("other.yaml", &pod("other")),
    ]);
    std::os::unix::fs::symlink("..", folder.path().join("k8s/loop")).unwrap();
    std::os::unix::fs::symlink("../other.yaml", folder.path().join("k8s/link.yaml")).unwrap();
    let outcome = folder.placement(&["k8s", "other.yaml", "--nodes=nodes.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    0
    Pod default/a  k8s/a.yaml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    Pod default/b-one  k8s/b/one.yml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    Pod default/other  k8s/link.yaml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    Pod default/z  k8s/z.json:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    Pod default/other  other.yaml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    5 workloads: 5 mixed
    ");
}

#[test]
fn standard_input_is_for_manifests_or_for_nodes() {
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}}";
    let nodes = std::fs::read_to_string("examples/nodes.yaml").unwrap();
    let folder = Folder::with(&[("p.yaml", pod)]);
    let from_files = folder.placement(&["p.yaml", "--nodes=nodes.yaml"]).ok();
    let manifests = folder
        .run_on(pod, &["placement", "-", "--nodes=nodes.yaml"])
        .ok();
    assert_eq!(
        manifests.replace("standard input:1", "p.yaml:1"),
        from_files
    );
    assert_eq!(
        folder
            .run_on(&nodes, &["placement", "p.yaml", "--nodes=-"])
            .ok(),
        from_files
    );
    // Nodes that stand among the manifests need nothing else.
    assert_eq!(folder.placement(&["p.yaml", "nodes.yaml"]).ok(), from_files);
}

#[test]
fn several_files_of_nodes_and_those_of_the_manifests_are_one_cluster() {
    let folder = Folder::with(&[
        (
            "p.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: p}}\n---\n{apiVersion: v1, kind: Node, metadata: {name: c}}",
        ),
        ("a.yaml", "{kind: Node, metadata: {name: a}}"),
        ("b.yaml", "{kind: NodeList, items: [{metadata: {name: b}}]}"),
    ]);
    let outcome = folder.placement(&["p.yaml", "--nodes=a.yaml", "--nodes=b.yaml", "-ojson"]);
    let report = outcome.json();
    let nodes = report["workloads"][0]["nodes"].as_array().unwrap();
    let names: Vec<&str> = nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn an_input_that_is_not_there_is_named_and_the_nearest_suggested() {
    let folder = Folder::with(&[
        (
            "agent.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: p}}",
        ),
        (
            "k8s/web.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: q}}",
        ),
    ]);
    let outcome = folder.placement(&[
        "agnet.yaml",
        "k8s/web.yml",
        "k9s",
        "nothing.yaml",
        "agent.yaml",
        "--nodes=nodes.yaml",
    ]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    error: agnet.yaml: No such file or directory (os error 2); it must be a file or folder that this process can read; did you mean agent.yaml?
    error: k8s/web.yml: No such file or directory (os error 2); it must be a file or folder that this process can read; did you mean k8s/web.yaml?
    error: k9s: No such file or directory (os error 2); it must be a file or folder that this process can read; did you mean k8s?
    error: nothing.yaml: No such file or directory (os error 2); it must be a file or folder that this process can read
    Pod default/p  agent.yaml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
    1 workload: 1 mixed; 4 errors
    ");
}

#[test]
fn what_cannot_be_asked_or_answered_is_one_line() {
    let folder = Folder::with(&[
        ("p.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}"),
        ("empty.yaml", ""),
        ("pods.yaml", "{kind: Pod, metadata: {name: p}}"),
        ("broken.yaml", "\nkind: ["),
    ]);
    let cases: [&[&str]; 12] = [
        &[],
        &["-", "-"],
        &["-", "--nodes=-"],
        &["p.yaml", "-ojsn"],
        &["p.yaml", "-ojson="],
        &["p.yaml", "-ojson", "-otable"],
        &["p.yaml", "--nodes=nodes.yaml", "--context=c"],
        &["p.yaml", "--nodes=nodes.yaml", "--as=u"],
        &["p.yaml"],
        &["p.yaml", "--nodes=none.yaml"],
        &["p.yaml", "--nodes=broken.yaml"],
        &["p.yaml", "--nodes=nodes.yaml", "-ojson=none/out.json"],
    ];
    let mut lines = Vec::new();
    for case in cases {
        let outcome = folder.placement(case);
        assert_eq!(
            (outcome.stdout.as_str(), outcome.stderr.lines().count()),
            ("", 1),
            "{}",
            outcome.stderr
        );
        lines.push(format!("{}: {}", outcome.code, outcome.stderr.trim_end()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    2: error: the following required arguments were not provided: <FILE|DIR|->...; see --help
    2: error: standard input can be read only once: give - once; see --help
    2: error: standard input can be read only once: give - once; see --help
    2: error: invalid value 'jsn' for '--output <FORMAT[=PATH]>': it must be one of table, json, and a file may follow, as in json=FILE; did you mean json?; see --help
    2: error: invalid value 'json=' for '--output <FORMAT[=PATH]>': there is no file after the =; see --help
    2: error: only one --output can go to standard output: give the others a file, as in json=FILE; see --help
    2: error: the argument '--nodes <FILE>' cannot be used with '--context <NAME>'; see --help
    2: error: the argument '--nodes <FILE>' cannot be used with '--as <NAME>'; see --help
    3: error: no cluster: this is no pod (failed to read an incluster environment variable: environment variable not found), and the kubeconfig cannot be used: failed to read kubeconfig from '"/nonexistent/.kube/config"': No such file or directory (os error 2); give --kubeconfig FILE, or give --nodes FILE
    2: error: none.yaml: No such file or directory (os error 2); give --nodes a file that this process can read
    2: error: broken.yaml:2:7: unclosed bracket '['; write it with kubectl get nodes -o yaml
    2: error: none/out.json: No such file or directory (os error 2); give --output a file that this process can write
    "#);
}

#[test]
fn without_a_node_nothing_can_be_said() {
    let folder = Folder::with(&[
        ("p.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}"),
        (
            "pods.yaml",
            "{apiVersion: v1, kind: Pod, metadata: {name: q}}",
        ),
    ]);
    let outcome = folder.placement(&["p.yaml", "--nodes=pods.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    error: pods.yaml: item 0 is left out: it is a Pod, not a Node
    error: no node is known, so nothing can be said; give --nodes FILE with what `kubectl get nodes -o yaml` prints
    ");
}

/// A reader who has seen enough, such as `head`, is no error.
#[test]
fn a_reader_may_go_away() {
    let pods = "---\n{apiVersion: v1, kind: Pod, metadata: {name: p}}\n".repeat(2000);
    let folder = Folder::with(&[("pods.yaml", &pods)]);
    let ended = folder.first_line(&["placement", "pods.yaml", "--nodes=nodes.yaml"]);
    assert_eq!(ended.ok(), "Pod default/p  pods.yaml:2\n");
}

/// What admission will add to the pods decides as well: it is told by Namespaces and RuntimeClasses among the manifests.
#[test]
fn namespaces_and_runtime_classes_of_the_manifests_count() {
    let folder = Folder::with(&[(
        "all.yaml",
        r#"
{apiVersion: v1, kind: Namespace, metadata: {name: team, annotations: {scheduler.alpha.kubernetes.io/node-selector: agentpool=acl1}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: odd, annotations: {scheduler.alpha.kubernetes.io/node-selector: "a "}}}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: kata}, handler: kata, scheduling: {nodeSelector: {agentpool: ubuntu}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: of-team, namespace: team}}
---
{apiVersion: v1, kind: Pod, metadata: {name: of-class}, spec: {runtimeClassName: kata}}
---
{apiVersion: v1, kind: Pod, metadata: {name: contradicts, namespace: team}, spec: {nodeSelector: {agentpool: ubuntu}}}
---
{apiVersion: v1, kind: Namespace, metadata: 7}
---
{apiVersion: node.k8s.io/v1, kind: RuntimeClass, scheduling: 7}
"#,
    )]);
    let outcome = folder.placement(&["all.yaml", "--nodes=nodes.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r#"
    2
    warning: all.yaml:4: namespace annotation scheduler.alpha.kubernetes.io/node-selector is ignored: "a " is no label of the form key=value, and it takes these with commas between them
    error: all.yaml:14:45: Namespace without a name: metadata: invalid type: integer `7`, expected ObjectMeta
    error: all.yaml:16:62: RuntimeClass without a name: scheduling: invalid type: integer `7`, expected Scheduling
    Pod team/of-team  all.yaml:8
    immutable: it can land on 3 of 6 nodes, each with an immutable OS
    Pod default/of-class  all.yaml:10
    general: it can land on 1 of 6 nodes, none with an immutable OS
    Pod team/contradicts  all.yaml:12
    unknown: it can land on none of 6 nodes
    3 workloads: 1 general, 1 immutable, 1 unknown; 2 errors
    "#);
    let reason = "the API server refuses its pods: nodeSelector agentpool=ubuntu contradicts agentpool=acl1 of the namespace's annotation";
    assert_eq!(
        outcome.stdout.matches(reason).count(),
        6,
        "{}",
        outcome.stdout
    );
}

const ODD: &str = "
{apiVersion: v1, kind: Node, metadata: {name: odd}, status: {nodeInfo: {osImage: Plan 9}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}}
";

#[test]
fn a_configuration_says_which_pools_and_operating_systems_there_are() {
    let config = "
operatingSystems: [{id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {osImage: ['Plan 9*']}}]
pools: [{name: to-come, os: plan9}]
";
    let folder = Folder::with(&[("odd.yaml", ODD), ("c.yaml", config)]);
    let shown = folder.placement(&["odd.yaml", "--config=c.yaml"]).ok();
    insta::assert_snapshot!(shown, @r"
    Pod default/p  odd.yaml:4
    immutable: it can land on 1 of 1 node, each with an immutable OS, and on a new node of pool to-come
      NODE           POOL     OS      FITS  REASON
      odd            -        Plan 9  yes
      (no node yet)  to-come  Plan 9  yes

    1 workload: 1 immutable
    ");
    // The same node from a file of nodes.
    let outcome = folder.placement(&["odd.yaml", "--config=c.yaml", "--nodes=odd.yaml"]);
    assert_eq!(
        outcome.stdout,
        shown.replace("1 immutable\n", "1 immutable; 1 error\n")
    );
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (
            2,
            "error: odd.yaml: item 1 is left out: it is a Pod, not a Node\n"
        )
    );
}

#[test]
fn a_configuration_that_cannot_be_used_is_an_error() {
    let config = "operatingSystems:\n- id: ubuntu\n  imutable: true\n";
    let folder = Folder::with(&[("odd.yaml", ODD), ("c.yaml", config)]);
    let of = |config: &str| folder.placement(&["odd.yaml", config]).in_short();
    insta::assert_snapshot!([of("--config=c.yaml"), of("--config=gone.yaml")].join("\n"), @r"
    2
    error: the configuration cannot be used: c.yaml: line 3, column 3: key imutable is not known, only id, title, kind, immutable, recognise, paths, appArmor, seLinux, features, lifeCycle; did you mean immutable?
    2
    error: the configuration cannot be used: gone.yaml: No such file or directory (os error 2); give --config a file that this process can read
    ");
}

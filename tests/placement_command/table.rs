//! What people see.

use crate::run::{Folder, on_examples};

const EXAMPLES: [&str; 3] = [
    "placement",
    "examples/workloads.yaml",
    "--nodes=examples/nodes.yaml",
];

#[test]
fn the_examples() {
    insta::assert_snapshot!(on_examples(&EXAMPLES).ok(), @r"
    Deployment shop/web  examples/workloads.yaml:2
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
      NODE                            POOL    OS                         FITS  REASON
      aks-acl1-31415926-vmss000000    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000001    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000002    acl1    Azure Container Linux      yes
      aks-guard-31415926-vmss000000   guard   Azure Linux with OS Guard  yes
      aks-ubuntu-31415926-vmss000000  ubuntu  Ubuntu                     yes
      aks-system-31415926-vmss000000  system  Ubuntu                     no    taint CriticalAddonsOnly=true:NoSchedule is not tolerated

    Pod default/installer  examples/workloads.yaml:15
    unknown: it can land on none of 6 nodes
      NODE                            POOL    OS                         FITS  REASON
      aks-acl1-31415926-vmss000000    acl1    Azure Container Linux      no    node selector agentpool=acl (it has agentpool=acl1)
      aks-acl1-31415926-vmss000001    acl1    Azure Container Linux      no    node selector agentpool=acl (it has agentpool=acl1)
      aks-acl1-31415926-vmss000002    acl1    Azure Container Linux      no    node selector agentpool=acl (it has agentpool=acl1)
      aks-guard-31415926-vmss000000   guard   Azure Linux with OS Guard  no    node selector agentpool=acl (it has agentpool=guard)
      aks-system-31415926-vmss000000  system  Ubuntu                     no    taint CriticalAddonsOnly=true:NoSchedule is not tolerated; node selector agentpool=acl (it has agentpool=system)
      aks-ubuntu-31415926-vmss000000  ubuntu  Ubuntu                     no    node selector agentpool=acl (it has agentpool=ubuntu)

    DaemonSet monitoring/agent  examples/workloads.yaml:24
    mixed: it runs on 2 of 6 nodes, 1 of them with an immutable OS
      NODE                            POOL    OS                         FITS  REASON
      aks-guard-31415926-vmss000000   guard   Azure Linux with OS Guard  yes
      aks-ubuntu-31415926-vmss000000  ubuntu  Ubuntu                     yes
      aks-acl1-31415926-vmss000000    acl1    Azure Container Linux      no    node affinity kubernetes.azure.com/os-sku NotIn [AzureContainerLinux] (it has kubernetes.azure.com/os-sku=AzureContainerLinux)
      aks-acl1-31415926-vmss000001    acl1    Azure Container Linux      no    node affinity kubernetes.azure.com/os-sku NotIn [AzureContainerLinux] (it has kubernetes.azure.com/os-sku=AzureContainerLinux)
      aks-acl1-31415926-vmss000002    acl1    Azure Container Linux      no    node affinity kubernetes.azure.com/os-sku NotIn [AzureContainerLinux] (it has kubernetes.azure.com/os-sku=AzureContainerLinux)
      aks-system-31415926-vmss000000  system  Ubuntu                     no    taint CriticalAddonsOnly=true:NoSchedule is not tolerated; node affinity kubernetes.azure.com/mode NotIn [system] (it has kubernetes.azure.com/mode=system)

    3 workloads: 2 mixed, 1 unknown; other kinds skipped: 1 Service
    ");
}

/// Forty nodes of one pool, a few of others.
/// One that a manifest says itself holds.
#[test]
fn a_manifest_that_says_no_namespace_gets_the_one_that_is_given() {
    let folder = Folder::with(&[(
        "p.yaml",
        "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: own}}\n",
    )]);
    let text = folder
        .placement(&["p.yaml", "--nodes=nodes.yaml", "-n", "team"])
        .ok();
    let subjects: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("Pod "))
        .collect();
    assert_eq!(subjects, ["Pod team/a  p.yaml:1", "Pod own/b  p.yaml:3"]);
}

fn nodes() -> String {
    let node = |pool: &str, index: usize, rest: &str| {
        format!(
            "{{kind: Node, metadata: {{name: {pool}-{index:02}, labels: {{agentpool: {pool}, kubernetes.azure.com/os-sku: Ubuntu}}}}{rest}}}"
        )
    };
    let taint = ", spec: {taints: [{key: dedicated, value: big, effect: NoSchedule}]}";
    let big = (0..40).map(|index| node("big", index, taint));
    let small = (0..5).map(|index| node("small", index, ""));
    let many = (0..6).map(|index| node("many", index, ""));
    let items: Vec<String> = big.chain(small).chain(many).collect();
    format!("{{kind: List, items: [{}]}}", items.join(", "))
}

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: p}}";

#[test]
fn many_nodes_of_which_the_same_is_to_be_said_are_one_line() {
    let folder = Folder::with(&[("p.yaml", POD), ("many.yaml", &nodes())]);
    let short = folder.placement(&["p.yaml", "--nodes=many.yaml"]).ok();
    insta::assert_snapshot!(short, @r"
    Pod default/p  p.yaml:1
    general: it can land on 11 of 51 nodes, none with an immutable OS
      NODE      POOL   OS      FITS  REASON
      6 nodes   many   Ubuntu  yes
      small-00  small  Ubuntu  yes
      small-01  small  Ubuntu  yes
      small-02  small  Ubuntu  yes
      small-03  small  Ubuntu  yes
      small-04  small  Ubuntu  yes
      40 nodes  big    Ubuntu  no    taint dedicated=big:NoSchedule is not tolerated

    1 workload: 1 general
    ");
    let long = folder
        .placement(&["p.yaml", "--nodes=many.yaml", "-v"])
        .ok();
    let lines = long
        .lines()
        .filter(|line| line.starts_with("  big-"))
        .count();
    assert_eq!(lines, 40, "{long}");
}

#[test]
fn colour_is_for_whoever_wants_it() {
    let plain = on_examples(&EXAMPLES).ok();
    assert!(!plain.contains('\x1b'));
    let colored = on_examples(&[&EXAMPLES[..], &["--color=always"]].concat()).ok();
    assert!(colored.contains("\x1b[32myes \x1b[0m"), "{colored}");
    let stripped = ["\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[1;31m"]
        .iter()
        .fold(colored, |text, code| text.replace(code, ""));
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n"), plain.trim_end());
}

#[test]
fn the_same_is_said_in_a_file_in_any_case_without_colour() {
    let folder = Folder::with(&[("p.yaml", POD)]);
    let arguments = ["p.yaml", "--nodes=nodes.yaml", "--color=always"];
    let written = folder.placement(&[&arguments[..], &["--output=table=out.txt"]].concat());
    assert_eq!(written.ok(), "");
    let shown = folder
        .placement(&["p.yaml", "--nodes=nodes.yaml", "-otable"])
        .ok();
    assert_eq!(folder.read("out.txt"), shown);
}

#[test]
fn what_an_owner_wrote_is_made_harmless() {
    let folder = Folder::with(&[(
        "p.yaml",
        "{apiVersion: v1, kind: Pod, metadata: {name: \"p\\e[31m\\n\"}}",
    )]);
    let shown = folder.placement(&["p.yaml", "--nodes=nodes.yaml"]).ok();
    insta::assert_snapshot!(shown, @r"
    Pod default/p\u{1b}[31m\n  p.yaml:1
    mixed: it can land on 5 of 6 nodes, 4 of them with an immutable OS
      NODE                            POOL    OS                         FITS  REASON
      aks-acl1-31415926-vmss000000    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000001    acl1    Azure Container Linux      yes
      aks-acl1-31415926-vmss000002    acl1    Azure Container Linux      yes
      aks-guard-31415926-vmss000000   guard   Azure Linux with OS Guard  yes
      aks-ubuntu-31415926-vmss000000  ubuntu  Ubuntu                     yes
      aks-system-31415926-vmss000000  system  Ubuntu                     no    taint CriticalAddonsOnly=true:NoSchedule is not tolerated

    1 workload: 1 mixed
    ");
}

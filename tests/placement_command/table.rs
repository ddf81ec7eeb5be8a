//! What people see.

use crate::run::{Folder, on_examples};

const EXAMPLES: [&str; 2] = ["examples/workloads.yaml", "--nodes=examples/nodes.yaml"];

#[test]
fn the_examples() {
    insta::assert_snapshot!(on_examples(&EXAMPLES).ok(), @"");
}

/// Forty nodes of one pool, a few of others.
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

const POD: &[u8] = b"{apiVersion: v1, kind: Pod, metadata: {name: p}}";

#[test]
fn many_nodes_of_which_the_same_is_to_be_said_are_one_line() {
    let folder = Folder::with(&[("p.yaml", POD), ("many.yaml", nodes().as_bytes())]);
    let short = folder.placement(&["p.yaml", "--nodes=many.yaml"]).ok();
    insta::assert_snapshot!(short, @"");
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
    assert_eq!(
        std::fs::read_to_string(folder.path().join("out.txt")).unwrap(),
        shown
    );
}

#[test]
fn what_an_owner_wrote_is_made_harmless() {
    let folder = Folder::with(&[(
        "p.yaml",
        b"{apiVersion: v1, kind: Pod, metadata: {name: \"p\\e[31m\\n\"}}",
    )]);
    let shown = folder.placement(&["p.yaml", "--nodes=nodes.yaml"]).ok();
    assert!(
        shown.starts_with("Pod default/p\\u{1b}[31m\\n  p.yaml:1\n"),
        "{shown}"
    );
}

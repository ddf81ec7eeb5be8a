//! `hostfit explain`: the index, a rule and an OS whole, and what cannot be explained.

use crate::run::Folder;

#[test]
fn each_topic_whole() {
    let folder = Folder::with(&[]);
    insta::assert_snapshot!("index", folder.run(&["explain"]).whole());
    for topic in ["host-pid", "ubuntu"] {
        insta::assert_snapshot!(topic, folder.run(&["explain", topic]).whole());
    }
}

/// Without the line that says what wrote the page.
#[test]
fn in_markdown_it_is_the_page_of_the_documentation() {
    for (topic, page) in [
        ("host-pid", "docs/rules/host-pid.md"),
        ("ubuntu", "docs/os/ubuntu.md"),
    ] {
        let said = Folder::with(&[])
            .run(&["explain", topic, "-o", "markdown"])
            .ok();
        let written = std::fs::read_to_string(page).unwrap();
        let (first, rest) = written.split_once('\n').unwrap();
        assert!(first.starts_with("<!--"), "{first}");
        assert_eq!(rest.trim_start(), said);
    }
}

#[test]
fn an_os_of_the_configuration_is_explained_too() {
    let os = "operatingSystems: [{id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {osImage: ['Plan 9*']}}]\n";
    let folder = Folder::with(&[("c.yaml", os)]);
    let outcome = folder.run(&["explain", "plan9", "--config=c.yaml"]);
    insta::assert_snapshot!(outcome.whole(), @r"
    0
    Plan 9

    Id `plan9`, Linux, immutable: most of the host's file system is read-only.

    Nothing here was seen by us on a live node. `cited`: read in the source; `inferred`: follows from it; `unknown`: nobody that we read knows.

    How a node is recognised

    - `status.nodeInfo.osImage`: `Plan 9*`
    ");
}

#[test]
fn what_cannot_be_explained_is_one_line() {
    let folder = Folder::with(&[("c.yaml", "mod: audit\n")]);
    let cases: [&[&str]; 6] = [
        &["flatcr"],
        &["xyz"],
        &["host-pid", "host-path"],
        &["-ojson"],
        &["--config=c.yaml"],
        &["--config=gone.yaml"],
    ];
    let said = cases.map(|case| folder.run(&[&["explain"], case].concat()).whole());
    insta::assert_snapshot!(said.concat(), @r"
    2
    error: flatcr is neither a rule nor an OS; did you mean flatcar?; hostfit explain lists them
    2
    error: xyz is neither a rule nor an OS; hostfit explain lists them
    2
    error: unexpected argument 'host-path' found; see --help
    2
    error: invalid value 'json' for '--output <FORMAT>' [possible values: text, markdown]; see --help
    2
    error: the configuration cannot be used: c.yaml: line 1, column 1: key mod is not known, only apiVersion, kind, mode, strictness, onMixed, namespaceLabels, excludedNamespaces, namespaces, exemptions, pools, operatingSystems, podTemplates; did you mean mode?
    2
    error: the configuration cannot be used: gone.yaml: No such file or directory (os error 2); give --config a file that this process can read
    ");
}

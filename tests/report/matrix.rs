//! What stands in each cell: no more than is known of that very pool.

use std::io::Write as _;

use hostfit::report::verdict::Report;
use rstest::rstest;

use crate::world::{Case, page};

/// Azure Container Linux, Flatcar, Ubuntu, an OS that nobody knows, and a pool with a taint.
const POOLS: &[(&str, &str, usize, &str)] = &[
    ("acl", "AzureContainerLinux", 1, ""),
    ("flatcar", "Flatcar", 1, ""),
    ("other", "", 1, ""),
    ("tainted", "AzureContainerLinux", 1, "dedicated"),
    ("ubuntu", "Ubuntu", 1, ""),
];

/// A pod that mounts `path`, and whatever else its spec says.
fn report(case: &Case, path: &str, rest: &str) -> Report {
    let mut file = tempfile::NamedTempFile::with_suffix(".yaml").unwrap();
    writeln!(
        file,
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: team}}, spec: {{{rest} volumes: [{{name: v, hostPath: {{path: {path}}}}}],
         containers: [{{name: c, volumeMounts: [{{name: v, mountPath: /host}}]}}]}}}}"
    )
    .unwrap();
    case.report("n", &[file.path().to_str().unwrap()])
}

/// The line of the only workload: its cells, the decision first.
fn cells(page: &str) -> String {
    let line = page.split("<tr data-n").nth(1).unwrap();
    let line = line.split("</tbody>").next().unwrap();
    let cells = line.split("<td").skip(1).map(|cell| {
        let (_, text) = cell.split_once('>').unwrap();
        let pieces = text
            .split('<')
            .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        pieces.collect::<String>().trim().to_owned()
    });
    cells.collect::<Vec<_>>().join(" | ")
}

#[rstest]
#[case::each_os_as_bad_as_it_is(
    "",
    "/usr/src",
    "",
    "warn | at risk | breaks | unknown | – | works"
)]
#[case::nothing_of_the_host("", "/etc", "nodeSelector: {none: such},", "allow | – | – | – | – | –")]
#[case::known_to_work("", "/var/log", "", "warn | works | works | unknown | – | works")]
#[case::a_selector(
    "",
    "/usr/src",
    "nodeSelector: {kubernetes.azure.com/agentpool: flatcar},",
    "deny | – | breaks | – | – | –"
)]
#[case::tolerated(
    "",
    "/usr/src",
    "tolerations: [{operator: Exists}],",
    "warn | at risk | breaks | unknown | at risk | works"
)]
#[case::not_judged(
    "excludedNamespaces: [team]",
    "/usr/src",
    "",
    "allow | unknown | unknown | unknown | – | works"
)]
#[case::exempt_and_no_better(
    "exemptions: [{name: e, reason: r, match: {names: [p]}, rules: [host-path]}]",
    "/usr/src",
    "",
    "allow | at risk | breaks | unknown | – | works"
)]
fn a_cell_says_what_is_known_of_its_pool(
    #[case] config: &str,
    #[case] path: &str,
    #[case] rest: &str,
    #[case] expected: &str,
) {
    let case = Case {
        pools: POOLS,
        config,
        ..Case::default()
    };
    assert_eq!(cells(&page(&report(&case, path, rest))), expected);
}

#[test]
fn a_pool_that_is_assumed_to_have_moved_shows_both() {
    let case = Case {
        pools: POOLS,
        assumed: Some(("ubuntu", "Flatcar")),
        ..Case::default()
    };
    let page = page(&report(&case, "/usr/src", ""));
    assert_eq!(
        cells(&page),
        "warn | at risk | breaks | unknown | – | works → breaks"
    );
    for said in [
        "<h1>The workload would break.</h1>",
        "This is what would be if pool ubuntu ran Flatcar Container Linux. Today 1 breaks and nothing is at risk.",
        "Flatcar Container Linux assumed, 1 node",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn assumed_systems_are_the_columns() {
    let case = Case {
        systems: &["flatcar", "ubuntu"],
        ..Case::default()
    };
    let page = page(&report(&case, "/usr/src", ""));
    assert_eq!(cells(&page), "warn | breaks | works");
    assert!(
        page.contains(
            "every workload lands on Flatcar Container Linux, Ubuntu, whatever it selects"
        )
    );
}

#[test]
fn without_a_workload_it_says_so() {
    let case = Case {
        pools: POOLS,
        ..Case::default()
    };
    let page = page(&case.report("n", &[]));
    assert!(page.contains("<h1>No workload was judged.</h1>"));
}

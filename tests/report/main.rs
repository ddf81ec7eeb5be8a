//! The report in HTML: what stands in each cell of the matrix, and the whole page. `tests/page` looks at it in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod matrix;
mod world;

use self::world::{Case, page};

#[test]
fn the_whole_page() {
    let case = Case {
        pools: &[
            ("acl1", "AzureContainerLinux", 3, ""),
            ("user", "Ubuntu", 2, ""),
        ],
        assumed: Some(("user", "AzureContainerLinux")),
        runs: true,
        ..Case::default()
    };
    let page = page(&case.report("cluster prod", &["examples/agent.yaml"]));
    let style = page.find("<style>").unwrap()..page.find("</style>").unwrap();
    let page = page.replacen(&page[style], "<style>", 1);
    let script = page.find("<script>").unwrap()..page.find("</script>").unwrap();
    let page = page.replacen(&page[script], "<script>", 1);
    // Every change of style or script changes its hash.
    let policy = page.find("style-src 'sha256-").unwrap()..page.find("; base-uri").unwrap();
    let page = page.replacen(&page[policy], "…", 1);
    insta::assert_snapshot!(page);
}

/// Half a report must not look like a whole one.
#[test]
fn what_could_not_be_read_stands_on_the_page() {
    let case = Case {
        pools: &[("acl1", "AzureContainerLinux", 3, "")],
        runs: true,
        ..Case::default()
    };
    let mut report = case.report("cluster prod", &["examples/agent.yaml"]);
    assert!(!page(&report).contains("Left out"));
    report.missing = vec!["its <pods> cannot be read".to_owned()];
    let page = page(&report);
    let row = "<dt>Left out</dt><dd>its &#60;pods&#62; cannot be read</dd>";
    assert!(page.contains(row), "{page}");
}

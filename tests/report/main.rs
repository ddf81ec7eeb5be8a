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

//! The report in HTML: what stands in each cell of the matrix, and the whole page. `tests/page` looks at it in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads and writes files and fails loudly"
)]

mod matrix;
#[allow(dead_code, reason = "the hour of this page is set")]
#[path = "../run/steady.rs"]
mod steady;
mod world;

use self::steady::bare;
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
    insta::assert_snapshot!(bare(&page).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
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

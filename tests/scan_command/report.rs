//! What a scan shows.

use crate::api::{cluster, serve};
use crate::run::Folder;

#[test]
fn the_report_shows_what_runs_under_its_owners() {
    let folder = Folder::at(serve(cluster(), &[]));
    insta::assert_snapshot!("table", folder.scan(&[]).whole());
    let outcome = folder.scan(&["-o", "json", "-n", "shop", "-n", "kube-system"]);
    insta::assert_snapshot!("json", outcome.whole());
}

#[test]
fn the_namespace_and_the_least_decision_narrow_it() {
    let folder = Folder::at(serve(cluster(), &[]));
    let outcome = folder.scan(&["-n", "monitoring", "-o", "json"]);
    assert_eq!(
        (outcome.code, outcome.decisions()),
        (0, vec!["DaemonSet monitoring/agent warn".to_owned()])
    );
    assert_eq!(
        folder.scan(&["-n", "monitoring", "--fail-on", "warn"]).code,
        1
    );
    assert_eq!(folder.scan(&["--fail-on", "never"]).code, 0);
    let all = folder.scan(&["-A", "-o", "json"]).decisions();
    assert_eq!(all, folder.scan(&["-o", "json"]).decisions());
}

#[test]
fn the_configuration_decides() {
    let folder = Folder::at(serve(cluster(), &[]));
    folder.write("c.yaml", "mode: audit\nexcludedNamespaces: [monitoring]\n");
    let outcome = folder.scan(&["--config", "c.yaml", "-o", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.whole());
    let decisions = outcome.decisions();
    assert!(
        decisions.contains(&"DaemonSet monitoring/agent allow".to_owned()),
        "{decisions:?}"
    );
    assert!(
        decisions.contains(&"Pod shop/debug warn".to_owned()),
        "{decisions:?}"
    );
}

#[test]
fn progress_is_told_only_where_somebody_wants_it() {
    let folder = Folder::at(serve(cluster(), &[]));
    assert_eq!(folder.scan(&[]).stderr, "");
    assert!(
        folder.scan(&["-v"]).stderr.contains("reading pods: 7"),
        "{}",
        folder.scan(&["-v"]).stderr
    );
}

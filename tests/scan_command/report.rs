//! What a scan shows.

use crate::api::{cluster, serve};
use crate::run::{FORMATS, Folder, steady};
use crate::schemas::{is_junit, is_sarif};

#[test]
fn the_report_shows_what_runs_under_its_owners() {
    let folder = Folder::at(serve(cluster(), &[]));
    for format in FORMATS {
        insta::assert_snapshot!(format, folder.scan(&["-o", format]).whole());
    }
    let two = folder.scan(&["-o", "json", "-n", "shop", "-n", "kube-system"]);
    insta::assert_snapshot!("two_namespaces", two.whole());
}

/// Whatever nodes there are: on every system that is named, and on no other.
#[test]
fn on_a_system_that_is_assumed_everything_lands() {
    let folder = Folder::at(serve(cluster(), &[]));
    let systems = ["--os=flatcar", "--os=ubuntu", "--os=flatcar"];
    insta::assert_snapshot!("os", folder.scan(&systems).whole());
}

#[test]
fn it_is_valid_by_the_schemas() {
    let whole = Folder::at(serve(cluster(), &[]));
    let part = Folder::at(serve(cluster(), &["pods", "cronjobs"]));
    let moved = "--assume=*=azure-container-linux";
    let reports = |format: &str| {
        let scans = [(&whole, "-A"), (&whole, moved), (&part, "--as-admission")];
        scans.map(|(folder, option)| folder.scan(&["-o", format, option]).stdout)
    };
    is_sarif(&reports("sarif"));
    is_junit(&reports("junit"));
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
    assert_eq!(
        outcome.decisions(),
        [
            "Pod kube-system/proxy-acl-0 allow",
            "DaemonSet monitoring/agent allow",
            "CronJob shop/nightly allow",
            "Deployment shop/web allow",
            "Kafka shop/events allow",
            "Pod shop/debug warn",
        ]
    );
}

#[test]
fn progress_is_told_only_where_somebody_wants_it() {
    let folder = Folder::at(serve(cluster(), &[]));
    let silent = folder.scan(&[]);
    assert_eq!(silent.stderr, "");
    let verbose = folder.scan(&["-v"]);
    assert_eq!(verbose.stdout, silent.stdout);
    insta::assert_snapshot!(steady(&verbose.stderr), @r"
    reading nodes of http://127.0.0.1:PORT/
    reading deployments: 1
    reading daemonsets: 1
    reading statefulsets: 0
    reading cronjobs: 1
    reading replicationcontrollers: 0
    reading replicasets: 1
    reading jobs: 0
    reading pods: 7
    ");
}

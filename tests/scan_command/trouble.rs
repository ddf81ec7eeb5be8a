//! What goes wrong: no cluster, no answer, no right, nobody who listens.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;

use serde_json::json;

use crate::api::{cluster, maker, serve, spec};
use crate::run::Folder;

/// Every resource of which a scan needs a list, beside nodes.
const RESOURCES: [&str; 13] = [
    "namespaces",
    "runtimeclasses",
    "persistentvolumes",
    "persistentvolumeclaims",
    "storageclasses",
    "deployments",
    "daemonsets",
    "statefulsets",
    "cronjobs",
    "replicationcontrollers",
    "replicasets",
    "jobs",
    "pods",
];

#[test]
fn without_a_right_it_goes_on_and_says_what_is_left_out() {
    for resource in RESOURCES {
        let folder = Folder::at(serve(cluster(), &[resource]));
        let outcome = folder.scan(&["-o", "json"]);
        assert_eq!(outcome.code, 3, "{resource}: {}", outcome.stderr);
        let told = outcome
            .stderr
            .lines()
            .filter(|line| line.contains(&format!("let this account list {resource}")));
        assert_eq!(told.count(), 1, "{resource}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("left out"),
            "{resource}: {}",
            outcome.stderr
        );
        let report = outcome.json();
        assert!(
            !report["workloads"].as_array().unwrap().is_empty(),
            "{resource}"
        );
        assert_eq!(report["missing"].as_array().unwrap().len(), 1, "{resource}");
    }
}

#[test]
fn without_the_right_to_a_kind_its_pods_still_speak_for_it() {
    let folder = Folder::at(serve(cluster(), &["daemonsets", "replicasets"]));
    let decisions = folder.scan(&["-o", "json"]).decisions();
    for line in [
        "DaemonSet monitoring/agent warn",
        "ReplicaSet shop/web-5 allow",
        "Deployment shop/web allow",
    ] {
        assert!(
            decisions.contains(&line.to_owned()),
            "{line}: {decisions:?}"
        );
    }
}

#[test]
fn without_nodes_nothing_is_said() {
    let folder = Folder::at(serve(cluster(), &["nodes"]));
    let outcome = folder.scan(&[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (3, ""));
    assert!(
        outcome.stderr.contains("let this account list nodes"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

#[test]
fn a_cluster_that_is_not_there_is_told() {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    let folder = Folder::at(nowhere);
    assert_eq!(
        folder.scan(&[]).whole(),
        "3\nerror: http://127.0.0.1:1/: its nodes cannot be read: client error (Connect): tcp connect error: Connection refused (os error 111); \
         check --kubeconfig, --context and --server\n"
    );
    // It has no --nodes that could be given in place of a cluster.
    assert_eq!(
        folder.run(&["scan"]).whole(),
        "3\nerror: no cluster: this is no pod (failed to read an incluster environment variable: environment variable not found), and the kubeconfig \
         cannot be used: failed to read kubeconfig from '\"/nonexistent/.kube/config\"': No such file or directory (os error 2); give --kubeconfig FILE\n"
    );
}

#[test]
fn a_namespace_that_is_not_there_is_a_mistake() {
    let folder = Folder::at(serve(cluster(), &[]));
    let outcome = folder.scan(&["-n", "shopp"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    assert!(
        outcome
            .stderr
            .contains("there is no namespace shopp; did you mean shop?"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn whoever_has_seen_enough_may_leave() {
    // More than a pipe holds.
    let plain = spec("ubuntu", &json!({}));
    let many = (0..2000).map(|index| {
        maker(
            "apps/v1",
            "Deployment",
            "shop",
            &format!("d-{index}"),
            &plain,
        )
    });
    let objects = cluster().into_iter().chain(many).collect();
    let folder = Folder::at(serve(objects, &[]));
    let arguments = [
        "scan",
        "--kubeconfig",
        "kubeconfig",
        "-o",
        "json",
        "--fail-on",
        "never",
    ];
    let mut child = folder
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    drop(BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut first));
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap().as_str()
        ),
        (Some(0), "")
    );
    assert_eq!(first, "{\n");
}

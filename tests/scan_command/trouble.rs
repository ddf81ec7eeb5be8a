//! What goes wrong: no right, a wrong word, nobody who listens.

use serde_json::json;

use crate::api::{cluster, maker, serve, spec};
use crate::run::{FORMATS, Folder, steady};

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
    let mut said = String::new();
    for resource in RESOURCES {
        let folder = Folder::at(serve(cluster(), &[resource]));
        let outcome = folder.scan(&["-o", "json"]);
        assert_eq!(outcome.code, 3, "{resource}: {}", outcome.stderr);
        let report = outcome.json();
        let missing = report["missing"].as_array().unwrap();
        let told = outcome.stderr.lines();
        let told: Vec<&str> = told.map(|it| it.trim_start_matches("error: ")).collect();
        assert_eq!(*missing, told, "{resource}");
        said += &steady(&outcome.stderr);
        said += &outcome.decisions().join("\n");
        said += "\n\n";
    }
    insta::assert_snapshot!("left_out", said);
}

/// Half a report must not look like a whole one. In CSV and `OpenReports`, which know only workloads, standard error and the exit code say so.
#[test]
fn what_is_left_out_is_told_to_people_and_programs() {
    let folder = Folder::at(serve(cluster(), &["cronjobs", "storageclasses"]));
    for format in ["table", "json", "markdown", "html", "sarif", "junit"] {
        let outcome = folder.scan(&["-o", format, "-n", "monitoring"]);
        insta::assert_snapshot!(format!("left_out_{format}"), outcome.whole());
    }
}

#[test]
fn without_the_right_to_a_kind_its_pods_still_speak_for_it() {
    let folder = Folder::at(serve(cluster(), &["daemonsets", "replicasets"]));
    insta::assert_snapshot!(folder.scan(&[]).in_short(), @r#"
    3
    error: http://127.0.0.1:PORT/: refuses: daemonsets is forbidden: User "u" cannot list resource "daemonsets" (403); let this account list daemonsets; workloads of kind DaemonSet are left out, except for what their pods say
    error: http://127.0.0.1:PORT/: refuses: replicasets is forbidden: User "u" cannot list resource "replicasets" (403); let this account list replicasets; workloads of kind ReplicaSet are left out, except for what their pods say
    Pod kube-system/proxy-acl-0  allow  immutable: it can land on 1 of 3 nodes, each with an immutable OS; not judged: a static pod, which its node makes
    DaemonSet monitoring/agent  warn  mixed: it can land on 3 of 3 nodes, 1 of them with an immutable OS; 3 pods on 3 nodes
    CronJob shop/nightly  allow  general: it can land on 2 of 3 nodes, none with an immutable OS; no pod runs
    Deployment shop/web  allow  general: it can land on 2 of 3 nodes, none with an immutable OS; no pod runs
    Kafka shop/events  allow  general: it can land on 2 of 3 nodes, none with an immutable OS; 1 pod on 1 node
    Pod shop/debug  deny  immutable: it can land on 1 of 3 nodes, each with an immutable OS; a bare pod: nothing makes it anew
    ReplicaSet shop/web-5  allow  general: it can land on 2 of 3 nodes, none with an immutable OS; 1 pod on 1 node
    7 workloads: 1 deny, 1 warn, 5 allow; 2 errors
    "#);
}

#[test]
fn what_cannot_be_asked_or_answered_is_one_line() {
    let folder = Folder::at(serve(cluster(), &[]));
    folder.write(
        "config.yaml",
        "apiVersion: hostfit.dev/v1\nkind: Config\nmod: audit\n",
    );
    folder.write("none.json", "[]");
    folder.write(
        "v2.json",
        r#"{"schema": "hostfit.dev/baseline/v2", "findings": []}"#,
    );
    let cases: [&[&str]; 21] = [
        &["--os=flatcat"],
        &["--os=flatcar", "--assume=ubuntu=flatcar"],
        &["-n", "shopp"],
        &["-A", "-n", "shop"],
        &["shop"],
        &["--config=config.yaml"],
        &["--config=gone.yaml"],
        &["--config=-", "--baseline=-"],
        &["-ojsn"],
        &["-ojson", "-otable"],
        &["-ohtml=/no/such/x"],
        &["--write-baseline=/no/such/x", "-ojson=report.json"],
        &["--fail-on=denied"],
        &["--baseline=gone.json"],
        &["--baseline=none.json"],
        &["--baseline=v2.json"],
        &["--assume=ubuntu"],
        &["--assume=ubuntu="],
        &["--assume=ubunto=flatcar"],
        &["--assume=ubuntu=flatcat"],
        &["--assume=ubuntu=windows"],
    ];
    let mut said = String::new();
    for case in cases {
        said += &folder.scan(case).whole();
    }
    insta::assert_snapshot!(said, @r"
    2
    error: --os flatcat: there is no such operating system; did you mean flatcar?; hostfit explain lists them
    2
    error: the argument '--os <ID>' cannot be used with '--assume <POOL=OS>'; see --help
    2
    error: there is no namespace shopp; did you mean shop?
    2
    error: the argument '--all-namespaces' cannot be used with '--namespace <NAME>'; see --help
    2
    error: unexpected argument 'shop' found; see --help
    2
    error: the configuration cannot be used: config.yaml: line 3, column 1: key mod is not known, only apiVersion, kind, mode, strictness, onMixed, namespaceLabels, excludedNamespaces, namespaces, exemptions, pools, operatingSystems, podTemplates; did you mean mode?
    2
    error: the configuration cannot be used: gone.yaml: No such file or directory (os error 2); give --config a file that this process can read
    2
    error: standard input can be read only once: give - once; see --help
    2
    error: invalid value 'jsn' for '--output <FORMAT[=PATH]>': it must be one of table, wide, json, sarif, junit, github, markdown, html, csv, openreports, and a file may follow, as in json=FILE; did you mean json?; see --help
    2
    error: only one --output can go to standard output: give the others a file, as in json=FILE; see --help
    2
    error: /no/such/x: No such file or directory (os error 2); give --output a file that this process can write
    2
    error: /no/such/x: No such file or directory (os error 2); give --write-baseline a file that this process can write
    2
    error: invalid value 'denied' for '--fail-on <DECISION>' [possible values: deny, warn, never]; a similar value exists: 'deny'; see --help
    2
    error: the baseline cannot be used: gone.json: No such file or directory (os error 2); give --baseline a file that --write-baseline wrote
    2
    error: the baseline cannot be used: none.json: invalid length 0, expected a baseline: its schema and findings at line 1 column 2; give --baseline a file that --write-baseline wrote
    2
    error: the baseline cannot be used: v2.json: its schema is hostfit.dev/baseline/v2, not hostfit.dev/baseline/v1; give --baseline a file that --write-baseline wrote
    2
    error: invalid value 'ubuntu' for '--assume <POOL=OS>': write it as POOL=OS, or '*=OS' for every pool; see --help
    2
    error: invalid value 'ubuntu=' for '--assume <POOL=OS>': write it as POOL=OS, or '*=OS' for every pool; see --help
    2
    error: --assume ubunto=flatcar: there is no pool ubunto; did you mean ubuntu?; one that is yet to come can be declared in pools of --config
    2
    error: --assume ubuntu=flatcat: there is no such operating system; did you mean flatcar?; hostfit explain lists them
    2
    error: --assume ubuntu=windows: ubuntu cannot be moved to Windows: one is of Linux and the other of Windows
    ");
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
    for format in FORMATS {
        let ended = folder.unread(&["scan", "--kubeconfig=kubeconfig", "-o", format]);
        assert_eq!(ended, (Some(1), String::new()), "{format}");
    }
    let ended = folder.first_line(&[
        "scan",
        "--kubeconfig=kubeconfig",
        "-ojson",
        "--fail-on=never",
    ]);
    assert_eq!(ended.ok(), "{\n");
}

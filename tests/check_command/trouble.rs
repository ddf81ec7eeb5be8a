//! What cannot be asked, read or written, and what is said of it.

use std::fs::File;
use std::os::unix::net::UnixListener;

use crate::fixtures::pod;
use crate::run::{FORMATS, Folder};

#[test]
fn what_cannot_be_asked_or_answered_is_one_line() {
    let folder = Folder::with(&[
        ("empty.yaml", ""),
        ("comments.yaml", "# nothing\n---\n"),
        ("none/readme.txt", ""),
        ("broken.yaml", "\nkind: ["),
        (
            "config.yaml",
            "apiVersion: hostfit.dev/v1\nkind: Config\nmod: audit\n",
        ),
    ]);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let nodes = "--nodes=nodes.yaml";
    let cases: [&[&str]; 25] = [
        &[],
        &["-", "--nodes=-"],
        &["-"],
        &["empty.yaml", "comments.yaml", "none"],
        &["empty"],
        &["agent.yaml", "--os=azure-container-linx"],
        &["agent.yaml", "--os=xyz"],
        &["agent.yaml", "-ojsn"],
        &["agent.yaml", "-oyaml"],
        &["agent.yaml", "-ojson="],
        &["agent.yaml", "-osarif", "-otable"],
        &["agent.yaml", "-osarif=none/x/out.sarif"],
        &["agent.yaml", "-ohtml=/no/such/x"],
        &["agent.yaml", "--fail-on=denied"],
        &["agent.yaml", "--config=config.yaml"],
        &["agent.yaml", "--config=none"],
        &["agent.yaml", "--nodes=none.yaml"],
        &["agent.yaml", "--nodes=broken.yaml"],
        &["agent.yaml", nodes, "--assume=ubuntu"],
        &["agent.yaml", nodes, "--assume==flatcar"],
        &["agent.yaml", nodes, "--assume=ubunto=flatcar"],
        &["agent.yaml", nodes, "--assume=ubuntu=flatcat"],
        &["agent.yaml", nodes, "--assume=ubuntu=windows"],
        &["agent.yaml", "--assume=ubuntu=flatcar"],
        &["agent.yaml", "--os=flatcar", "--assume=ubuntu=flatcar"],
    ];
    let mut lines = Vec::new();
    for case in cases {
        let outcome = folder.check(case);
        assert_eq!(
            (outcome.stdout.as_str(), outcome.stderr.lines().count()),
            ("", 1),
            "{case:?}: {}",
            outcome.stderr
        );
        lines.push(format!("{}: {}", outcome.code, outcome.stderr.trim_end()));
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    2: error: the following required arguments were not provided: <FILE|DIR|->...; see --help
    2: error: standard input can be read only once: give - once; see --help
    2: error: standard input: there is no document; whatever should have written manifests there wrote none
    2: error: empty.yaml, comments.yaml, none: there is no document; whatever should have written manifests there wrote none
    2: error: empty: there is no document; whatever should have written manifests there wrote none
    2: error: --os azure-container-linx: there is no such operating system; did you mean azure-container-linux?; hostfit explain lists them
    2: error: --os xyz: there is no such operating system; hostfit explain lists them
    2: error: invalid value 'jsn' for '--output <FORMAT[=PATH]>': it must be one of table, wide, json, sarif, junit, github, markdown, html, csv, openreports, and a file may follow, as in json=FILE; did you mean json?; see --help
    2: error: invalid value 'yaml' for '--output <FORMAT[=PATH]>': it must be one of table, wide, json, sarif, junit, github, markdown, html, csv, openreports, and a file may follow, as in json=FILE; see --help
    2: error: invalid value 'json=' for '--output <FORMAT[=PATH]>': there is no file after the =; see --help
    2: error: only one --output can go to standard output: give the others a file, as in json=FILE; see --help
    2: error: none/x/out.sarif: No such file or directory (os error 2); give --output a file that this process can write
    2: error: /no/such/x: No such file or directory (os error 2); give --output a file that this process can write
    2: error: invalid value 'denied' for '--fail-on <DECISION>' [possible values: deny, warn, never]; a similar value exists: 'deny'; see --help
    2: error: the configuration cannot be used: config.yaml: line 3, column 1: key mod is not known, only apiVersion, kind, mode, strictness, onMixed, namespaceLabels, excludedNamespaces, namespaces, exemptions, pools, operatingSystems, podTemplates; did you mean mode?
    2: error: the configuration cannot be used: none: Is a directory (os error 21); give --config a file that this process can read
    2: error: none.yaml: No such file or directory (os error 2); give --nodes a file that this process can read
    2: error: broken.yaml:2:7: unclosed bracket '['; write it with kubectl get nodes -o yaml
    2: error: invalid value 'ubuntu' for '--assume <POOL=OS>': write it as POOL=OS, or '*=OS' for every pool; see --help
    2: error: invalid value '=flatcar' for '--assume <POOL=OS>': write it as POOL=OS, or '*=OS' for every pool; see --help
    2: error: --assume ubunto=flatcar: there is no pool ubunto; did you mean ubuntu?; one that is yet to come can be declared in pools of --config
    2: error: --assume ubuntu=flatcat: there is no such operating system; did you mean flatcar?; hostfit explain lists them
    2: error: --assume ubuntu=windows: ubuntu cannot be moved to Windows: one is of Linux and the other of Windows
    2: error: --assume moves pools, and no node or pool is known: give --nodes FILE with what `kubectl get nodes -o yaml` prints
    2: error: the argument '--os <ID>' cannot be used with '--assume <POOL=OS>'; see --help
    ");
}

#[test]
fn a_file_that_is_not_there_is_named_and_the_nearest_suggested() {
    let folder = Folder::with(&[]);
    let outcome = folder.check(&["agnet.yaml", "agent.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    error: agnet.yaml: No such file or directory (os error 2); it must be a file or folder that this process can read; did you mean agent.yaml?
    agent.yaml:2  DaemonSet monitoring/agent  deny  immutable: Azure Container Linux is assumed
    agent.yaml:20  Deployment shop/web  allow  immutable: Azure Container Linux is assumed
    2 workloads: 1 deny, 1 allow; other kinds skipped: 1 Service; 1 error
    ");
}

#[test]
fn given_nodes_must_be_some() {
    let none = "{apiVersion: v1, kind: NodeList, items: []}";
    let folder = Folder::with(&[("none.yaml", none)]);
    let outcome = folder.check(&["agent.yaml", "--nodes=none.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    error: none.yaml holds no node
    error: no node is known, so nothing can be said; give --nodes FILE with what `kubectl get nodes -o yaml` prints
    ");
}

/// Permissions do not stop every user; these stop all.
#[test]
fn what_is_there_and_cannot_be_read_takes_nothing_with_it() {
    let folder = Folder::with(&[]);
    std::fs::create_dir(folder.path().join("k8s")).unwrap();
    std::os::unix::fs::symlink("loop.yaml", folder.path().join("k8s/loop.yaml")).unwrap();
    let _socket = UnixListener::bind(folder.path().join("socket.yaml")).unwrap();
    let outcome = folder.check(&["k8s", "socket.yaml", "agent.yaml"]);
    insta::assert_snapshot!(outcome.in_short(), @r"
    2
    error: k8s/loop.yaml: Too many levels of symbolic links (os error 40); it must be a file or folder that this process can read
    error: socket.yaml: No such device or address (os error 6); it must be a file or folder that this process can read
    agent.yaml:2  DaemonSet monitoring/agent  deny  immutable: Azure Container Linux is assumed
    agent.yaml:20  Deployment shop/web  allow  immutable: Azure Container Linux is assumed
    2 workloads: 1 deny, 1 allow; other kinds skipped: 1 Service; 2 errors
    ");
}

/// As kubectl applies it twice.
#[test]
fn a_file_that_is_given_twice_is_judged_twice() {
    let folder = Folder::with(&[("p.yaml", &pod("p"))]);
    let outcome = folder.check(&["p.yaml", "./p.yaml", "p.yaml"]);
    insta::assert_snapshot!(outcome.whole(), @r"
    1
    p.yaml:1  Pod default/p  deny  immutable: Azure Container Linux is assumed
      note     host-network  spec.hostNetwork
               hostNetwork joins the host's network namespace (it is known to work there, but strictness: strict admits no use of the host)
               to fix it: drop hostNetwork and offer the port through a Service or a hostPort
    ./p.yaml:1  Pod default/p  deny  immutable: Azure Container Linux is assumed
      note     host-network  spec.hostNetwork
               hostNetwork joins the host's network namespace (it is known to work there, but strictness: strict admits no use of the host)
               to fix it: drop hostNetwork and offer the port through a Service or a hostPort
    p.yaml:1  Pod default/p  deny  immutable: Azure Container Linux is assumed
      note     host-network  spec.hostNetwork
               hostNetwork joins the host's network namespace (it is known to work there, but strictness: strict admits no use of the host)
               to fix it: drop hostNetwork and offer the port through a Service or a hostPort

    3 workloads: 3 deny
    ");
}

/// Half an answer in a file must not pass for one.
#[test]
fn a_full_disk_is_told() {
    let folder = Folder::with(&[]);
    for format in FORMATS {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = folder.command(&["check", "agent.yaml", "-o", format]);
        let output = command.stdout(full).output().unwrap();
        assert_eq!(
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap().as_str()
            ),
            (
                Some(2),
                "error: standard output cannot be written: No space left on device (os error 28)\n"
            ),
            "{format}"
        );
        let to_file = folder.check(&["agent.yaml", "-o", &format!("{format}=/dev/full")]);
        assert_eq!(
            to_file.whole(),
            "2\nerror: /dev/full: No space left on device (os error 28); give --output a file that this process can write\n",
            "{format}"
        );
    }
}

#[test]
fn whoever_closes_standard_output_has_seen_enough() {
    let pods: Vec<String> = (0..2000).map(|n| pod(&format!("p{n}"))).collect();
    let folder = Folder::with(&[("many.yaml", &pods.join("---\n"))]);
    for format in FORMATS {
        let ended = folder.unread(&["check", "many.yaml", "-o", format]);
        assert_eq!(ended, (Some(1), String::new()), "{format}");
    }
    let ended = folder.first_line(&["check", "many.yaml"]);
    assert_eq!(
        ended.whole(),
        "1\nmany.yaml:1  Pod default/p0  deny  immutable: Azure Container Linux is assumed\n"
    );
}

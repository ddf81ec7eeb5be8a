//! The configuration file: what is read, and every error.

use super::*;
use crate::os::Access;

fn error(yaml: &str) -> String {
    Policy::parse(yaml)
        .expect_err("a configuration that is refused")
        .to_string()
}

#[test]
fn every_error_says_what_where_and_what_to_do() {
    let errors: Vec<String> = [
        "mod: audit",
        "mode: enforec",
        "mode: [",
        "apiVersion: hostfit.dev/v2",
        "excludedNamespaces: [\"team-*\"]",
        "namespaces: [{names: []}]",
        "exemptions: [{name: a, rules: [host-path], match: {}}]",
        "exemptions: [{name: a, rules: [hostpath], match: {users: [x]}}]",
        "exemptions: [{name: a, rules: [host-pid], paths: [{prefix: /proc}], match: {users: [x]}}]",
        "exemptions: [{name: a, rules: [host-path], paths: [{prefix: proc}], match: {users: [x]}}]",
        "exemptions: [{name: a, rules: [host-path], expires: soon, match: {users: [x]}}]",
        "exemptions: [{name: a, rules: [host-path], match: {user: [x]}}]",
        "operatingSystems: [{id: mine}]",
        "operatingSystems: [{id: ubuntu}, {id: azure-container-linx, immutable: true}]",
        "operatingSystems: [{id: Mine}]",
        "operatingSystems: [{id: unknown}]",
        "operatingSystems:\n- id: ubuntu\n  path: []",
        "operatingSystems:\n- id: ubuntu\n  paths:\n  - {path: /opt, is: readonly, source: s, confidence: cited}",
        "operatingSystems: [{id: ubuntu, paths: [{path: /opt/, is: writable, source: s, confidence: cited}]}]",
        "operatingSystems: [{id: ubuntu, paths: [{path: /opt, is: writable}]}]",
        "namespaceLabels: maybe",
    ]
    .map(error)
    .into();
    insta::assert_yaml_snapshot!(errors);
}

#[test]
fn the_whole_file_is_read() {
    let policy = Policy::parse(
        "
        apiVersion: hostfit.dev/v1
        kind: Config
        mode: audit
        strictness: compatible
        onMixed: deny
        namespaceLabels: tighten
        excludedNamespaces: [kube-system]
        namespaces: [{names: ['team-*'], mode: off}]
        exemptions:
          - name: e
            reason: OPS-1
            expires: 2027-01-31
            match: {namespaces: [m], names: ['n*'], kinds: [DaemonSet], serviceAccounts: [], users: [], groups: []}
            rules: [host-path]
            paths: [{prefix: /proc/, readOnly: true}]
        pools: [{name: acl2, os: azure-container-linux}]
        operatingSystems: []
        ",
    )
    .expect("valid");
    assert_eq!(
        (policy.mode, policy.strictness),
        (Mode::Audit, Strictness::Compatible)
    );
    assert_eq!(
        (policy.on_mixed, policy.namespace_labels),
        (OnMixed::Deny, NamespaceLabels::Tighten)
    );
    assert!(policy.excluded_namespaces.contains("kube-system"));
    assert_eq!(policy.pools[0].name, "acl2");
    assert_eq!(policy.exemptions[0].paths[0].prefix, "/proc");
    assert_eq!(
        policy.exemptions[0].expires,
        Some(jiff::civil::date(2027, 1, 31))
    );
}

#[test]
fn an_empty_file_is_the_default() {
    assert_eq!(
        Policy::parse("# nothing\n\n").expect("valid").mode,
        Mode::Enforce
    );
}

#[test]
fn an_operating_system_is_added_or_corrected_fact_by_fact() {
    let policy = Policy::parse(
        "
        operatingSystems:
          - {id: mine, title: Mine, kind: linux, immutable: true, recognise: {osImage: ['Mine *']}}
          - id: azure-container-linux
            paths: [{path: /opt, is: read-only, source: seen on our nodes, confidence: cited}]
        pools: [{name: m, os: mine}]
        ",
    )
    .expect("valid");
    assert_eq!(policy.pools()[0].os.key().0, "mine");
    let catalogue = policy.catalogue();
    assert_eq!(
        catalogue.by_os_image("Mine 7").map(|os| os.title.as_str()),
        Some("Mine")
    );
    let ours = Catalogue::built_in().by_id("azure-container-linux");
    let (ours, acl) = (
        ours.expect("there"),
        catalogue.by_id("azure-container-linux").expect("there"),
    );
    assert_eq!(ours.look_up("/opt").access(), Access::Writable);
    assert_eq!(acl.look_up("/opt").access(), Access::ReadOnly);
    assert_eq!(
        acl.look_up("/etc").because(),
        ours.look_up("/etc").because()
    );
    assert_eq!(acl.paths.len(), ours.paths.len());
}

#[test]
fn without_an_operating_system_ours_are_shared() {
    let policy = Policy::parse("operatingSystems: []").expect("valid");
    assert!(Arc::ptr_eq(policy.catalogue(), Catalogue::built_in()));
}

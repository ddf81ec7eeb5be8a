//! Exemptions: for whom, for what, until when; and what only looks like an owner.

use rstest::rstest;
use serde_json::{Value, json};

use super::world::{create_pod, decide, mounting, verdict};

fn exempt(body: &str) -> String {
    format!("{{exemptions: [{{name: e, {body}}}]}}")
}

#[rstest]
#[case::namespace("rules: [host-path], match: {namespaces: ['te*']}", "allow")]
#[case::other_namespace("rules: [host-path], match: {namespaces: [other]}", "deny")]
#[case::other_rule("rules: [host-pid], match: {namespaces: [team]}", "deny")]
#[case::name_and_kind("rules: [host-path], match: {names: ['p*'], kinds: [Pod]}", "allow")]
#[case::other_kind(
    "rules: [host-path], match: {names: ['p*'], kinds: [DaemonSet]}",
    "deny"
)]
#[case::group("rules: [host-path], match: {groups: [devs]}", "allow")]
#[case::user("rules: [host-path], match: {users: [dev]}", "allow")]
#[case::other_user("rules: [host-path], match: {users: [root]}", "deny")]
#[case::service_account("rules: [host-path], match: {serviceAccounts: [default]}", "allow")]
#[case::all_of_match_must_hold(
    "rules: [host-path], match: {namespaces: [team], groups: [ops]}",
    "deny"
)]
#[case::last_day(
    "rules: [host-path], expires: 2026-11-24, match: {namespaces: [team]}",
    "warn"
)]
#[case::day_after(
    "rules: [host-path], expires: 2026-11-23, match: {namespaces: [team]}",
    "deny"
)]
#[case::path(
    "rules: [host-path], match: {namespaces: [team]}, paths: [{prefix: /usr}]",
    "allow"
)]
#[case::whole_segments(
    "rules: [host-path], match: {namespaces: [team]}, paths: [{prefix: /us}]",
    "deny"
)]
#[case::read_only_path(
    "rules: [host-path], match: {namespaces: [team]}, paths: [{prefix: /usr, readOnly: true}]",
    "deny"
)]
fn an_exemption_lets_through_what_it_names(#[case] body: &str, #[case] expected: &str) {
    let decision = decide(&exempt(body), &[], &create_pod(&mounting("a", "/usr/bin")));
    assert_eq!(verdict(&decision), expected);
    if expected != "deny" {
        assert_eq!(decision.audit["exemption"], "e");
    }
}

#[test]
fn an_exemption_that_ends_within_a_fortnight_says_so() {
    let config = exempt("rules: [host-path], expires: 2026-12-08, match: {namespaces: [team]}");
    let decision = decide(&config, &[], &create_pod(&mounting("a", "/usr/bin")));
    assert_eq!(
        decision.warnings,
        ["hostfit: exemption e ends on 2026-12-08"]
    );
    let config = exempt("rules: [host-path], expires: 2026-12-09, match: {namespaces: [team]}");
    assert!(
        decide(&config, &[], &create_pod(&mounting("a", "/usr/bin")))
            .warnings
            .is_empty()
    );
}

#[test]
fn a_path_cannot_leave_its_prefix() {
    let config =
        exempt("rules: [host-path], match: {namespaces: [team]}, paths: [{prefix: /proc}]");
    assert_eq!(
        verdict(&decide(
            &config,
            &[],
            &create_pod(&mounting("a", "/proc/../usr/bin"))
        )),
        "deny"
    );
}

#[test]
fn paths_narrow_host_path_and_leave_the_other_rules_whole() {
    let body =
        "rules: [host-path, host-network], match: {namespaces: [team]}, paths: [{prefix: /proc}]";
    let mut spec = mounting("a", "/proc");
    spec["hostNetwork"] = true.into();
    assert_eq!(
        verdict(&decide(&exempt(body), &[], &create_pod(&spec))),
        "allow"
    );
    let mut spec = mounting("a", "/usr/bin");
    spec["hostNetwork"] = true.into();
    let decision = decide(&exempt(body), &[], &create_pod(&spec));
    assert_eq!(
        (
            verdict(&decision),
            decision.findings[0].exemption.as_deref()
        ),
        ("deny", None)
    );
    assert_eq!(decision.findings[1].exemption.as_deref(), Some("e"));
}

fn owned(by: &Value, user: &str, hash: &str) -> Value {
    let mut review = create_pod(&mounting("a", "/usr/bin"));
    review["request"]["object"]["metadata"]["ownerReferences"] = json!([by]);
    review["request"]["object"]["metadata"]["labels"] = json!({"pod-template-hash": hash});
    review["request"]["userInfo"]["username"] = user.into();
    review
}

fn owner(kind: &str, name: &str) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "o", "controller": true})
}

const CONTROLLERS: &str = "system:serviceaccount:kube-system:";

#[rstest]
#[case::daemon_set(
    "DaemonSet",
    "agent",
    "daemon-set-controller",
    "{kinds: [DaemonSet], names: [agent]}",
    "allow"
)]
#[case::replica_set(
    "ReplicaSet",
    "web-7db4",
    "replicaset-controller",
    "{kinds: [ReplicaSet], names: [web-7db4]}",
    "allow"
)]
#[case::deployment(
    "ReplicaSet",
    "web-7db4",
    "replicaset-controller",
    "{kinds: [Deployment], names: [web]}",
    "allow"
)]
#[case::no_deployment(
    "ReplicaSet",
    "web-other",
    "replicaset-controller",
    "{kinds: [Deployment], names: [web]}",
    "deny"
)]
#[case::cron_job(
    "Job",
    "nightly-29384756",
    "job-controller",
    "{kinds: [CronJob], names: [nightly]}",
    "allow"
)]
#[case::plain_job(
    "Job",
    "nightly",
    "job-controller",
    "{kinds: [Job], names: [nightly]}",
    "allow"
)]
#[case::another_controller(
    "DaemonSet",
    "agent",
    "job-controller",
    "{kinds: [DaemonSet], names: [agent]}",
    "deny"
)]
fn a_controller_speaks_for_its_workload(
    #[case] kind: &str,
    #[case] name: &str,
    #[case] account: &str,
    #[case] matches: &str,
    #[case] expected: &str,
) {
    let config = exempt(&format!("rules: [host-path], match: {matches}"));
    let review = owned(
        &owner(kind, name),
        &format!("{CONTROLLERS}{account}"),
        "7db4",
    );
    assert_eq!(verdict(&decide(&config, &[], &review)), expected);
}

#[test]
fn an_owner_reference_that_a_user_wrote_proves_nothing() {
    let config = exempt("rules: [host-path], match: {kinds: [DaemonSet], names: [agent]}");
    assert_eq!(
        verdict(&decide(
            &config,
            &[],
            &owned(&owner("DaemonSet", "agent"), "dev", "")
        )),
        "deny"
    );
}

//! `--as-admission`: who is ready, and exemptions that let through all that runs, and no more.

use serde_json::{Value, json};

use crate::api::{cluster, serve, spec};
use crate::run::Folder;

/// The cluster with what makes every kind of exemption necessary: everything lands on the immutable pool.
fn immutable() -> Vec<Value> {
    let mut objects = cluster();
    objects.retain(|object| object["kind"] != "Node" || object["metadata"]["name"] == "acl-0");
    for object in &mut objects {
        let text = object
            .to_string()
            .replace(r#""agentpool":"ubuntu""#, r#""agentpool":"acl""#);
        *object = serde_json::from_str(&text).unwrap();
    }
    let rollout = json!([{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "roll", "uid": "u", "controller": true}]);
    let template = spec("acl", &json!({"hostIPC": true}));
    objects.push(json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "roll-7", "namespace": "shop", "ownerReferences": rollout},
        "spec": {"replicas": 1, "template": {"spec": template}}}));
    objects
}

#[test]
fn the_exemptions_let_through_all_that_would_be_refused() {
    let folder = Folder::at(serve(immutable(), &[]));
    folder.write("before.yaml", "mode: audit\n");
    let before = folder.scan(&["--as-admission", "--config", "before.yaml", "-o", "json"]);
    assert_eq!(before.code, 1);
    let report = before.json();
    assert_eq!(
        report["admission"]["namespaces"],
        json!([{"namespace": "kube-system", "ready": true, "deny": 0, "warn": 0, "allow": 1},
            {"namespace": "monitoring", "ready": false, "deny": 1, "warn": 0, "allow": 0},
            {"namespace": "shop", "ready": false, "deny": 4, "warn": 0, "allow": 1}])
    );
    // What the table prints is what goes into the file.
    let shown = folder.scan(&["--as-admission"]);
    let expires = report["admission"]["exemptions"][0]["expires"]
        .as_str()
        .unwrap();
    insta::assert_snapshot!("admission_table", shown.whole().replace(expires, "DATE"));
    let report = folder.scan(&["--as-admission", "-o", "json"]).whole();
    insta::assert_snapshot!("admission_json", report.replace(expires, "DATE"));
    let table = shown.stdout;
    let start = table.find("\nexemptions:\n").unwrap();
    folder.write(
        "after.yaml",
        format!("mode: audit\n{}", &table[start + 1..]),
    );
    let after = folder.scan(&["--as-admission", "--config", "after.yaml", "-o", "json"]);
    assert_eq!(after.code, 0, "{}", after.whole());
    let (report, decisions) = (after.json(), after.decisions());
    assert!(
        decisions.iter().all(|line| !line.ends_with(" deny")),
        "{decisions:?}"
    );
    assert_eq!(report["admission"]["exemptions"], json!([]));
}

#[test]
fn an_exemption_is_for_one_workload_its_rules_and_its_paths() {
    let folder = Folder::at(serve(immutable(), &[]));
    let mut report = folder.scan(&["--as-admission", "-o", "json"]).json();
    let exemptions = report["admission"]["exemptions"].as_array_mut().unwrap();
    for exemption in exemptions.iter_mut() {
        assert!(exemption["reason"].as_str().unwrap().starts_with("TODO"));
        let expires: jiff::civil::Date = exemption["expires"].as_str().unwrap().parse().unwrap();
        let today = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        // Midnight may pass in between.
        assert!(
            (89..=90).contains(&(expires - today).get_days()),
            "{expires}"
        );
        exemption
            .as_object_mut()
            .unwrap()
            .retain(|key, _| !["reason", "expires"].contains(&key.as_str()));
    }
    insta::assert_json_snapshot!(exemptions);
}

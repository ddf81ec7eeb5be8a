//! The Deployment, its budget and its rights, compared whole: each field is there for a reason that its template gives.

use serde_json::{Value, json};

use crate::helm::{all, render, the};

fn deployment(settings: &[&str]) -> Value {
    the("Deployment", &render(settings))["spec"].clone()
}

#[test]
fn one_replica_more_before_one_less() {
    let spec = deployment(&[]);
    assert_eq!(spec["replicas"], 2);
    assert_eq!(
        spec["strategy"],
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}})
    );
}

#[test]
fn the_container() {
    assert_eq!(
        deployment(&[])["template"]["spec"]["containers"],
        json!([{
            "name": "hostfit",
            "image": "ghcr.io/hostfit/hostfit:0.1.0",
            "imagePullPolicy": "IfNotPresent",
            "args": [
                "serve",
                "--config=/etc/hostfit/config.yaml",
                "--secret=hostfit-tls",
                "--service=hostfit",
                "--webhook-configuration=hostfit",
            ],
            "env": [
                {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
            ],
            "ports": [{"name": "https", "containerPort": 8443}, {"name": "admin", "containerPort": 8081}],
            "startupProbe": {"httpGet": {"path": "/livez", "port": "admin"}, "periodSeconds": 1, "failureThreshold": 60},
            "livenessProbe": {"httpGet": {"path": "/livez", "port": "admin"}, "periodSeconds": 10, "timeoutSeconds": 5},
            "readinessProbe": {"httpGet": {"path": "/readyz", "port": "admin"}, "periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 2},
            "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}},
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
            "volumeMounts": [{"name": "config", "mountPath": "/etc/hostfit", "readOnly": true}],
        }])
    );
}

/// Both only where they are needed: the flag, and the right to see pods.
#[test]
fn bindings_take_a_flag_and_the_right_to_get_pods() {
    let right = json!({"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]});
    for (mode, expected) in [("off", false), ("warn", true), ("deny", true)] {
        let objects = render(&[&format!("bindings.mode={mode:?}")]);
        let rules = the("ClusterRole", &objects)["rules"].as_array().unwrap();
        assert_eq!(rules.contains(&right), expected, "{mode}");
        let about_pods = |rule: &&Value| rule["resources"].to_string().contains("pods");
        let count = rules.iter().filter(about_pods).count();
        assert_eq!(count, usize::from(expected), "{mode}");
        let container = &the("Deployment", &objects)["spec"]["template"]["spec"]["containers"][0];
        let arguments = container["args"].as_array().unwrap();
        let flag = json!(format!("--bindings={mode}"));
        assert_eq!(arguments.contains(&flag), expected, "{mode}");
    }
}

/// A flag and rights, both only where they are needed.
#[test]
fn claims_take_a_flag_and_the_right_to_watch_volumes() {
    let verbs = ["get", "list", "watch"];
    let rights = [
        json!({"apiGroups": [""], "resources": ["persistentvolumes", "persistentvolumeclaims"], "verbs": verbs}),
        json!({"apiGroups": ["storage.k8s.io"], "resources": ["storageclasses"], "verbs": verbs}),
    ];
    for (settings, expected) in [
        (&[][..], false),
        (&["rules.hostVolume=false"], false),
        (&["rules.hostVolume=true"], true),
    ] {
        let objects = render(settings);
        let role = &the("ClusterRole", &objects)["rules"];
        for right in &rights {
            assert_eq!(role.as_array().unwrap().contains(right), expected);
        }
        let text = role.to_string();
        assert_eq!(text.contains("persistentvolume"), expected);
        assert_eq!(text.contains("storageclasses"), expected);
        let container = &the("Deployment", &objects)["spec"]["template"]["spec"]["containers"][0];
        let arguments = container["args"].as_array().unwrap();
        assert_eq!(arguments.contains(&json!("--host-volumes")), expected);
    }
}

#[test]
fn the_pod() {
    let mut pod = deployment(&[])["template"]["spec"].clone();
    pod.as_object_mut().unwrap().remove("containers").unwrap();
    let spread = |key| {
        json!({
            "topologyKey": key,
            "maxSkew": 1,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "hostfit", "app.kubernetes.io/instance": "hostfit"}},
            "matchLabelKeys": ["pod-template-hash"],
        })
    };
    assert_eq!(
        pod,
        json!({
            "serviceAccountName": "hostfit",
            "automountServiceAccountToken": true,
            "enableServiceLinks": false,
            "terminationGracePeriodSeconds": 30,
            "priorityClassName": "system-cluster-critical",
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "volumes": [{"name": "config", "configMap": {"name": "hostfit"}}],
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
            "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
                "weight": 100,
                "preference": {"matchExpressions": [{"key": "kubernetes.azure.com/mode", "operator": "In", "values": ["system"]}]},
            }]}},
            "topologySpreadConstraints": [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
        })
    );
}

/// Nobody else's pod may use the account's token by accident.
#[test]
fn the_token_is_only_for_the_pods() {
    assert_eq!(
        the("ServiceAccount", &render(&[]))["automountServiceAccountToken"],
        false
    );
}

#[test]
fn a_digest_comes_before_a_tag() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let image = |settings: &[&str]| {
        deployment(settings)["template"]["spec"]["containers"][0]["image"].clone()
    };
    assert_eq!(image(&[r#"image.tag="1""#]), "ghcr.io/hostfit/hostfit:1");
    assert_eq!(
        image(&[r#"image.tag="1""#, &format!("image.digest={digest:?}")]),
        format!("ghcr.io/hostfit/hostfit@{digest}")
    );
}

/// With one replica any budget would block every drain of its node.
#[test]
fn a_budget_only_for_more_than_one() {
    let objects = render(&[]);
    assert_eq!(
        the("PodDisruptionBudget", &objects)["spec"],
        json!({
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": {"app.kubernetes.io/name": "hostfit", "app.kubernetes.io/instance": "hostfit"}},
        })
    );
    assert_eq!(
        all("PodDisruptionBudget", &render(&["replicas=1"])),
        Vec::<&Value>::new()
    );
}

#[test]
fn the_service_and_the_pods_agree() {
    let objects = render(&[]);
    assert_eq!(
        the("Service", &objects)["spec"],
        json!({
            "selector": {"app.kubernetes.io/name": "hostfit", "app.kubernetes.io/instance": "hostfit"},
            "ports": [{"name": "https", "port": 443, "targetPort": "https", "protocol": "TCP"}],
        })
    );
    let labels = &the("Deployment", &objects)["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels, &the("Service", &objects)["spec"]["selector"]);
}

//! A case as a pod: its manifest, which the rules judge and the kubelet runs, and what its container finds out.

use hostfit::os::Profile;
use serde_json::{Value, json};

use super::case::{Ask, Case};

/// Says what is mounted at /h and which path of the node's root that is, whether it can be written, also below at the paths that follow, and
/// whether what lies there can be executed.
const PROBE: &str = r#"
try() { if out=$("$@" 2>&1); then echo ok; else echo "${out##*: }"; fi; }
name=$1; shift
for kind in d:directory f:file S:socket c:device b:device; do [ ! -${kind%:*} /h ] || echo "kind=${kind#*:}"; done
[ -d /h ] && at=/h/$name || at=/h
echo "write=$(try touch "$at")"
if [ -d /h ] || [ -f /h ]; then printf '#!/bin/sh\n' 2> /dev/null > "$at" && chmod +x "$at" && echo "exec=$(try "$at")"; fi
while read -r _ _ _ root at _; do [ "$at" != /h ] || echo "leads=/${root#*/root}"; done < /proc/self/mountinfo
for below; do echo "below $below=$(try touch "/h$below/$name")"; done
"#;

/// The pod, on this node.
pub(crate) fn manifest(case: &Case, os: &Profile, name: &str, node: &str) -> Value {
    let mut container =
        json!({"name": "c", "image": "hostfit.dev/busybox:test", "command": ["true"]});
    let mut spec = json!({
        "nodeName": node,
        "tolerations": [{"operator": "Exists"}],
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
    });
    let mut annotations = json!({});
    match &case.ask {
        Ask::Path(mount) => {
            spec["volumes"] = json!([{"name": "h", "hostPath": {"path": case.path, "type": case.host_path_type}}]);
            if let Some(mount) = mount {
                let mut mounted =
                    json!({"name": "h", "mountPath": "/h", "readOnly": mount.read_only});
                if !mount.sub_path.is_empty() {
                    mounted["subPath"] = mount.sub_path.as_str().into();
                }
                container["volumeMounts"] = json!([mounted]);
                container["command"] = probe(case, os, name).into();
            }
        }
        Ask::AppArmor(place, kind) => {
            let mut profile = json!({"type": kind});
            if *kind == "Localhost" {
                profile["localhostProfile"] = "p".into();
            }
            let context = json!({"appArmorProfile": profile});
            match *place {
                "pod" => spec["securityContext"] = context,
                "container" => container["securityContext"] = context,
                "init" => {
                    spec["initContainers"] = json!([{"name": "i", "image": container["image"], "command": ["true"], "securityContext": context}]);
                }
                _ => {
                    let value = match *kind {
                        "RuntimeDefault" => "runtime/default",
                        "Localhost" => "localhost/p",
                        _ => "unconfined",
                    };
                    annotations =
                        json!({"container.apparmor.security.beta.kubernetes.io/c": value});
                }
            }
        }
        Ask::Field(field) => spec[*field] = true.into(),
    }
    spec["containers"] = json!([container]);
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "annotations": annotations}, "spec": spec})
}

/// The command that probes the mount; nothing is written into the kernel's file systems, which are the machine's own.
fn probe(case: &Case, os: &Profile, name: &str) -> Vec<String> {
    let spot = os.look_up(&case.path);
    if spot.access() == hostfit::os::Access::Kernel {
        return vec!["true".to_owned()];
    }
    let script = format!("{{ {PROBE} }} > /dev/termination-log");
    let mut command: Vec<String> = ["sh", "-c", &script, "probe", name]
        .map(str::to_owned)
        .into();
    if matches!(&case.ask, Ask::Path(Some(mount)) if mount.sub_path.is_empty()) {
        let below = os
            .read_only_below(&spot.path)
            .filter(|fact| fact.path != spot.path);
        let prefix = spot.path.trim_end_matches('/').len();
        command.extend(
            below
                .filter(|fact| fact.exists == Some(true))
                .map(|fact| fact.path[prefix..].to_owned()),
        );
    }
    command
}

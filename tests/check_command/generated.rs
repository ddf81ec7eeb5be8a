//! Generated workloads through the way of `check`, from their text, and through that of a review: the findings are the same.

use fastrand::Rng;
use hostfit::manifests::{self, Reading, Source};
use hostfit::storage::Stored;
use hostfit::workload::Kind;
use serde_json::{Map, Value, json};

use crate::same::{agree, create, in_every_world};
use crate::styles::{Style, written};

const WORKLOADS: u64 = 120;

/// A pod's spec that uses the host in some ways.
fn spec(rng: &mut Rng) -> Value {
    let mut spec = Map::new();
    for key in ["hostPID", "hostNetwork", "hostIPC"] {
        match rng.u32(0..6) {
            0 => _ = spec.insert(key.into(), true.into()),
            1 => _ = spec.insert(key.into(), Value::Null),
            _ => {}
        }
    }
    if rng.u32(0..4) == 0 {
        let pool = ["acl1", "ubuntu", "none"][rng.usize(0..3)];
        spec.insert("nodeSelector".into(), json!({"agentpool": pool}));
    }
    if rng.u32(0..6) == 0 {
        spec.insert("runtimeClassName".into(), "kata".into());
    }
    if rng.u32(0..4) == 0 {
        spec.insert("tolerations".into(), json!([{"operator": "Exists"}]));
    }
    if rng.u32(0..5) == 0 {
        spec.insert("securityContext".into(), json!({"appArmorProfile": {"type": "RuntimeDefault"}, "seLinuxOptions": {"type": "spc_t"}}));
    }
    let paths = [
        "/",
        "/etc/",
        "/usr//bin",
        "/var/../usr/lib",
        "/opt/cni/bin",
        "/lib/modules",
        "/dev/kvm",
        "/run/containerd/containerd.sock",
    ];
    let types = [
        "",
        "Directory",
        "DirectoryOrCreate",
        "FileOrCreate",
        "Socket",
    ];
    let volumes: Vec<Value> = (0..rng.usize(0..4))
        .map(|index| match rng.u32(0..5) {
            0 => json!({"name": format!("v{index}"), "flexVolume": {"driver": "acme/disk"}}),
            1 => json!({"name": format!("v{index}"), "emptyDir": {}}),
            _ => json!({"name": format!("v{index}"), "hostPath": {"path": paths[rng.usize(0..paths.len())], "type": types[rng.usize(0..types.len())]}}),
        })
        .collect();
    for list in ["initContainers", "containers"] {
        let containers: Vec<Value> = (0..rng.usize(0..3))
            .map(|index| {
                let mut mounts = Vec::new();
                for volume in 0..volumes.len() {
                    if rng.bool() {
                        let sub_path = ["", "a"][rng.usize(0..2)];
                        mounts.push(json!({
                            "name": format!("v{volume}"), "mountPath": format!("/m{volume}"),
                            "readOnly": rng.bool(), "subPath": sub_path,
                        }));
                    }
                }
                let command = [json!(["sh", "-c", "apt-get install -y x"]), json!(["modprobe", "x"]), json!([]), Value::Null];
                let limits = [json!({"nvidia.com/gpu": 1}), json!({"cpu": "1"})];
                json!({
                    "name": format!("{list}-{index}"), "image": "registry.example.com/x:1", "volumeMounts": mounts,
                    "command": command[rng.usize(0..command.len())], "resources": {"limits": limits[rng.usize(0..2)]},
                    "securityContext": {"privileged": rng.bool()},
                })
            })
            .collect();
        spec.insert(list.into(), containers.into());
    }
    spec.insert("volumes".into(), volumes.into());
    spec.into()
}

fn object(seed: u64) -> Value {
    let mut rng = Rng::with_seed(seed);
    let kind = Kind::ALL[rng.usize(0..Kind::ALL.len())];
    let version = match kind {
        Kind::Pod | Kind::PodTemplate | Kind::ReplicationController => "v1",
        Kind::Job | Kind::CronJob => "batch/v1",
        _ => "apps/v1",
    };
    let mut object = json!({"apiVersion": version, "kind": kind.as_str(), "metadata": {"name": format!("w{seed}"), "namespace": "default"}});
    let mut at = &mut object;
    for key in kind.pod_spec_path().split('.') {
        at = &mut at[key];
    }
    *at = spec(&mut rng);
    object
}

#[test]
fn a_review_says_the_same_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.yaml");
    let styles = [
        Style::Json,
        Style::Flow,
        Style::Block,
        Style::BlockOfWindows,
    ];
    let objects: Vec<Value> = (0..WORKLOADS).map(object).collect();
    let mut read = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        std::fs::write(&file, written(object, styles[index % styles.len()])).unwrap();
        let source = [Source::Path(file.clone())];
        let manifests = manifests::load(&source, Reading::default());
        assert_eq!(manifests.problems, [""; 0], "{object}");
        read.extend(manifests.workloads);
    }
    assert_eq!(read.len(), objects.len());
    let mut compared = 0;
    in_every_world(&Stored::default(), |world| {
        for (manifest, object) in read.iter().zip(&objects) {
            compared += usize::from(agree(&create(manifest, object), &manifest.workload, world));
        }
    });
    assert!(compared > 5000, "{compared} reviews");
}

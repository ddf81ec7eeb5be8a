//! With a real API server: volumes, claims and StorageClasses as they come and go, and what is done without the right to see them. Each test is
//! for a test cluster of its own.

use serde_json::{Value, json};

use crate::cluster::{account, apply, in_a_pod, is_denied, kubectl};
use crate::server::{DENIED, Server};

const FLAG: [&str; 1] = ["--host-volumes"];
const RIGHTS: &str =
    "nodes,namespaces,runtimeclasses,persistentvolumes,persistentvolumeclaims,storageclasses";

/// The review of a pod on an immutable node with claim `data`.
fn claiming() -> String {
    let mut review: Value = serde_json::from_str(DENIED).unwrap();
    let spec = &mut review["request"]["object"]["spec"];
    spec["volumes"] = json!([{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]);
    spec["containers"] =
        json!([{"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/data"}]}]);
    review.to_string()
}

async fn serve(rights: &str) -> Server {
    let account = account("storage", rights);
    let server = in_a_pod(account.path(), &FLAG).await;
    is_denied(&server, DENIED, true).await;
    server
}

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn volumes_claims_and_classes_are_followed_as_they_come_and_go() {
    let server = serve(RIGHTS).await;
    server.reports("storageclasses that decide something").await;
    is_denied(&server, &claiming(), false).await;

    let claim = |spec: &str| {
        format!(
            "{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: data, namespace: default}}, \
                 spec: {{{spec}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}}}"
        )
    };
    apply(&claim("storageClassName: path"));
    is_denied(&server, &claiming(), false).await;
    apply(
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: path}, provisioner: rancher.io/local-path}",
    );
    is_denied(&server, &claiming(), true).await;
    kubectl(&["delete", "storageclass", "path"]);
    is_denied(&server, &claiming(), false).await;
    // It gets a volume.
    apply(
        "{apiVersion: v1, kind: PersistentVolume, metadata: {name: usr}, spec: {hostPath: {path: /usr}, storageClassName: path, \
           capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce]}}",
    );
    kubectl(&[
        "patch",
        "pvc",
        "data",
        "-p",
        r#"{"spec": {"volumeName": "usr"}}"#,
    ]);
    is_denied(&server, &claiming(), true).await;
    kubectl(&[
        "patch",
        "pvc",
        "data",
        "-p",
        r#"{"metadata": {"finalizers": null}}"#,
    ]);
    kubectl(&["delete", "pvc", "data"]);
    is_denied(&server, &claiming(), false).await;
}

#[tokio::test]
#[ignore = "needs a test cluster"]
async fn without_the_right_to_see_volumes_it_serves_all_the_same() {
    let server = serve("nodes,namespaces,runtimeclasses").await;
    assert_eq!(server.readyz().await.status, 200);
    let refused = "[!] storage: persistentvolumes: none is known: persistentvolumes is forbidden";
    server.reports(refused).await;

    let rights = "--resource=persistentvolumes,persistentvolumeclaims,storageclasses";
    kubectl(&["create", "clusterrole", "late", "--verb=list,watch", rights]);
    let who = "--serviceaccount=default:storage";
    kubectl(&[
        "create",
        "clusterrolebinding",
        "late",
        "--clusterrole=late",
        who,
    ]);
    server
        .reports("[+] storage: 0 persistentvolumes, 0 persistentvolumeclaims, 0 storageclasses")
        .await;
}

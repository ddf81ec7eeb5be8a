//! An API server that is nothing but lists, and the cluster that most tests look at.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

/// What it has, and what it lets nobody list.
struct Lists {
    objects: Vec<Value>,
    forbidden: Vec<String>,
}

/// Serves these objects until the test process ends.
pub(crate) fn serve(objects: Vec<Value>, forbidden: &[&str]) -> SocketAddr {
    let forbidden = forbidden.iter().map(|resource| (*resource).to_owned());
    let lists = Arc::new(Lists {
        objects,
        forbidden: forbidden.collect(),
    });
    let router = Router::new()
        .route(
            "/apis",
            get(|| async { r#"{"kind": "APIGroupList", "groups": []}"# }),
        )
        .route("/{*path}", get(list))
        .with_state(lists);
    listen(router)
}

/// Serves this until the test process ends.
pub(crate) fn listen(router: Router) -> SocketAddr {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
    let listener = listener.unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || runtime.block_on(axum::serve(listener, router).into_future()));
    address
}

async fn list(State(lists): State<Arc<Lists>>, Path(path): Path<String>) -> Response {
    let parts: Vec<&str> = path.split('/').collect();
    let resource = *parts.last().unwrap();
    let namespace = parts.iter().position(|part| *part == "namespaces");
    let namespace = namespace.and_then(|at| parts.get(at + 1));
    if lists.forbidden.iter().any(|it| it == resource) {
        let message =
            format!("{resource} is forbidden: User \"u\" cannot list resource \"{resource}\"");
        let status = json!({"kind": "Status", "status": "Failure", "message": message, "reason": "Forbidden", "code": 403});
        return (StatusCode::FORBIDDEN, status.to_string()).into_response();
    }
    let is_asked_for = |object: &&Value| {
        let plural = format!("{}s", object["kind"].as_str().unwrap().to_lowercase());
        let plural = plural.replace("classs", "classes");
        let inside = namespace.is_none_or(|name| object["metadata"]["namespace"] == *name);
        plural == resource && inside
    };
    let items: Vec<&Value> = lists.objects.iter().filter(is_asked_for).collect();
    json!({"kind": "List", "metadata": {}, "items": items})
        .to_string()
        .into_response()
}

/// A small cluster: two Ubuntu nodes, one of Azure Container Linux, and a bit of everything that runs.
pub(crate) fn cluster() -> Vec<Value> {
    let mut objects = vec![
        node("ubuntu-0", "ubuntu", "Ubuntu"),
        node("ubuntu-1", "ubuntu", "Ubuntu"),
        node("acl-0", "acl", "AzureContainerLinux"),
        namespace("shop"),
        namespace("monitoring"),
        namespace("kube-system"),
    ];
    let agent = json!({"containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/host", "readOnly": true}]}],
        "volumes": [{"name": "v", "hostPath": {"path": "/usr/bin"}}]});
    objects.push(maker("apps/v1", "DaemonSet", "monitoring", "agent", &agent));
    let owner = json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent"});
    for node in ["ubuntu-0", "ubuntu-1", "acl-0"] {
        objects.push(pod(
            "monitoring",
            &format!("agent-{node}"),
            node,
            &owner,
            &agent,
        ));
    }
    let web = spec("ubuntu", &json!({}));
    objects.push(maker("apps/v1", "Deployment", "shop", "web", &web));
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"});
    let mut set = maker("apps/v1", "ReplicaSet", "shop", "web-5", &web);
    set["metadata"]["ownerReferences"] = owners(&deployment);
    objects.push(set);
    let owner = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5"});
    objects.push(pod("shop", "web-5-a", "ubuntu-0", &owner, &web));
    let job = spec("ubuntu", &json!({"hostPID": true}));
    objects.push(json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly", "namespace": "shop"},
        "spec": {"suspend": true, "jobTemplate": {"spec": {"template": {"spec": job}}}}}));
    let debug = spec("acl", &json!({"hostNetwork": true}));
    objects.push(pod("shop", "debug", "acl-0", &json!(null), &debug));
    let kafka = json!({"apiVersion": "kafka.example.com/v1", "kind": "Kafka", "name": "events"});
    let broker = spec(
        "ubuntu",
        &json!({"volumes": [{"name": "d", "hostPath": {"path": "/opt/data"}}]}),
    );
    objects.push(pod("shop", "events-0", "ubuntu-1", &kafka, &broker));
    let proxy = json!({"apiVersion": "v1", "kind": "Node", "name": "acl-0"});
    let mut mirror = pod(
        "kube-system",
        "proxy-acl-0",
        "acl-0",
        &proxy,
        &spec("acl", &json!({"hostNetwork": true})),
    );
    mirror["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "x"});
    objects.push(mirror);
    objects
}

fn node(name: &str, pool: &str, sku: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {"agentpool": pool, "kubernetes.azure.com/os-sku": sku}},
        "status": {"nodeInfo": {"operatingSystem": "linux"}}})
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

/// A pod spec on a pool, with something more.
pub(crate) fn spec(pool: &str, more: &Value) -> Value {
    let mut spec = more.clone();
    spec["nodeSelector"] = json!({"agentpool": pool});
    spec["containers"] = json!([{"name": "c", "image": "i"}]);
    spec
}

pub(crate) fn maker(
    api_version: &str,
    kind: &str,
    namespace: &str,
    name: &str,
    spec: &Value,
) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": {"spec": spec}}})
}

fn pod(namespace: &str, name: &str, node: &str, owner: &Value, spec: &Value) -> Value {
    let mut spec = spec.clone();
    spec["nodeName"] = node.into();
    let owners = if owner.is_null() {
        json!([])
    } else {
        owners(owner)
    };
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace, "ownerReferences": owners},
        "spec": spec, "status": {"phase": "Running"}})
}

fn owners(owner: &Value) -> Value {
    let mut owner = owner.clone();
    owner["uid"] = "u".into();
    owner["controller"] = true.into();
    json!([owner])
}

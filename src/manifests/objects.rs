//! A document's objects: itself, or the items of a list. Used by [`crate::manifests`].

use serde_json::Value;

/// An object of the API.
#[derive(Debug)]
pub struct Object {
    /// Its `apiVersion`; in a typed list the list's own where it says none.
    pub api_version: String,
    /// Its `kind`, in the same way.
    pub kind: String,
    /// All of it.
    pub value: Value,
    /// Where it stands: its index in each list that it is in, the outermost first.
    pub indices: Vec<usize>,
}

/// The objects of a document. An empty document has none.
pub fn objects(document: Value) -> Vec<Object> {
    let mut objects = Vec::new();
    if !document.is_null() {
        let context = Context::default();
        flatten(document, &context, &mut objects);
    }
    objects
}

/// What a list says of its items, and where it stands.
#[derive(Default)]
struct Context {
    api_version: String,
    kind: String,
    indices: Vec<usize>,
}

fn flatten(mut value: Value, context: &Context, objects: &mut Vec<Object>) {
    let text = |key: &str, default: &str| value[key].as_str().unwrap_or(default).to_owned();
    let api_version = text("apiVersion", &context.api_version);
    let kind = text("kind", &context.kind);
    let Some(item_kind) = item_kind(&kind, &value) else {
        objects.push(Object {
            api_version,
            kind,
            value,
            indices: context.indices.clone(),
        });
        return;
    };
    let mut context = Context {
        // The items of a `List` are of any kind and say so themselves.
        api_version: if item_kind.is_empty() {
            String::new()
        } else {
            api_version
        },
        kind: item_kind.to_owned(),
        indices: context.indices.clone(),
    };
    let items = match value.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    for (index, item) in items.into_iter().enumerate() {
        context.indices.push(index);
        flatten(item, &context, objects);
        context.indices.pop();
    }
}

/// For a list the kind of its items, empty where they are of any kind. A custom kind may well be called `AllowList`, and be none.
fn item_kind<'k>(kind: &'k str, value: &Value) -> Option<&'k str> {
    let is_list = match value.get("items") {
        Some(Value::Array(_) | Value::Null) => true,
        Some(_) => false,
        None => kind == "List",
    };
    kind.strip_suffix("List").filter(|_| is_list)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::itself(&json!({"apiVersion": "v1", "kind": "Pod"}), &["v1 Pod []"])]
    #[case::empty(&json!(null), &[])]
    #[case::no_object(&json!(7), &["  []"])]
    #[case::list(
        &json!({"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "batch/v1", "kind": "Job"}, {"kind": "Pod"}, null]}),
        &["batch/v1 Job [0]", " Pod [1]", "  [2]"])]
    #[case::typed(
        &json!({"apiVersion": "apps/v1", "kind": "DaemonSetList", "items": [{}, {"apiVersion": "v1", "kind": "Pod"}]}),
        &["apps/v1 DaemonSet [0]", "v1 Pod [1]"])]
    #[case::lists_in_a_list(
        &json!({"kind": "List", "items": [{"kind": "Pod"}, {"apiVersion": "v1", "kind": "PodList", "items": [{}, {}]}]}),
        &[" Pod [0]", "v1 Pod [1, 0]", "v1 Pod [1, 1]"])]
    #[case::nothing_listed(&json!({"kind": "List"}), &[])]
    #[case::null_listed(&json!({"kind": "PodList", "items": null}), &[])]
    #[case::a_kind_of_its_own(&json!({"apiVersion": "acme.io/v1", "kind": "AllowList", "spec": {}}), &["acme.io/v1 AllowList []"])]
    #[case::no_items(&json!({"apiVersion": "v1", "kind": "List", "items": {}}), &["v1 List []"])]
    fn lists_are_unfolded(#[case] document: &Value, #[case] expected: &[&str]) {
        let objects = objects(document.clone());
        let found: Vec<String> = objects
            .iter()
            .map(|object| {
                format!(
                    "{} {} {:?}",
                    object.api_version, object.kind, object.indices
                )
            })
            .collect();
        assert_eq!(found, expected);
    }
}

//! Nodes from a file, as `kubectl get nodes -o yaml` or `-o json` prints them: a `List`, a `NodeList`, single Nodes, several documents.

use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize as _;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;

use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::message::clean;
use crate::os::Catalogue;

/// A file with nodes; `-` is standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeFile {
    /// Standard input.
    Stdin,
    /// A path.
    Path(PathBuf),
}

impl FromStr for NodeFile {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "-" => Self::Stdin,
            path => Self::Path(path.into()),
        })
    }
}

impl NodeFile {
    /// Its name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::Path(path) => path.display().to_string(),
        }
    }

    /// All that is in it. Standard input can be read once.
    pub async fn contents(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Stdin => {
                let mut bytes = Vec::new();
                tokio::io::stdin().read_to_end(&mut bytes).await?;
                Ok(bytes)
            }
            Self::Path(path) => tokio::fs::read(path).await,
        }
    }
}

/// What could be read.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The nodes.
    pub inventory: Inventory,
    /// Items that are left out, each with file, place and reason.
    pub complaints: Vec<String>,
}

/// Reads files, each with its name. An error is about a file as a whole; an item that is no node is left out and complained of.
pub fn read<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> Result<Read, String> {
    let mut read = Read::default();
    for (name, bytes) in files {
        let text =
            std::str::from_utf8(bytes).map_err(|error| format!("{name} is no text: {error}"))?;
        let documents = documents(text).map_err(|error| {
            format!(
                "{name} is neither YAML nor JSON: {error}; write it with kubectl get nodes -o yaml"
            )
        })?;
        let items: Vec<Value> = documents.into_iter().flat_map(items).collect();
        if items.is_empty() {
            read.complaints.push(format!("{name} holds no node"));
        }
        for (index, item) in items.into_iter().enumerate() {
            match node(item) {
                Ok(node) => _ = read.inventory.apply(node),
                Err(error) => read
                    .complaints
                    .push(format!("{name}: item {index} is left out: {error}")),
            }
        }
    }
    Ok(read)
}

fn documents(text: &str) -> Result<Vec<Value>, String> {
    if is_json(text) {
        let stream = serde_json::Deserializer::from_str(text).into_iter();
        return stream
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string());
    }
    let options = serde_saphyr::options! {
        // The file is the operator's own, and a large cluster's is longer than the limits meant for strangers' files.
        budget: None,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        legacy_octal_numbers: true,
        with_snippet: false,
    };
    serde_saphyr::from_multiple_with_options(text, options)
        .map_err(|error| error.to_string().replace('\n', " "))
}

/// YAML can begin with a brace as well, but hardly with a quoted key after it.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{');
    inside.is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

/// The items of a list, or the document itself.
fn items(mut document: Value) -> Vec<Value> {
    let is_list = document["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    match document.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if is_list => items,
        _ if is_list || document.is_null() => Vec::new(),
        _ => vec![document],
    }
}

fn node(item: Value) -> Result<Node, String> {
    // In a NodeList the items go without a kind.
    match item.get("kind").and_then(Value::as_str) {
        Some("Node") | None => {}
        Some(kind) => return Err(format!("it is a {}, not a Node", clean(kind))),
    }
    let Some(name) = item["metadata"]["name"].as_str().map(clean) else {
        return Err("it has no metadata.name".to_owned());
    };
    NodeObject::deserialize(item)
        .map(|object| Node::new(object, Catalogue::built_in()))
        .map_err(|error| format!("node {name}: {error}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::list(
        "{kind: List, items: [{kind: Node, metadata: {name: a}}, {kind: Node, metadata: {name: b}}]}"
    )]
    #[case::node_list("{kind: NodeList, items: [{metadata: {name: a}}, {metadata: {name: b}}]}")]
    #[case::documents(
        "---\nkind: Node\nmetadata: {name: a}\n---\n# nothing\n---\nkind: Node\nmetadata: {name: b}\n"
    )]
    #[case::json(r#" {"kind":"List","items":[{"kind":"Node","metadata":{"name":"a"}},{"kind":"Node","metadata":{"name":"b"}}]}"#)]
    #[case::json_stream(
        r#"{"kind":"Node","metadata":{"name":"a"}} {"kind":"Node","metadata":{"name":"b"}}"#
    )]
    #[case::repeated_key(
        "kind: List\nitems: []\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]\n"
    )]
    fn nodes_are_read_in_every_form(#[case] text: &str) {
        let read = read([("nodes".to_owned(), text.as_bytes())]).expect("readable");
        let names: Vec<&str> = read.inventory.nodes().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(read.complaints, Vec::<String>::new());
    }

    #[test]
    fn a_bad_item_is_named_and_the_rest_is_kept() {
        let text = "kind: List\nitems:\n- kind: Pod\n- {metadata: {name: a}}\n- {metadata: {name: b, labels: 7}}\n- {kind: Node}\n- null\n";
        let read = read([("n.yaml".to_owned(), text.as_bytes())]).expect("readable");
        assert_eq!(read.inventory.len(), 1);
        insta::assert_snapshot!(read.complaints.join("\n"), @r"
        n.yaml: item 0 is left out: it is a Pod, not a Node
        n.yaml: item 2 is left out: node b: invalid type: integer `7`, expected a map
        n.yaml: item 3 is left out: it has no metadata.name
        n.yaml: item 4 is left out: it has no metadata.name
        ");
    }

    #[rstest]
    #[case::yaml(b"kind: [".as_slice())]
    #[case::json(b"{\"kind\": ".as_slice())]
    #[case::binary(b"\xff\xfe".as_slice())]
    fn a_file_that_cannot_be_read_is_an_error_in_one_line(#[case] bytes: &[u8]) {
        let error = read([("n.yaml".to_owned(), bytes)]).expect_err("unreadable");
        assert!(
            error.starts_with("n.yaml is n") && !error.contains('\n'),
            "{error}"
        );
    }

    #[test]
    fn a_file_without_a_node_is_complained_of() {
        let read = read([("n.yaml".to_owned(), b"".as_slice())]).expect("readable");
        assert_eq!(read.complaints, ["n.yaml holds no node"]);
    }
}

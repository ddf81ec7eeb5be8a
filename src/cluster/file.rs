//! Nodes from a file, as `kubectl get nodes -o yaml` or `-o json` prints them: a `List`, a `NodeList`, single Nodes, several documents. Volumes,
//! claims and StorageClasses among them are taken as well (`kubectl get nodes,pv,sc,pvc -A -o yaml`), and Karpenter's pools and their classes.

use serde::Deserialize as _;

use crate::inventory::karpenter::Karpenter;
use crate::inventory::node::NodeObject;
use crate::inventory::{Inventory, Node};
use crate::manifests::{Object, documents, objects};
use crate::message::clean;
use crate::os::Catalogue;
use crate::storage::Stored;
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};

/// What could be read.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// The nodes.
    pub inventory: Inventory,
    /// What is known of volumes, claims and StorageClasses.
    pub storage: Stored,
    /// Karpenter's pools.
    pub karpenter: Karpenter,
    /// Items that are left out, each with file, place and reason.
    pub complaints: Vec<String>,
}

/// Reads files, each with its name. An error is about a file as a whole; an item that is no node is left out and complained of.
pub fn read<'a>(
    files: impl IntoIterator<Item = (String, &'a [u8])>,
    catalogue: &Catalogue,
) -> Result<Read, String> {
    let mut read = Read::default();
    for (name, bytes) in files {
        let mut count = 0;
        for document in documents(bytes) {
            let content = document.content.map_err(|wrong| {
                format!(
                    "{name}:{}:{}: {}; write it with kubectl get nodes -o yaml",
                    wrong.line, wrong.column, wrong.what
                )
            })?;
            for object in objects(content) {
                let group = object.api_version.split('/').next().unwrap_or_default();
                if read.karpenter.take(group, &object.kind, &object.value) {
                    count += 1;
                    continue;
                }
                if let Err(error) = read.take(object, catalogue) {
                    read.complaints
                        .push(format!("{name}: item {count} is left out: {error}"));
                }
                count += 1;
            }
        }
        if count == 0 {
            read.complaints.push(format!("{name} holds no node"));
        }
    }
    Ok(read)
}

/// What is taken.
const KINDS: [&str; 4] = [
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "StorageClass",
];

impl Read {
    fn take(&mut self, object: Object, catalogue: &Catalogue) -> Result<(), String> {
        let kind = match object.kind.as_str() {
            "" => "Node",
            kind => kind,
        };
        if !KINDS.contains(&kind) {
            return Err(format!("it is a {}, not a Node", clean(kind)));
        }
        let value = object.value;
        let Some(name) = value["metadata"]["name"].as_str() else {
            return Err("it has no metadata.name".to_owned());
        };
        let name = clean(name).into_owned();
        let taken = match kind {
            "Node" => NodeObject::deserialize(value).map(|object| {
                let node = Node::new(object, catalogue);
                _ = self.inventory.apply(node);
            }),
            "PersistentVolume" => {
                VolumeObject::deserialize(value).map(|it| self.storage.add_volume(it))
            }
            "PersistentVolumeClaim" => {
                ClaimObject::deserialize(value).map(|it| self.storage.add_claim(it))
            }
            _ => ClassObject::deserialize(value).map(|it| self.storage.add_class(it)),
        };
        taken.map_err(|error| match kind {
            "Node" => format!("node {name}: {error}"),
            kind => format!("{kind} {name}: {error}"),
        })
    }
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
        let read = read(
            [("nodes".to_owned(), text.as_bytes())],
            Catalogue::built_in(),
        )
        .expect("readable");
        let names: Vec<&str> = read.inventory.nodes().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(read.complaints, Vec::<String>::new());
    }

    #[test]
    fn a_bad_item_is_named_and_the_rest_is_kept() {
        let text = "kind: List\nitems:\n- kind: Pod\n- {metadata: {name: a}}\n- {metadata: {name: b, labels: 7}}\n- {kind: Node}\n- null\n";
        let read = read(
            [("n.yaml".to_owned(), text.as_bytes())],
            Catalogue::built_in(),
        )
        .expect("readable");
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
        let error =
            read([("n.yaml".to_owned(), bytes)], Catalogue::built_in()).expect_err("unreadable");
        assert!(
            error.starts_with("n.yaml:1:") && !error.contains('\n'),
            "{error}"
        );
    }

    #[test]
    fn a_file_without_a_node_is_complained_of() {
        let read = read(
            [("n.yaml".to_owned(), b"".as_slice())],
            Catalogue::built_in(),
        )
        .expect("readable");
        assert_eq!(read.complaints, ["n.yaml holds no node"]);
    }
}

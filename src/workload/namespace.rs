//! What a Namespace decides about the pods in it: Hostfit's own labels, and the annotations that the API server's admission plugins read.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Toleration;

use crate::message::{clean, clean_text};
use crate::placement::label;

/// The annotation whose node selector every pod of the namespace gets.
pub const NODE_SELECTOR: &str = "scheduler.alpha.kubernetes.io/node-selector";
/// The annotation whose tolerations every pod of the namespace gets.
pub const DEFAULT_TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/defaultTolerations";

/// The parts of a Namespace that decide something.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Namespace {
    /// Its labels that begin with `hostfit.dev/`.
    pub labels: BTreeMap<String, String>,
    /// What its pods' node selector has to hold.
    pub node_selector: BTreeMap<String, String>,
    /// What its pods tolerate besides.
    pub default_tolerations: Vec<Toleration>,
    /// Annotations that make no sense, and are ignored.
    pub complaints: Vec<String>,
}

/// The namespaces that decide something, by name.
pub type Namespaces = BTreeMap<String, Namespace>;

impl Namespace {
    /// Keeps what decides something. Total: an annotation that cannot be read is a complaint. The API server fails to create any pod while
    /// there is one, so there is no pod to be wrong about.
    pub fn new(
        mut labels: BTreeMap<String, String>,
        annotations: &BTreeMap<String, String>,
    ) -> Self {
        labels.retain(|key, _| key.starts_with("hostfit.dev/"));
        let mut complaints = Vec::new();
        Self {
            labels,
            node_selector: read(annotations, NODE_SELECTOR, selector, &mut complaints),
            default_tolerations: read(
                annotations,
                DEFAULT_TOLERATIONS,
                tolerations,
                &mut complaints,
            ),
            complaints,
        }
    }

    /// Whether it decides nothing, as most do.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

fn read<T: Default>(
    annotations: &BTreeMap<String, String>,
    key: &str,
    parse: fn(&str) -> Result<T, String>,
    complaints: &mut Vec<String>,
) -> T {
    match annotations.get(key).map(|text| parse(text)) {
        None => T::default(),
        Some(Ok(value)) => value,
        Some(Err(why)) => {
            complaints.push(format!("namespace annotation {key} is ignored: {why}"));
            T::default()
        }
    }
}

/// `key=value,key=value`, as `labels.ConvertSelectorToLabelsMap` reads it: spaces around keys and values do not count, the last of a key holds.
fn selector(text: &str) -> Result<BTreeMap<String, String>, String> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    let pair = |part: &str| {
        let split = part.split_once('=').filter(|(_, v)| !v.contains('='));
        let (key, value) = split.map(|(key, value)| (key.trim(), value.trim()))?;
        (label::is_key(key) && label::is_value(value)).then(|| (key.to_owned(), value.to_owned()))
    };
    text.split(',')
        .map(|part| {
            pair(part).ok_or_else(|| {
                format!(
                    "\"{}\" is no label of the form key=value, and it takes these with commas between them",
                    clean(part)
                )
            })
        })
        .collect()
}

/// A JSON list, as the plugin reads it.
fn tolerations(text: &str) -> Result<Vec<Toleration>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let list: Option<_> = serde_json::from_str(text).map_err(|error| {
        let error = clean_text(&error.to_string());
        format!("it takes a JSON list of tolerations: {error}")
    })?;
    Ok(list.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn annotated(key: &str, text: &str) -> Namespace {
        let annotations = BTreeMap::from([(key.to_owned(), text.to_owned())]);
        Namespace::new(BTreeMap::new(), &annotations)
    }

    /// `ConvertSelectorToLabelsMap` in `k8s.io/apimachinery/pkg/labels/labels.go`; `-`: it refuses.
    #[rstest]
    #[case("", "")]
    #[case("agentpool=acl1", "agentpool=acl1")]
    #[case("b=2,a=1", "a=1 b=2")]
    #[case(" a = 1 , b=2 ", "a=1 b=2")]
    #[case("a=1,a=2", "a=2")]
    #[case("a=", "a=")]
    #[case("a", "-")]
    #[case("a==1", "-")]
    #[case("a=b=c", "-")]
    #[case("a=1,", "-")]
    #[case(" ", "-")]
    #[case("a!=1", "-")]
    #[case("=1", "-")]
    #[case("a=-1", "-")]
    #[case("x/y/z=1", "-")]
    #[case("example.com/a=1", "example.com/a=1")]
    fn a_node_selector_is_read_as_the_plugin_reads_it(#[case] text: &str, #[case] expected: &str) {
        let namespace = annotated(NODE_SELECTOR, text);
        let pairs: Vec<String> = namespace
            .node_selector
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let read = match namespace.complaints.as_slice() {
            [] => pairs.join(" "),
            _ => "-".to_owned(),
        };
        assert_eq!(read, expected);
    }

    /// `extractNSTolerations` in `plugin/pkg/admission/podtolerationrestriction`; -1: it refuses.
    #[rstest]
    #[case("", 0)]
    #[case("null", 0)]
    #[case("[]", 0)]
    #[case(r#"[{"key": "a", "operator": "Exists"}, {}]"#, 2)]
    #[case(r#"[{"key": "a", "unknown": 1}]"#, 1)]
    #[case(r#"[{"key": null}]"#, 1)]
    #[case(r#"{"key": "a"}"#, -1)]
    #[case(r#"[{"key": 1}]"#, -1)]
    #[case("[] []", -1)]
    #[case(" ", -1)]
    fn default_tolerations_are_read_as_the_plugin_reads_them(
        #[case] text: &str,
        #[case] expected: i32,
    ) {
        let namespace = annotated(DEFAULT_TOLERATIONS, text);
        let read = match namespace.complaints.as_slice() {
            [] => i32::try_from(namespace.default_tolerations.len()).unwrap(),
            _ => -1,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_decides_nothing_is_not_kept() {
        let other = BTreeMap::from([("team".to_owned(), "a".to_owned())]);
        assert!(Namespace::new(other.clone(), &other).is_plain());
        let mut labels = other;
        labels.insert("hostfit.dev/mode".to_owned(), "audit".to_owned());
        let namespace = Namespace::new(labels, &BTreeMap::new());
        assert_eq!(
            json!(namespace.labels),
            json!({"hostfit.dev/mode": "audit"})
        );
    }

    #[rstest]
    #[case(
        NODE_SELECTOR,
        "a\u{7}==1",
        "namespace annotation scheduler.alpha.kubernetes.io/node-selector is ignored: \"a\\u{7}==1\" is no label of the form key=value, and it takes these with commas between them"
    )]
    #[case(
        DEFAULT_TOLERATIONS,
        "7",
        "namespace annotation scheduler.alpha.kubernetes.io/defaultTolerations is ignored: it takes a JSON list of tolerations: invalid type: integer `7`, expected a sequence at line 1 column 1"
    )]
    fn a_complaint_says_what_is_wrong_and_where(
        #[case] key: &str,
        #[case] text: &str,
        #[case] complaint: &str,
    ) {
        let namespace = annotated(key, text);
        assert_eq!(namespace.complaints, [complaint]);
        assert!(namespace.node_selector.is_empty() && namespace.default_tolerations.is_empty());
    }
}

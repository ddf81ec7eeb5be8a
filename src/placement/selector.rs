//! Node selectors and required node affinity, exactly as the scheduler reads them.
//!
//! Authority: `k8s.io/component-helpers/scheduling/corev1/nodeaffinity` and `k8s.io/apimachinery/pkg/labels`. An error while parsing means
//! that the term does not match; it does not stop another term from matching.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};

use super::label;
use crate::inventory::Node;

/// The required node affinity of a pod, parsed: a node has to match one of the terms.
#[derive(Debug)]
pub(super) struct Affinity<'a>(Vec<Term<'a>>);

impl<'a> Affinity<'a> {
    /// Keeps the terms that can match at all: an empty term and one that does not parse never do.
    pub(super) fn parse(selector: &'a NodeSelector) -> Self {
        Self(
            selector
                .node_selector_terms
                .iter()
                .filter_map(Term::parse)
                .collect(),
        )
    }

    /// Whether a term matches. With no term left none does.
    pub(super) fn matches(&self, node: &Node) -> bool {
        self.0.iter().any(|term| term.matches(node))
    }

    /// The values to which the terms bind label `key`, if every term does.
    pub(super) fn values_of(&self, key: &str) -> Option<Vec<&'a str>> {
        let of_term = |term: &Term<'a>| {
            term.labels
                .iter()
                .find_map(|requirement| match requirement.test {
                    Test::In(values) if requirement.key == key => Some(values),
                    _ => None,
                })
        };
        let values: Vec<&[String]> = self.0.iter().map(of_term).collect::<Option<_>>()?;
        Some(values.into_iter().flatten().map(String::as_str).collect())
            .filter(|values: &Vec<_>| !values.is_empty())
    }
}

/// Expressions and fields, all of which have to match.
#[derive(Debug)]
struct Term<'a> {
    labels: Vec<LabelRequirement<'a>>,
    fields: Vec<FieldRequirement<'a>>,
}

impl<'a> Term<'a> {
    fn parse(term: &'a NodeSelectorTerm) -> Option<Self> {
        let expressions = term.match_expressions.as_deref().unwrap_or_default();
        let fields = term.match_fields.as_deref().unwrap_or_default();
        if expressions.is_empty() && fields.is_empty() {
            return None;
        }
        Some(Self {
            labels: expressions
                .iter()
                .map(LabelRequirement::parse)
                .collect::<Option<_>>()?,
            fields: fields
                .iter()
                .map(FieldRequirement::parse)
                .collect::<Option<_>>()?,
        })
    }

    fn matches(&self, node: &Node) -> bool {
        self.labels
            .iter()
            .all(|requirement| requirement.matches(&node.labels))
            && self
                .fields
                .iter()
                .all(|requirement| requirement.matches(node))
    }
}

/// One of `matchExpressions`.
#[derive(Debug)]
struct LabelRequirement<'a> {
    key: &'a str,
    test: Test<'a>,
}

#[derive(Debug)]
enum Test<'a> {
    In(&'a [String]),
    NotIn(&'a [String]),
    Exists,
    DoesNotExist,
    Gt(i64),
    Lt(i64),
}

impl<'a> LabelRequirement<'a> {
    fn parse(requirement: &'a NodeSelectorRequirement) -> Option<Self> {
        let values = requirement.values.as_deref().unwrap_or_default();
        let test = match (requirement.operator.as_str(), values) {
            ("In", [_, ..]) => Test::In(values),
            ("NotIn", [_, ..]) => Test::NotIn(values),
            ("Exists", []) => Test::Exists,
            ("DoesNotExist", []) => Test::DoesNotExist,
            ("Gt", [bound]) => Test::Gt(bound.parse().ok()?),
            ("Lt", [bound]) => Test::Lt(bound.parse().ok()?),
            _ => return None,
        };
        let valid =
            label::is_key(&requirement.key) && values.iter().all(|value| label::is_value(value));
        valid.then_some(Self {
            key: &requirement.key,
            test,
        })
    }

    fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let label = labels.get(self.key);
        let number = || label.and_then(|value| value.parse::<i64>().ok());
        match self.test {
            Test::In(values) => label.is_some_and(|value| values.contains(value)),
            Test::NotIn(values) => label.is_none_or(|value| !values.contains(value)),
            Test::Exists => label.is_some(),
            Test::DoesNotExist => label.is_none(),
            Test::Gt(bound) => number().is_some_and(|value| value > bound),
            Test::Lt(bound) => number().is_some_and(|value| value < bound),
        }
    }
}

/// One of `matchFields`. Only `metadata.name` has a value; any other field reads as empty.
#[derive(Debug)]
struct FieldRequirement<'a> {
    key: &'a str,
    value: &'a str,
    equal: bool,
}

impl<'a> FieldRequirement<'a> {
    fn parse(requirement: &'a NodeSelectorRequirement) -> Option<Self> {
        let equal = match requirement.operator.as_str() {
            "In" => true,
            "NotIn" => false,
            _ => return None,
        };
        match requirement.values.as_deref().unwrap_or_default() {
            [value] => Some(Self {
                key: &requirement.key,
                value,
                equal,
            }),
            _ => None,
        }
    }

    fn matches(&self, node: &Node) -> bool {
        let value = if self.key == "metadata.name" {
            node.name.as_str()
        } else {
            ""
        };
        (value == self.value) == self.equal
    }
}

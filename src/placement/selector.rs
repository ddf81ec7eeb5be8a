//! Node selectors and required node affinity, exactly as the scheduler reads them.
//!
//! Authority: `k8s.io/component-helpers/scheduling/corev1/nodeaffinity` and `k8s.io/apimachinery/pkg/labels`. An error while parsing means
//! that the term does not match; it does not stop another term from matching. A requirement is a step that leaves of a set of nodes those that
//! meet it, by the inventory's index.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};

use super::field::FieldRequirement;
use super::label;
use crate::inventory::set::{Bits, NodeSet};
use crate::inventory::{Inventory, Labels};

/// The required node affinity of a pod, parsed: a node has to match one of the terms.
#[derive(Debug)]
pub(super) struct Affinity<'a>(Vec<Term<'a>>);

impl<'a> Affinity<'a> {
    /// Of a term that does not match anything, since it is empty or does not parse, only its place is kept.
    pub(super) fn parse(selector: &'a NodeSelector) -> Self {
        Self(
            selector
                .node_selector_terms
                .iter()
                .map(Term::parse)
                .collect(),
        )
    }

    /// The terms in their order. With none that can match, no node does.
    pub(super) fn terms(&self) -> &[Term<'a>] {
        &self.0
    }

    /// What a node has to meet, by each term that can match.
    pub(super) fn parsed(&self) -> impl Iterator<Item = &Requirements<'a>> {
        self.0.iter().filter_map(Term::parsed)
    }

    /// The values to which the terms bind label `key`, if every term that can match does.
    pub(super) fn values_of(&self, key: &str) -> Option<Vec<&'a str>> {
        let of_term = |labels: &[LabelRequirement<'a>]| {
            labels
                .iter()
                .find_map(|requirement| match requirement.test {
                    Test::In(values) if requirement.key == key => Some(values),
                    _ => None,
                })
        };
        let values: Vec<&[String]> = self
            .parsed()
            .map(|requirements| of_term(&requirements.labels))
            .collect::<Option<_>>()?;
        Some(values.into_iter().flatten().map(String::as_str).collect())
            .filter(|values: &Vec<_>| !values.is_empty())
    }
}

/// One of `nodeSelectorTerms`.
#[derive(Debug)]
pub(super) enum Term<'a> {
    /// Expressions and fields, all of which have to match.
    Parsed(Requirements<'a>),
    /// It has neither, and matches nothing.
    Empty,
    /// This expression or field does not parse, so the whole term matches nothing.
    Invalid(&'a NodeSelectorRequirement),
}

/// What a node has to meet.
#[derive(Debug, Default)]
pub(super) struct Requirements<'a> {
    pub(super) labels: Vec<LabelRequirement<'a>>,
    pub(super) fields: Vec<FieldRequirement<'a>>,
}

impl<'a> Term<'a> {
    fn parse(term: &'a NodeSelectorTerm) -> Self {
        let expressions = term.match_expressions.as_deref().unwrap_or_default();
        let fields = term.match_fields.as_deref().unwrap_or_default();
        if expressions.is_empty() && fields.is_empty() {
            return Self::Empty;
        }
        let mut parsed = Requirements::default();
        for expression in expressions {
            match LabelRequirement::parse(expression) {
                Some(requirement) => parsed.labels.push(requirement),
                None => return Self::Invalid(expression),
            }
        }
        for field in fields {
            match FieldRequirement::parse(field) {
                Some(requirement) => parsed.fields.push(requirement),
                None => return Self::Invalid(field),
            }
        }
        Self::Parsed(parsed)
    }

    /// What has to match, if this term can.
    fn parsed(&self) -> Option<&Requirements<'a>> {
        match self {
            Self::Parsed(requirements) => Some(requirements),
            Self::Empty | Self::Invalid(_) => None,
        }
    }
}

impl<'a> Requirements<'a> {
    /// Those of a `nodeSelector`.
    pub(super) fn of_selector(selector: &'a BTreeMap<String, String>) -> Self {
        let equal = |(key, value): (&'a String, &'a String)| LabelRequirement {
            key,
            test: Test::In(std::slice::from_ref(value)),
        };
        Self {
            labels: selector.iter().map(equal).collect(),
            fields: Vec::new(),
        }
    }

    /// Leaves of `nodes` those that meet them all.
    pub(super) fn narrow(&self, nodes: &mut Bits, inventory: &Inventory) {
        for requirement in &self.labels {
            requirement.narrow(nodes, inventory.labels());
        }
        for requirement in &self.fields {
            requirement.narrow(nodes, inventory);
        }
    }
}

/// One of `matchExpressions`, or a pair of `nodeSelector`.
#[derive(Debug)]
pub(super) struct LabelRequirement<'a> {
    pub(super) key: &'a str,
    pub(super) test: Test<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Test<'a> {
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

    /// Leaves of `nodes` those whose label passes.
    pub(super) fn narrow(&self, nodes: &mut Bits, labels: &Labels) {
        let with = |value: &String| labels.with(self.key, value);
        let numbers = |test: &dyn Fn(i64) -> bool| {
            let passing = labels
                .values(self.key)
                .filter(|(value, _)| value.parse().is_ok_and(test));
            passing.map(|(_, nodes)| nodes).collect::<Vec<_>>()
        };
        match self.test {
            Test::In(values) => keep(nodes, values.iter().filter_map(with)),
            Test::NotIn(values) => {
                for others in values.iter().filter_map(with) {
                    others.take_from(nodes);
                }
            }
            Test::Exists => keep(nodes, labels.with_key(self.key)),
            Test::DoesNotExist => {
                if let Some(others) = labels.with_key(self.key) {
                    others.take_from(nodes);
                }
            }
            Test::Gt(bound) => keep(nodes, numbers(&|value| value > bound)),
            Test::Lt(bound) => keep(nodes, numbers(&|value| value < bound)),
        }
    }
}

/// Leaves of `nodes` those that are in any of the sets.
fn keep<'s>(nodes: &mut Bits, sets: impl IntoIterator<Item = &'s NodeSet>) {
    let mut sets = sets.into_iter();
    match (sets.next(), sets.next()) {
        (None, _) => nodes.clear(),
        (Some(only), None) => only.keep_of(nodes),
        (Some(first), Some(second)) => {
            let mut any = Bits::with_capacity(nodes.len());
            for set in [first, second].into_iter().chain(sets) {
                set.add_to(&mut any);
            }
            nodes.intersect_with(&any);
        }
    }
}

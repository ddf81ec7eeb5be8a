//! Would the comparison see a fault? Each rule of placement is broken once, on purpose, and must then be caught, in every way in which
//! breaking it can go wrong.
//!
//! Hostfit with a fault is played by Hostfit without it, asked about another pod: one that reads, to sound code, as the true pod reads to
//! faulty code. A fault that takes `In` for `NotIn` is a pod in which `In` stands as `NotIn`; a taint that is not looked at is not there.

mod bounds;
mod labels;
mod numbers;
mod selectors;
mod sets;
mod taints;
mod terms;
mod tolerations;

use std::ops::ControlFlow;

use hostfit::inventory::Inventory;
use k8s_openapi::api::core::v1::{Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec};
use serde::Deserialize as _;
use serde_json::json;

use crate::generate::Cluster;
use crate::hostfit_says;
use crate::kubernetes::{Answer, Kubernetes};

/// So many pairs of a pod and a node have to tell, in each way in which the fault is wrong.
const ENOUGH: usize = 10;
/// The clusters to look for them in: about those of the comparison's million pairs.
const CLUSTERS: u64 = 250;

#[test]
fn a_fault_in_any_rule_would_be_seen() {
    let mut worlds = Vec::new();
    Kubernetes::start().follow((1..).map(Cluster::generate), |cluster, theirs| {
        let seed = cluster.seed;
        worlds.push(World::new(&cluster, theirs));
        if seed < CLUSTERS {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    let faults = [
        selectors::faults(),
        sets::faults(),
        numbers::faults(),
        terms::faults(),
        labels::faults(),
        taints::faults(),
        tolerations::faults(),
        bounds::faults(),
    ];
    let mut unseen = Vec::new();
    for fault in faults.into_iter().flatten() {
        let (more, fewer, clusters) = fault.tell(&worlds);
        eprintln!(
            "{:<66} {more:>5} too many, {fewer:>5} missed, in {clusters:>3} clusters",
            fault.name
        );
        if !fault.is_seen(more, fewer) {
            unseen.push(fault.name);
        }
    }
    assert!(
        unseen.is_empty(),
        "these faults would go unnoticed, or hardly: {unseen:#?}"
    );
}

/// A rule, broken.
struct Fault {
    name: String,
    wrong: Wrong,
    change: Change,
}

/// What a fault does to the candidates.
#[derive(Clone, Copy, PartialEq)]
enum Wrong {
    /// There are too many.
    More,
    /// Some are missed.
    Fewer,
    /// Both, here and there: the rule decides either way.
    Both,
}
use Wrong::{Both, Fewer, More};

/// What faulty code sees in place of the truth.
enum Change {
    Pod(Box<dyn Fn(&mut PodSpec)>),
    Node(Box<dyn Fn(&mut Node)>),
}

/// A cluster in Kubernetes' own types, and the truth about it.
struct World {
    inventory: Inventory,
    nodes: Vec<Node>,
    pods: Vec<PodSpec>,
    truth: Answer,
}

impl World {
    fn new(cluster: &Cluster, truth: Answer) -> Self {
        Self {
            inventory: hostfit_says::inventory(&cluster.case).unwrap(),
            nodes: Vec::deserialize(&cluster.case["nodes"]).unwrap(),
            pods: Vec::deserialize(&cluster.case["pods"]).unwrap(),
            truth,
        }
    }

    /// What faulty code answers, and the truth, where the two can differ.
    fn answers(&self, change: &Change) -> Vec<(Vec<String>, &Vec<String>)> {
        let pods = self.pods.iter().zip(&self.truth);
        let ask = |pod: &PodSpec, inventory| hostfit_says::of_pod(&json!(pod), inventory).unwrap();
        match change {
            Change::Pod(change) => pods
                .filter_map(|(pod, truth)| {
                    let mut changed = pod.clone();
                    change(&mut changed);
                    (changed != *pod).then(|| (ask(&changed, &self.inventory), truth))
                })
                .collect(),
            Change::Node(change) => {
                let mut nodes = self.nodes.clone();
                nodes.iter_mut().for_each(change);
                let case = json!({"before": [], "nodes": nodes});
                let inventory = hostfit_says::inventory(&case).unwrap();
                pods.map(|(pod, truth)| (ask(pod, &inventory), truth))
                    .collect()
            }
        }
    }
}

impl Fault {
    fn pod(name: impl Into<String>, wrong: Wrong, change: impl Fn(&mut PodSpec) + 'static) -> Self {
        Self {
            name: name.into(),
            wrong,
            change: Change::Pod(Box::new(change)),
        }
    }

    /// In the terms of the required node affinity.
    fn terms(
        name: impl Into<String>,
        wrong: Wrong,
        change: impl Fn(&mut Vec<NodeSelectorTerm>) + 'static,
    ) -> Self {
        Self::pod(name, wrong, move |pod| {
            if let Some(terms) = terms_of(pod) {
                change(terms);
            }
        })
    }

    /// In each of `matchExpressions`.
    fn expression(
        name: impl Into<String>,
        wrong: Wrong,
        change: impl Fn(&mut NodeSelectorRequirement) + 'static,
    ) -> Self {
        Self::terms(name, wrong, move |terms| {
            expressions_of(terms).for_each(&change);
        })
    }

    /// How many candidates were too many and how many were missed, and how many clusters it took to tell.
    fn tell(&self, worlds: &[World]) -> (usize, usize, usize) {
        let (mut more, mut fewer) = (0, 0);
        for (index, world) in worlds.iter().enumerate() {
            for (ours, truth) in world.answers(&self.change) {
                more += ours.iter().filter(|name| !truth.contains(name)).count();
                fewer += truth.iter().filter(|name| !ours.contains(name)).count();
            }
            if self.is_seen(more, fewer) {
                return (more, fewer, index + 1);
            }
        }
        (more, fewer, worlds.len())
    }

    fn is_seen(&self, more: usize, fewer: usize) -> bool {
        (self.wrong == Fewer || more >= ENOUGH) && (self.wrong == More || fewer >= ENOUGH)
    }
}

/// The terms of the required node affinity.
fn terms_of(pod: &mut PodSpec) -> Option<&mut Vec<NodeSelectorTerm>> {
    let affinity = pod.affinity.as_mut()?.node_affinity.as_mut()?;
    Some(
        &mut affinity
            .required_during_scheduling_ignored_during_execution
            .as_mut()?
            .node_selector_terms,
    )
}

fn expressions_of(
    terms: &mut [NodeSelectorTerm],
) -> impl Iterator<Item = &mut NodeSelectorRequirement> {
    terms
        .iter_mut()
        .flat_map(|term| term.match_expressions.iter_mut().flatten())
}

/// For each term with such an operator, another in which it is changed.
fn or(
    terms: &mut Vec<NodeSelectorTerm>,
    operator: &str,
    change: impl Fn(&mut NodeSelectorRequirement),
) {
    let mut others = terms.clone();
    expressions_of(&mut others)
        .filter(|e| e.operator == operator)
        .for_each(change);
    terms.extend(others);
}

/// In each term with such an operator, one more expression for each time that it has it.
fn and(
    terms: &mut [NodeSelectorTerm],
    operator: &str,
    more: impl Fn(&NodeSelectorRequirement) -> NodeSelectorRequirement,
) {
    for all in terms
        .iter_mut()
        .filter_map(|term| term.match_expressions.as_mut())
    {
        let added: Vec<_> = all
            .iter()
            .filter(|e| e.operator == operator)
            .map(&more)
            .collect();
        all.extend(added);
    }
}

/// An operator is taken for another.
fn taken(from: &'static str, to: &'static str, wrong: Wrong) -> Fault {
    Fault::expression(format!("{from} is taken for {to}"), wrong, move |e| {
        if e.operator == from {
            e.operator = to.into();
        }
    })
}

fn requirement(key: &str, operator: &str, values: &[&str]) -> NodeSelectorRequirement {
    NodeSelectorRequirement {
        key: key.into(),
        operator: operator.into(),
        values: Some(values.iter().map(|value| (*value).to_owned()).collect()),
    }
}

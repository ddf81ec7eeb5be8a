//! Node by node, why a pod cannot land there: what somebody reads who wants to mend a manifest.

use std::fmt::Write as _;

use super::field::FieldRequirement;
use super::filter::{Filter, meets};
use super::selector::{Affinity, LabelRequirement, Requirements, Term, Test};
use super::{Pod, candidates};
use crate::inventory::set::NodeId;
use crate::inventory::{EmptyPool, Group, Inventory, NodeOs, Taint};
use crate::message::clean;
use crate::os::{Catalogue, OsKind};

/// One node, seen from a pod; or a pool that has no node now.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The node's name; empty for a pool without a node.
    pub name: String,
    /// Its pool.
    pub pool: Option<String>,
    /// What it runs.
    pub os: NodeOs,
    /// Why the pod cannot land there, everything at once; none for a candidate.
    pub reason: Option<String>,
}

/// Every node in the order of their names, then the pools without a node; each a candidate, or not and why.
pub fn explain<'a>(
    pod: impl Into<Pod<'a>>,
    inventory: &Inventory,
    catalogue: &Catalogue,
) -> Vec<Standing> {
    let pod = pod.into();
    let filter = Filter::new(pod);
    let candidates = candidates(pod, inventory);
    let node = |(name, group): (&str, &Group)| Standing {
        name: name.to_owned(),
        pool: group.pool.clone(),
        os: group.os.clone(),
        reason: candidates
            .binary_search_by(|candidate| candidate.as_str().cmp(name))
            .is_err()
            .then(|| filter.reasons(name, group, inventory).join("; ")),
    };
    let pool = |pool: &EmptyPool| Standing {
        name: String::new(),
        pool: Some(pool.name.clone()),
        os: pool.os.clone(),
        reason: (!filter.fits(pool, catalogue)).then(|| filter.reasons_for(pool, catalogue)),
    };
    let nodes = inventory.nodes().map(node);
    nodes.chain(inventory.pools().map(pool)).collect()
}

impl Filter<'_> {
    fn reasons(&self, name: &str, group: &Group, inventory: &Inventory) -> Vec<String> {
        if let Some(bound) = self.bound_to() {
            return vec![format!("spec.nodeName binds it to {}", clean(bound))];
        }
        let Some(id) = inventory.id(name) else {
            return Vec::new();
        };
        let mut reasons = self.kind_and_taints(group.kind, self.not_tolerated(group, inventory));
        let unmet = unmet(&self.selector, id, name, inventory);
        reasons.extend(unmet.into_iter().map(|why| format!("node selector {why}")));
        if let Some(affinity) = &self.affinity {
            reasons.extend(not_met(affinity, id, name, inventory));
        }
        for volume in &self.volumes {
            // To a volume a node has no name.
            let why = not_met(&volume.affinity, id, "", inventory);
            reasons.extend(why.map(|why| format!("{}: {why}", volume.in_words())));
        }
        reasons
    }

    fn reasons_for(&self, pool: &EmptyPool, catalogue: &Catalogue) -> String {
        if let Some(bound) = self.bound_to() {
            return format!("spec.nodeName binds it to {}", clean(bound));
        }
        let not_tolerated = pool.taints.iter().filter(|taint| !self.tolerates(taint));
        let reasons = self.kind_and_taints(pool.kind, not_tolerated);
        if !reasons.is_empty() {
            return reasons.join("; ");
        }
        let volume = self
            .volumes
            .iter()
            .find(|volume| !volume.fits(pool, catalogue));
        let whose = match volume {
            Some(volume) => format!("{}: node affinity", volume.in_words()),
            None => "node selector or node affinity".to_owned(),
        };
        format!("{whose} contradicts what is known of its labels")
    }

    fn kind_and_taints<'t>(
        &self,
        kind: OsKind,
        not_tolerated: impl Iterator<Item = &'t Taint>,
    ) -> Vec<String> {
        let other_kind = (kind != self.kind).then(|| {
            let (here, wanted) = (kind.as_str(), self.kind.as_str());
            format!("it runs {here} and the pod is for {wanted}")
        });
        let not_tolerated = not_tolerated
            .map(|taint| format!("taint {} is not tolerated", clean(&taint.to_string())));
        other_kind.into_iter().chain(not_tolerated).collect()
    }
}

/// Why no term of an affinity matches; none if one does.
fn not_met(affinity: &Affinity, id: NodeId, name: &str, inventory: &Inventory) -> Option<String> {
    let whys: Option<Vec<String>> = affinity
        .terms()
        .iter()
        .map(|term| why_not(term, id, name, inventory))
        .collect();
    // One that matches lacks nothing.
    whys.as_deref().map(affinity_in_words)
}

fn affinity_in_words(whys: &[String]) -> String {
    match whys {
        [] => "required node affinity has no term, so it matches nothing".to_owned(),
        [only] => format!("node affinity {only}"),
        several => {
            let mut text = "no term of the node affinity matches:".to_owned();
            for (index, why) in several.iter().enumerate() {
                let _ = write!(text, " ({}) {why}", index + 1);
            }
            text
        }
    }
}

/// Why a term does not match; none if it does.
fn why_not(term: &Term, id: NodeId, name: &str, inventory: &Inventory) -> Option<String> {
    match term {
        Term::Parsed(requirements) => {
            let unmet = unmet(requirements, id, name, inventory);
            (!unmet.is_empty()).then(|| unmet.join(" and "))
        }
        Term::Empty => Some("is an empty term, which matches nothing".to_owned()),
        Term::Invalid(requirement) => {
            let values = requirement.values.as_deref().unwrap_or_default();
            let (key, operator) = (clean(&requirement.key), clean(&requirement.operator));
            let values = values.join(", ");
            let values = clean(&values);
            Some(format!(
                "is invalid at {key} {operator} [{values}], so it matches nothing"
            ))
        }
    }
}

fn unmet(all: &Requirements, id: NodeId, name: &str, inventory: &Inventory) -> Vec<String> {
    let labels = all
        .labels
        .iter()
        .filter(|requirement| !meets(requirement, id, inventory))
        .map(|requirement| {
            let key = clean(requirement.key);
            let here = match inventory.label(id, requirement.key) {
                Some(value) => format!("it has {key}={}", clean(value)),
                None => format!("it has no label {key}"),
            };
            format!("{} ({here})", label_in_words(requirement))
        });
    let fields = all
        .fields
        .iter()
        .filter(|requirement| !requirement.matches(name))
        .map(|requirement| format!("{} (it is {})", field_in_words(requirement), clean(name)));
    labels.chain(fields).collect()
}

fn label_in_words(requirement: &LabelRequirement) -> String {
    let key = clean(requirement.key);
    let list = |values: &[String]| clean(&values.join(", ")).into_owned();
    match requirement.test {
        Test::In([value]) => format!("{key}={}", clean(value)),
        Test::In(values) => format!("{key} In [{}]", list(values)),
        Test::NotIn(values) => format!("{key} NotIn [{}]", list(values)),
        Test::Exists => format!("{key} Exists"),
        Test::DoesNotExist => format!("{key} DoesNotExist"),
        Test::Gt(bound) => format!("{key} Gt {bound}"),
        Test::Lt(bound) => format!("{key} Lt {bound}"),
    }
}

fn field_in_words(requirement: &FieldRequirement) -> String {
    let operator = if requirement.equal { "=" } else { "!=" };
    format!(
        "{}{operator}{}",
        clean(requirement.key),
        clean(requirement.value)
    )
}

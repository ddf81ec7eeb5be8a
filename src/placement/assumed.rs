//! Where a pod lands by assumption: on given operating systems, whatever it selects. For questions that are asked without nodes.

use std::sync::Arc;

use super::filter::Filter;
use super::{Count, Placement};
use crate::inventory::NodeOs;
use crate::os::{Catalogue, OsKind, Profile};
use crate::workload::pod::PodSpec;

/// The placement of a pod whose candidates are nodes of these systems, of which nothing else is known. A pod that is bound to another kind of
/// operating system lands on none of them: no selector can be mended to move it there.
pub fn assume(spec: &PodSpec, systems: &[Arc<Profile>], catalogue: &Catalogue) -> Placement {
    let has_linux = systems.iter().any(|os| os.kind == OsKind::Linux);
    // Where both kinds are assumed, a pod that says nothing is for Linux, as it is among nodes.
    let bound = Filter::new(spec.into()).bound_kind();
    let kind = bound.or(has_linux.then_some(OsKind::Linux));
    let assumed: Vec<NodeOs> = systems
        .iter()
        .filter(|os| kind.is_none_or(|kind| kind == os.kind))
        .map(|os| NodeOs::Known(Arc::clone(os)))
        .collect();
    let mut count = Count::default();
    for os in &assumed {
        count.add(None, os, 0);
    }
    count.into_placement(catalogue, Vec::new)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use crate::placement::Class;

    #[rstest]
    #[case::selector_of_another_pool(&json!({"nodeSelector": {"agentpool": "ubuntu"}}), &["flatcar"], Class::Immutable, 1)]
    #[case::given_node(&json!({"nodeName": "n"}), &["flatcar"], Class::Immutable, 1)]
    #[case::two(&json!({}), &["flatcar", "ubuntu"], Class::Mixed, 2)]
    #[case::general(&json!({}), &["ubuntu"], Class::General, 1)]
    #[case::windows_by_name(&json!({"os": {"name": "windows"}}), &["flatcar"], Class::Unknown, 0)]
    #[case::windows_by_selector(&json!({"nodeSelector": {"kubernetes.io/os": "windows"}}), &["flatcar"], Class::Unknown, 0)]
    #[case::windows_on_both(&json!({"os": {"name": "windows"}}), &["flatcar", "windows"], Class::General, 1)]
    #[case::linux_on_windows(&json!({"nodeSelector": {"kubernetes.io/os": "linux"}}), &["windows"], Class::Unknown, 0)]
    #[case::says_nothing_on_both(&json!({}), &["flatcar", "windows"], Class::Immutable, 1)]
    #[case::says_nothing(&json!({}), &["windows"], Class::General, 1)]
    fn it_lands_there_unless_it_is_bound_to_another_kind(
        #[case] spec: &Value,
        #[case] systems: &[&str],
        #[case] class: Class,
        #[case] pools: usize,
    ) {
        let catalogue = Catalogue::built_in();
        let spec: PodSpec = serde_json::from_value(spec.clone()).unwrap();
        let systems: Vec<_> = systems
            .iter()
            .map(|id| Arc::clone(catalogue.by_id(id).unwrap()))
            .collect();
        let placement = assume(&spec, &systems, catalogue);
        assert_eq!((placement.class, placement.pools.len()), (class, pools));
    }
}

//! Faults in how `nodeName`, `nodeSelector`, required and preferred affinity go together.

use k8s_openapi::api::core::v1::{NodeSelectorTerm, PodSpec, Toleration};

use super::{Both, Fault, Fewer, More, requirement, terms_of};

pub(super) fn faults() -> Vec<Fault> {
    vec![
        Fault::pod("nodeName is not looked at", Both, |pod| {
            pod.node_name = None;
        }),
        Fault::pod("an empty nodeName is a name", Fewer, |pod| {
            if pod.node_name.as_deref() == Some("") {
                pod.node_name = Some("nowhere".into());
            }
        }),
        Fault::pod("nodeName does not overrule nodeSelector", Fewer, |pod| {
            only_by_affinity(pod, |pod| {
                pod.affinity = None;
                tolerate_everything(pod);
            });
        }),
        Fault::pod("nodeName does not overrule affinity", Fewer, |pod| {
            only_by_affinity(pod, |pod| {
                pod.node_selector = None;
                tolerate_everything(pod);
            });
        }),
        Fault::pod("nodeName does not overrule taints", Fewer, |pod| {
            only_by_affinity(pod, |pod| (pod.node_selector, pod.affinity) = (None, None));
        }),
        Fault::pod("nodeSelector is not looked at", More, |pod| {
            pod.node_selector = None;
        }),
        Fault::pod(
            "the last pair of nodeSelector is not looked at",
            More,
            |pod| {
                pod.node_selector.get_or_insert_default().pop_last();
            },
        ),
        Fault::pod("an empty value in nodeSelector is any value", More, |pod| {
            pod.node_selector
                .get_or_insert_default()
                .retain(|_, value| !value.is_empty());
        }),
        Fault::pod("affinity does not count beside nodeSelector", More, |pod| {
            if pod
                .node_selector
                .as_ref()
                .is_some_and(|pairs| !pairs.is_empty())
            {
                pod.affinity = None;
            }
        }),
        Fault::pod("nodeSelector does not count beside affinity", More, |pod| {
            if terms_of(pod).is_some() {
                pod.node_selector = None;
            }
        }),
        Fault::pod("a preference filters", Fewer, |pod| {
            let affinity = pod
                .affinity
                .as_ref()
                .and_then(|affinity| affinity.node_affinity.as_ref());
            let preferred = affinity.and_then(|affinity| {
                affinity
                    .preferred_during_scheduling_ignored_during_execution
                    .clone()
            });
            if let (Some(preferred), Some(terms)) = (preferred, terms_of(pod)) {
                *terms = preferred.into_iter().map(|term| term.preference).collect();
            }
        }),
    ]
}

/// A bound pod goes to its node by an affinity instead, which overrules nothing, after what `but` takes out of its way.
fn only_by_affinity(pod: &mut PodSpec, but: impl Fn(&mut PodSpec)) {
    let Some(name) = pod.node_name.take_if(|name| !name.is_empty()) else {
        return;
    };
    but(pod);
    let required = pod
        .affinity
        .get_or_insert_default()
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_with(|| k8s_openapi::api::core::v1::NodeSelector {
            node_selector_terms: vec![NodeSelectorTerm::default()],
        });
    for term in &mut required.node_selector_terms {
        term.match_fields.get_or_insert_default().push(requirement(
            "metadata.name",
            "In",
            &[&name],
        ));
    }
}

fn tolerate_everything(pod: &mut PodSpec) {
    pod.tolerations = Some(vec![Toleration {
        operator: Some("Exists".into()),
        ..Toleration::default()
    }]);
}

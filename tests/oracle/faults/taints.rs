//! Faults in which of a node's taints keep a pod away.

use k8s_openapi::api::core::v1::{Node, Taint};

use super::{Change, Fault, Fewer, More, Wrong};

pub(super) fn faults() -> Vec<Fault> {
    vec![
        effect(
            "NoSchedule does not filter",
            More,
            "NoSchedule",
            "PreferNoSchedule",
        ),
        effect(
            "NoExecute does not filter",
            More,
            "NoExecute",
            "PreferNoSchedule",
        ),
        effect(
            "PreferNoSchedule filters",
            Fewer,
            "PreferNoSchedule",
            "NoSchedule",
        ),
        effect(
            "an unknown effect filters",
            Fewer,
            "noschedule",
            "NoSchedule",
        ),
        effect("no effect filters", Fewer, "", "NoSchedule"),
        taints("only a node's first taint counts", More, |taints| {
            taints.truncate(1);
        }),
        taints("only a node's last taint counts", More, |taints| {
            *taints = taints.pop().into_iter().collect();
        }),
        taints(
            "a taint without a value differs from one with an empty value",
            Fewer,
            |taints| {
                let without =
                    |taint: &&mut Taint| taint.value.as_deref().unwrap_or_default().is_empty();
                taints
                    .iter_mut()
                    .filter(without)
                    .for_each(|taint| taint.value = Some("x".into()));
            },
        ),
    ]
}

fn effect(name: &str, wrong: Wrong, from: &'static str, to: &'static str) -> Fault {
    taints(name, wrong, move |taints| {
        taints
            .iter_mut()
            .filter(|taint| taint.effect == from)
            .for_each(|taint| taint.effect = to.into());
    })
}

fn taints(name: &str, wrong: Wrong, change: impl Fn(&mut Vec<Taint>) + 'static) -> Fault {
    let change = move |node: &mut Node| {
        change(
            node.spec
                .get_or_insert_default()
                .taints
                .get_or_insert_default(),
        );
    };
    Fault {
        name: name.into(),
        wrong,
        change: Change::Node(Box::new(change)),
    }
}

//! Faults in the operators of `matchExpressions` that look a label up: `In`, `NotIn`, `Exists` and `DoesNotExist`, each on its own.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;

use super::{Both, Fault, Fewer, More, and, or, requirement, taken};
use crate::generate::words::{BAD_KEYS, BAD_VALUES};

pub(super) fn faults() -> Vec<Fault> {
    let pairs = [("In", "NotIn"), ("Exists", "DoesNotExist")];
    let both_ways = pairs
        .into_iter()
        .flat_map(|(one, other)| [(one, other), (other, one)]);
    let mut faults: Vec<Fault> = both_ways
        .flat_map(|(from, to)| [taken(from, to, Both), taken(from, "no operator", Fewer)])
        .collect();
    faults.extend(absence());
    faults.extend(["In", "NotIn"].into_iter().flat_map(of_lists));
    faults.extend(["Exists", "DoesNotExist"].map(|operator| {
        on(format!("{operator} takes values"), operator, |e| {
            e.values = None;
        })
    }));
    // With any other operator such a key is met by no node, since no node has it.
    faults.extend(["NotIn", "DoesNotExist"].map(|operator| {
        on(format!("{operator} takes any key"), operator, |e| {
            if BAD_KEYS.contains(&e.key) {
                e.key = "absent".into();
            }
        })
    }));
    faults
}

/// A label that is not there, and one that is there and empty.
fn absence() -> [Fault; 5] {
    [
        Fault::terms("In is met where the label is absent", More, |terms| {
            or(terms, "In", |e| {
                *e = requirement(&e.key, "DoesNotExist", &[]);
            });
        }),
        Fault::terms(
            "NotIn is not met where the label is absent",
            Fewer,
            |terms| {
                and(terms, "NotIn", |e| requirement(&e.key, "Exists", &[]));
            },
        ),
        Fault::terms("NotIn is met by an empty label alone", Fewer, |terms| {
            and(terms, "NotIn", |e| requirement(&e.key, "In", &[""]));
        }),
        Fault::terms("Exists is not met by an empty label", Fewer, |terms| {
            and(terms, "Exists", |e| requirement(&e.key, "NotIn", &[""]));
        }),
        Fault::terms("DoesNotExist is met by an empty label", More, |terms| {
            or(terms, "DoesNotExist", |e| {
                *e = requirement(&e.key, "In", &[""]);
            });
        }),
    ]
}

/// An operator that takes a list of values.
fn of_lists(operator: &'static str) -> Vec<Fault> {
    let wrong = if operator == "In" { Fewer } else { More };
    let is_it = move |e: &&mut NodeSelectorRequirement| e.operator == operator;
    vec![
        Fault::expression(
            format!("{operator} looks at its first value only"),
            wrong,
            move |e| {
                if is_it(&e) {
                    e.values.get_or_insert_default().truncate(1);
                }
            },
        ),
        Fault::expression(
            format!("{operator} looks at its last value only"),
            wrong,
            move |e| {
                if is_it(&e) {
                    e.values = e
                        .values
                        .take()
                        .map(|mut all| all.pop().into_iter().collect());
                }
            },
        ),
        on(format!("{operator} without values is met"), operator, |e| {
            if e.values.iter().flatten().next().is_none() {
                *e = requirement("absent", "DoesNotExist", &[]);
            }
        }),
        on(
            format!("{operator} skips what is no label value"),
            operator,
            |e| {
                let values = e.values.get_or_insert_default();
                values.retain(|value| !BAD_VALUES.contains(value));
            },
        ),
    ]
}

/// An operator that is met where it should not be.
fn on(
    name: String,
    operator: &'static str,
    change: impl Fn(&mut NodeSelectorRequirement) + 'static,
) -> Fault {
    Fault::expression(name, More, move |e| {
        if e.operator == operator {
            change(e);
        }
    })
}

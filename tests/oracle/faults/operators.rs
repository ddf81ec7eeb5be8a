//! Faults in the six operators of `matchExpressions`.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm};

use super::{Both, Fault, Fewer, More, expressions_of, requirement};

pub(super) fn faults() -> Vec<Fault> {
    [either_way(), of_sets(), of_numbers()]
        .into_iter()
        .flatten()
        .collect()
}

/// Each operator taken for its opposite, and for one that is never met.
fn either_way() -> Vec<Fault> {
    let pairs = [("In", "NotIn"), ("Exists", "DoesNotExist"), ("Gt", "Lt")];
    let both_ways = pairs
        .into_iter()
        .flat_map(|(one, other)| [(one, other), (other, one)]);
    both_ways
        .flat_map(|(from, to)| {
            [(to, Both), ("no operator", Fewer)].map(|(to, wrong)| {
                Fault::expression(format!("{from} is taken for {to}"), wrong, move |e| {
                    if e.operator == from {
                        e.operator = to.into();
                    }
                })
            })
        })
        .collect()
}

fn of_sets() -> Vec<Fault> {
    vec![
        absent_passes("In"),
        Fault::terms(
            "NotIn is not met where the label is absent",
            Fewer,
            |terms| {
                for expressions in terms
                    .iter_mut()
                    .filter_map(|term| term.match_expressions.as_mut())
                {
                    let not_in: Vec<_> = expressions
                        .iter()
                        .filter(|e| e.operator == "NotIn")
                        .cloned()
                        .collect();
                    expressions.extend(not_in.iter().map(|e| requirement(&e.key, "Exists", &[])));
                }
            },
        ),
        Fault::expression("In looks at its first value only", Fewer, |e| {
            first_of(e, &["In"]);
        }),
        Fault::expression("NotIn looks at its first value only", More, |e| {
            first_of(e, &["NotIn"]);
        }),
        Fault::expression("In and NotIn without values are met", More, |e| {
            if ["In", "NotIn"].contains(&e.operator.as_str())
                && e.values.iter().flatten().next().is_none()
            {
                *e = requirement("absent", "DoesNotExist", &[]);
            }
        }),
        Fault::expression("Exists and DoesNotExist take values", More, |e| {
            if ["Exists", "DoesNotExist"].contains(&e.operator.as_str()) {
                e.values = None;
            }
        }),
    ]
}

fn of_numbers() -> Vec<Fault> {
    vec![
        absent_passes("Gt"),
        absent_passes("Lt"),
        Fault::expression("Gt is met by the bound itself", More, |e| {
            shift(e, "Gt", -1);
        }),
        Fault::expression("Lt is met by the bound itself", More, |e| shift(e, "Lt", 1)),
        words_pass("Gt"),
        words_pass("Lt"),
        Fault::terms("Gt is met by a label beyond 64 bits", More, |terms| {
            or(terms, "Gt", |e| {
                *e = requirement(&e.key, "In", &["9223372036854775808"]);
            });
        }),
        Fault::expression("Gt and Lt refuse leading zeros in the bound", Fewer, |e| {
            if bound(e).is_some_and(|(text, number)| text != number.to_string()) {
                e.operator = "no operator".into();
            }
        }),
        Fault::expression("Gt and Lt take a bound that is no label value", More, |e| {
            if bound(e).is_some_and(|(text, _)| text.starts_with(['-', '+'])) {
                e.values = Some(vec!["1".into()]);
            }
        }),
        Fault::expression("Gt and Lt take the first of two bounds", More, |e| {
            first_of(e, &["Gt", "Lt"]);
        }),
    ]
}

fn absent_passes(operator: &'static str) -> Fault {
    Fault::terms(
        format!("{operator} is met where the label is absent"),
        More,
        move |terms| {
            or(terms, operator, |e| {
                *e = requirement(&e.key, "DoesNotExist", &[]);
            });
        },
    )
}

fn words_pass(operator: &'static str) -> Fault {
    Fault::terms(
        format!("{operator} is met by a label that is no number"),
        More,
        move |terms| {
            or(terms, operator, |e| {
                *e = requirement(&e.key, "In", &["a", "b", "c", "", "1.5"]);
            });
        },
    )
}

/// For each term with such an operator, and a bound for it if it needs one, another in which it is changed.
fn or(
    terms: &mut Vec<NodeSelectorTerm>,
    operator: &str,
    change: impl Fn(&mut NodeSelectorRequirement),
) {
    let mut others = terms.clone();
    expressions_of(&mut others)
        .filter(|e| e.operator == operator && (operator == "In" || bound(e).is_some()))
        .for_each(change);
    terms.extend(others);
}

/// The bound of Gt or Lt, as it is written and as a number.
fn bound(e: &NodeSelectorRequirement) -> Option<(&str, i64)> {
    let [text] = e.values.as_deref()? else {
        return None;
    };
    ["Gt", "Lt"]
        .contains(&e.operator.as_str())
        .then_some((text.as_str(), text.parse().ok()?))
}

/// Moves the bound. One that would not be a label value any more stays.
fn shift(e: &mut NodeSelectorRequirement, operator: &str, by: i64) {
    let moved = bound(e)
        .and_then(|(_, number)| number.checked_add(by))
        .filter(|number| *number >= 0);
    if let Some(number) = moved.filter(|_| e.operator == operator) {
        e.values = Some(vec![number.to_string()]);
    }
}

fn first_of(e: &mut NodeSelectorRequirement, operators: &[&str]) {
    if operators.contains(&e.operator.as_str()) {
        e.values.get_or_insert_default().truncate(1);
    }
}

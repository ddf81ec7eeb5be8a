//! Faults in the operators of `matchExpressions` that compare numbers: `Gt` and `Lt`, each on its own.

use k8s_openapi::api::core::v1::{Node, NodeSelectorRequirement};

use super::{Both, Change, Fault, Fewer, More, and, or, requirement, taken};

const LARGEST: &str = "9223372036854775807";
const TOO_LARGE: &str = "9223372036854775808";

pub(super) fn faults() -> Vec<Fault> {
    let mut faults = vec![taken("Gt", "Lt", Both), taken("Lt", "Gt", Both)];
    faults.extend(["Gt", "Lt"].into_iter().flat_map(of_either));
    faults.extend([
        Fault::expression("Gt is met by the bound itself", More, |e| {
            shift(e, "Gt", -1);
        }),
        Fault::expression("Lt is met by the bound itself", More, |e| shift(e, "Lt", 1)),
        Fault::terms("Gt is met by a label beyond 64 bits", More, |terms| {
            or(terms, "Gt", |e| {
                // Only beside a bound: without one the whole term is invalid.
                if bound(e).is_some() {
                    *e = requirement(&e.key, "In", &[TOO_LARGE]);
                }
            });
        }),
        reads_as("Gt", "a negative bound", &["-5", "-0"], "0"),
        reads_as("Gt", "a bound with a plus", &["+1"], "1"),
        reads_as("Gt", "a bound that is no number", &["a", "1.5", "0x1"], "0"),
        reads_as("Gt", "an empty bound", &[""], "0"),
        // Of the labels only `-5` is below, and nothing is below that.
        reads_as("Lt", "a negative bound", &["-0"], "0"),
        reads_as("Lt", "a bound with a plus", &["+1"], "1"),
        reads_as(
            "Lt",
            "a bound that is no number",
            &["a", "1.5", "0x1"],
            LARGEST,
        ),
        reads_as("Lt", "an empty bound", &[""], LARGEST),
        reads_as("Lt", "a bound beyond 64 bits", &[TOO_LARGE], LARGEST),
        not_met_by_a_negative_label(),
    ]);
    faults
}

fn of_either(operator: &'static str) -> Vec<Fault> {
    let is_it = move |e: &NodeSelectorRequirement| e.operator == operator;
    vec![
        taken(operator, "no operator", Fewer),
        taken(operator, "In", Both),
        Fault::terms(
            format!("{operator} is met where the label is absent"),
            More,
            move |terms| {
                or(terms, operator, |e| {
                    if bound(e).is_some() {
                        *e = requirement(&e.key, "DoesNotExist", &[]);
                    }
                });
            },
        ),
        Fault::terms(
            format!("{operator} is met by a label that is no number"),
            More,
            move |terms| {
                or(terms, operator, |e| {
                    if bound(e).is_some() {
                        *e = requirement(&e.key, "In", &["a", "b", "c", "", "1.5"]);
                    }
                });
            },
        ),
        Fault::terms(
            format!("{operator} refuses leading zeros in the label"),
            Fewer,
            move |terms| and(terms, operator, |e| requirement(&e.key, "NotIn", &["007"])),
        ),
        Fault::expression(
            format!("{operator} refuses leading zeros in the bound"),
            Fewer,
            move |e| {
                if is_it(e) && bound(e).is_some_and(|(text, number)| text != number.to_string()) {
                    e.operator = "no operator".into();
                }
            },
        ),
        Fault::expression(
            format!("{operator} takes two bounds, and looks at the first"),
            More,
            move |e| {
                if is_it(e) {
                    e.values.get_or_insert_default().truncate(1);
                }
            },
        ),
        Fault::expression(
            format!("{operator} takes two bounds, and looks at the last"),
            More,
            move |e| {
                if is_it(e) {
                    e.values = e
                        .values
                        .take()
                        .map(|mut all| all.pop().into_iter().collect());
                }
            },
        ),
        Fault::expression(
            format!("{operator} without a bound is met by any label"),
            More,
            move |e| {
                if is_it(e) && e.values.iter().flatten().next().is_none() {
                    *e = requirement(&e.key, "Exists", &[]);
                }
            },
        ),
    ]
}

/// An operator takes a bound that is none.
fn reads_as(
    operator: &'static str,
    what: &str,
    texts: &'static [&str],
    number: &'static str,
) -> Fault {
    Fault::expression(format!("{operator} takes {what}"), More, move |e| {
        if let Some([text]) = e.values.as_deref_mut()
            && e.operator == operator
            && texts.contains(&text.as_str())
        {
            *text = number.into();
        }
    })
}

/// No API server takes such a label, but the libraries do.
fn not_met_by_a_negative_label() -> Fault {
    let change = |node: &mut Node| {
        let labels = node.metadata.labels.get_or_insert_default();
        labels
            .values_mut()
            .filter(|value| *value == "-5")
            .for_each(|value| *value = "x".into());
    };
    Fault {
        name: "Lt is not met by a negative label".into(),
        wrong: Fewer,
        change: Change::Node(Box::new(change)),
    }
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

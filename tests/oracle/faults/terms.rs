//! Faults in how terms are put together, in what an invalid one does, and in `matchFields`.

use k8s_openapi::api::core::v1::{NodeSelectorRequirement, NodeSelectorTerm};

use super::{Both, Fault, Fewer, More, Wrong, expressions_of, requirement, terms_of};

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];

pub(super) fn faults() -> Vec<Fault> {
    [terms(), invalid(), fields()]
        .into_iter()
        .flatten()
        .collect()
}

fn terms() -> Vec<Fault> {
    vec![
        Fault::terms("only the first term counts", Fewer, |terms| {
            terms.truncate(1);
        }),
        Fault::terms("only the last term counts", Fewer, |terms| {
            *terms = terms.pop().into_iter().collect();
        }),
        Fault::terms("terms are ANDed", Fewer, |terms| {
            let all = std::mem::take(terms).into_iter();
            let whole = all.reduce(|mut whole, term| {
                let expressions = whole.match_expressions.get_or_insert_default();
                expressions.extend(term.match_expressions.into_iter().flatten());
                let fields = whole.match_fields.get_or_insert_default();
                fields.extend(term.match_fields.into_iter().flatten());
                whole
            });
            terms.extend(whole);
        }),
        Fault::terms("an expression or a field is enough", More, |terms| {
            let one = |term: &NodeSelectorTerm| {
                let fields = term.match_fields.clone();
                let expressions = term.match_expressions.clone();
                let only = |match_expressions, match_fields| NodeSelectorTerm {
                    match_expressions,
                    match_fields,
                };
                [only(expressions, None), only(None, fields)]
            };
            *terms = terms.iter().flat_map(one).collect();
        }),
        Fault::terms("expressions are ORed", More, |terms| {
            let alone = |term: &NodeSelectorTerm| {
                let fields = term.match_fields.clone();
                let one = move |e| NodeSelectorTerm {
                    match_expressions: Some(vec![e]),
                    match_fields: fields.clone(),
                };
                term.match_expressions
                    .clone()
                    .into_iter()
                    .flatten()
                    .map(one)
                    .collect::<Vec<_>>()
            };
            let split: Vec<_> = terms.iter().flat_map(alone).collect();
            terms.extend(split);
        }),
        Fault::terms("an empty term matches everywhere", More, |terms| {
            let is_empty = |term: &&mut NodeSelectorTerm| {
                term.match_expressions
                    .iter()
                    .chain(&term.match_fields)
                    .flatten()
                    .next()
                    .is_none()
            };
            terms
                .iter_mut()
                .filter(is_empty)
                .for_each(|term| term.match_fields = Some(vec![anything()]));
        }),
        Fault::pod(
            "an affinity without a term matches everywhere",
            More,
            |pod| {
                if terms_of(pod).is_some_and(|terms| terms.is_empty()) {
                    pod.affinity = None;
                }
            },
        ),
    ]
}

fn invalid() -> Vec<Fault> {
    vec![
        Fault::terms("an invalid term spoils the others", Fewer, |terms| {
            if expressions_of(terms).any(|e| is_of_no_operator(e)) {
                terms.clear();
            }
        }),
        Fault::expression(
            "an expression with an unknown operator is skipped",
            More,
            |e| {
                if is_of_no_operator(e) {
                    *e = requirement("absent", "DoesNotExist", &[]);
                }
            },
        ),
        Fault::expression("an unknown operator is taken for In", More, |e| {
            if is_of_no_operator(e) {
                e.operator = "In".into();
            }
        }),
    ]
}

fn fields() -> Vec<Fault> {
    vec![
        field("a field is not looked at", More, |f| *f = anything()),
        Fault::terms(
            "matchExpressions does not count beside matchFields",
            More,
            |terms| {
                let has_fields = |term: &&mut NodeSelectorTerm| {
                    term.match_fields.iter().flatten().next().is_some()
                };
                terms
                    .iter_mut()
                    .filter(has_fields)
                    .for_each(|term| term.match_expressions = None);
            },
        ),
        field("a field's In is taken for NotIn", Both, |f| {
            replace_operator(f, "In", "NotIn");
        }),
        field("a field's NotIn is taken for In", Both, |f| {
            replace_operator(f, "NotIn", "In");
        }),
        field(
            "a field takes two values and looks at the first",
            More,
            |f| f.values.get_or_insert_default().truncate(1),
        ),
        takes("Exists"),
        takes("DoesNotExist"),
        takes("Gt"),
        takes(""),
        without_values("In"),
        without_values("NotIn"),
        field("another field is an error", Fewer, |f| {
            if f.key != "metadata.name" {
                f.operator = "no operator".into();
            }
        }),
        field("another field is the name too", Fewer, |f| {
            f.key = "metadata.name".into();
        }),
    ]
}

fn takes(operator: &'static str) -> Fault {
    field(
        format!("a field takes operator {operator:?}"),
        More,
        move |f| {
            if f.operator == operator {
                *f = anything();
            }
        },
    )
}

fn without_values(operator: &'static str) -> Fault {
    field(
        format!("a field's {operator} without values is met"),
        More,
        move |f| {
            if f.operator == operator && f.values.iter().flatten().next().is_none() {
                *f = anything();
            }
        },
    )
}

/// In each of `matchFields`.
fn field(
    name: impl Into<String>,
    wrong: Wrong,
    change: impl Fn(&mut NodeSelectorRequirement) + 'static,
) -> Fault {
    Fault::terms(name, wrong, move |terms| {
        terms
            .iter_mut()
            .flat_map(|term| term.match_fields.iter_mut().flatten())
            .for_each(&change);
    })
}

/// A field's requirement that every node meets.
fn anything() -> NodeSelectorRequirement {
    requirement("metadata.name", "NotIn", &[""])
}

fn is_of_no_operator(e: &NodeSelectorRequirement) -> bool {
    !OPERATORS.contains(&e.operator.as_str())
}

fn replace_operator(f: &mut NodeSelectorRequirement, from: &str, to: &str) {
    if f.operator == from {
        f.operator = to.into();
    }
}

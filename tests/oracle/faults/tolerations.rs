//! Faults in how a toleration is read: its key, its effect, its operator and its seconds. `bounds` has those in its numbers.

use k8s_openapi::api::core::v1::Toleration;

use super::{Both, Fault, Fewer, More, Wrong};

pub(super) fn faults() -> Vec<Fault> {
    [keys(), effects(), operators(), seconds()]
        .into_iter()
        .flatten()
        .collect()
}

fn keys() -> Vec<Fault> {
    let mut faults = vec![
        tolerations("only the first toleration counts", Fewer, |all| {
            all.truncate(1);
        }),
        tolerations("only the last toleration counts", Fewer, |all| {
            *all = all.pop().into_iter().collect();
        }),
        toleration("a toleration's key is not looked at", More, |t| {
            t.key = None;
        }),
        drop("no key tolerates nothing", |t| t.key.is_none()),
        drop("an empty key tolerates nothing", |t| {
            t.key.as_deref() == Some("")
        }),
    ];
    for name in ["", "Equal", "Exists", "Gt", "Lt"] {
        faults.push(drop(
            format!("no key with operator {name:?} tolerates nothing"),
            move |t| is_empty(t.key.as_ref()) && operator(t) == name,
        ));
    }
    faults
}

fn effects() -> Vec<Fault> {
    let mut faults = vec![
        toleration("a toleration's effect is not looked at", More, |t| {
            t.effect = None;
        }),
        drop("no effect tolerates nothing", |t| t.effect.is_none()),
        drop("an empty effect tolerates nothing", |t| {
            t.effect.as_deref() == Some("")
        }),
        toleration("an unknown effect is every effect", More, |t| {
            t.effect.take_if(|effect| effect == "noschedule");
        }),
    ];
    for effect in ["NoSchedule", "NoExecute"] {
        faults.push(fills(
            &format!("no effect is {effect} alone"),
            |t| &mut t.effect,
            effect,
        ));
        faults.push(drop(
            format!("effect {effect} tolerates nothing"),
            move |t| t.effect.as_deref() == Some(effect),
        ));
    }
    for effect in ["NoSchedule", "NoExecute", "PreferNoSchedule"] {
        faults.push(toleration(
            format!("a toleration of {effect} tolerates every effect"),
            More,
            move |t| {
                t.effect.take_if(|other| other == effect);
            },
        ));
    }
    faults
}

fn seconds() -> Vec<Fault> {
    [
        ("tolerationSeconds tolerates nothing", None),
        ("no second at all tolerates nothing", Some(0)),
        ("seconds below zero tolerate nothing", Some(-1)),
        ("seconds above zero tolerate nothing", Some(300)),
    ]
    .map(|(name, these)| {
        drop(name, move |t| {
            t.toleration_seconds
                .is_some_and(|seconds| these.is_none_or(|these| these == seconds))
        })
    })
    .into()
}

fn operators() -> Vec<Fault> {
    let mut faults = vec![
        taken("Equal", "Exists", More),
        taken("", "Exists", More),
        taken("Exists", "Equal", Fewer),
        taken("exists", "Exists", More),
        taken("exists", "Equal", More),
        taken("Gt", "Equal", Both),
        taken("Lt", "Equal", Both),
        // What the KEP says, in words that the code does not follow.
        taken("Gt", "Lt", Both),
        taken("Lt", "Gt", Both),
        fills(
            "no value differs from an empty value",
            |t| &mut t.value,
            "x",
        ),
    ];
    for name in ["Equal", "", "Exists", "Gt", "Lt"] {
        faults.push(drop(
            format!("operator {name:?} tolerates nothing"),
            move |t| operator(t) == name,
        ));
    }
    faults.extend([
        drop("no operator tolerates nothing", |t| t.operator.is_none()),
        drop("an empty operator tolerates nothing", |t| {
            t.operator.as_deref() == Some("")
        }),
        drop("Exists with a value tolerates nothing", |t| {
            operator(t) == "Exists" && !is_empty(t.value.as_ref())
        }),
        drop("Equal without a value tolerates nothing", |t| {
            operator(t) == "Equal" && is_empty(t.value.as_ref())
        }),
    ]);
    faults
}

pub(super) fn tolerations(
    name: impl Into<String>,
    wrong: Wrong,
    change: impl Fn(&mut Vec<Toleration>) + 'static,
) -> Fault {
    Fault::pod(name, wrong, move |pod| {
        change(pod.tolerations.get_or_insert_default());
    })
}

pub(super) fn toleration(
    name: impl Into<String>,
    wrong: Wrong,
    change: impl Fn(&mut Toleration) + 'static,
) -> Fault {
    tolerations(name, wrong, move |all| all.iter_mut().for_each(&change))
}

/// Tolerations that count for nothing.
pub(super) fn drop(
    name: impl Into<String>,
    which: impl Fn(&Toleration) -> bool + 'static,
) -> Fault {
    tolerations(name, Fewer, move |all| all.retain(|t| !which(t)))
}

/// An operator is taken for another.
fn taken(from: &'static str, to: &'static str, wrong: Wrong) -> Fault {
    toleration(
        format!("operator {from:?} tolerates as {to} does"),
        wrong,
        move |t| {
            if operator(t) == from {
                t.operator = Some(to.into());
            }
        },
    )
}

/// What is empty is taken for something.
fn fills(name: &str, field: fn(&mut Toleration) -> &mut Option<String>, by: &'static str) -> Fault {
    toleration(name, Fewer, move |t| {
        let field = field(t);
        if is_empty(field.as_ref()) {
            *field = Some(by.into());
        }
    })
}

fn is_empty(field: Option<&String>) -> bool {
    field.is_none_or(String::is_empty)
}

pub(super) fn operator(t: &Toleration) -> &str {
    t.operator.as_deref().unwrap_or_default()
}

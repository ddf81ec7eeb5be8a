//! Faults in how a toleration is read.

use k8s_openapi::api::core::v1::Toleration;

use super::{Both, Fault, Fewer, More, Wrong};

pub(super) fn faults() -> Vec<Fault> {
    [keys_and_effects(), operators(), numbers()]
        .into_iter()
        .flatten()
        .collect()
}

fn keys_and_effects() -> Vec<Fault> {
    vec![
        tolerations("only the first toleration counts", Fewer, |all| {
            all.truncate(1);
        }),
        toleration("a toleration's effect is not looked at", More, |t| {
            t.effect = None;
        }),
        fills(
            "no effect is NoSchedule alone",
            |t| &mut t.effect,
            "NoSchedule",
        ),
        fills(
            "no effect is NoExecute alone",
            |t| &mut t.effect,
            "NoExecute",
        ),
        toleration("an unknown effect is every effect", More, |t| {
            t.effect.take_if(|effect| effect == "noschedule");
        }),
        toleration("a toleration's key is not looked at", More, |t| {
            t.key = None;
        }),
        drop("no key tolerates nothing", |t| is_empty(t.key.as_ref())),
        drop("no key with Equal tolerates nothing", |t| {
            is_empty(t.key.as_ref()) && ["", "Equal"].contains(&operator(t))
        }),
        drop("no key with Gt or Lt tolerates nothing", |t| {
            is_empty(t.key.as_ref()) && ["Gt", "Lt"].contains(&operator(t))
        }),
        drop("tolerationSeconds tolerates nothing", |t| {
            t.toleration_seconds.is_some()
        }),
        drop("no second at all tolerates nothing", |t| {
            t.toleration_seconds == Some(0)
        }),
    ]
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
    faults
}

fn numbers() -> Vec<Fault> {
    vec![
        toleration("Gt tolerates the bound itself", More, |t| {
            shift(t, "Gt", -1);
        }),
        toleration("Lt tolerates the bound itself", More, |t| shift(t, "Lt", 1)),
        toleration(
            "Gt and Lt take leading zeros and a plus in the bound",
            More,
            |t| {
                if let Some(number) = bound(t) {
                    t.value = Some(number.to_string());
                }
            },
        ),
        drop("Gt and Lt take no negative bound", |t| {
            bound(t).is_some_and(|number| number < 0)
        }),
        tolerations("Gt and Lt take leading zeros in the taint", More, |all| {
            // To such code the taint's `007` is 7; here it is tolerated by its own toleration.
            let seven = |t: &&Toleration| match operator(t) {
                "Gt" => is_canonical(t) && bound(t) < Some(7),
                "Lt" => is_canonical(t) && bound(t) > Some(7),
                _ => false,
            };
            let equal = |t: &Toleration| Toleration {
                operator: Some("Equal".into()),
                value: Some("007".into()),
                ..t.clone()
            };
            let more: Vec<_> = all.iter().filter(seven).map(equal).collect();
            all.extend(more);
        }),
    ]
}

fn tolerations(
    name: impl Into<String>,
    wrong: Wrong,
    change: impl Fn(&mut Vec<Toleration>) + 'static,
) -> Fault {
    Fault::pod(name, wrong, move |pod| {
        change(pod.tolerations.get_or_insert_default());
    })
}

fn toleration(
    name: impl Into<String>,
    wrong: Wrong,
    change: impl Fn(&mut Toleration) + 'static,
) -> Fault {
    tolerations(name, wrong, move |all| all.iter_mut().for_each(&change))
}

/// Tolerations that count for nothing.
fn drop(name: impl Into<String>, which: impl Fn(&Toleration) -> bool + 'static) -> Fault {
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

fn operator(t: &Toleration) -> &str {
    t.operator.as_deref().unwrap_or_default()
}

/// The bound of Gt or Lt, as a number.
fn bound(t: &Toleration) -> Option<i64> {
    ["Gt", "Lt"]
        .contains(&operator(t))
        .then(|| t.value.as_deref()?.parse().ok())?
}

/// Whether the bound is written as a number has to be.
fn is_canonical(t: &Toleration) -> bool {
    bound(t).map(|number| number.to_string()) == t.value
}

fn shift(t: &mut Toleration, of: &str, by: i64) {
    let written = bound(t).filter(|_| operator(t) == of && is_canonical(t));
    if let Some(number) = written.and_then(|number| number.checked_add(by)) {
        t.value = Some(number.to_string());
    }
}

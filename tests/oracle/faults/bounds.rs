//! Faults in how a toleration compares numbers: `Gt` and `Lt`, each on its own, and each text that is nearly a number.

use k8s_openapi::api::core::v1::Toleration;

use super::tolerations::{drop, operator, toleration, tolerations};
use super::{Fault, Fewer, More};

/// What nearly is a number, and the number for which it could be taken.
const NEARLY: [(&str, i64); 6] = [
    ("007", 7),
    ("+5", 5),
    ("-0", 0),
    ("-", 0),
    ("a", 0),
    ("", 0),
];
const TOO_LARGE: &str = "9223372036854775808";
/// What a taint can have for a value that is a number, not below zero.
const NUMBERS: [i64; 7] = [0, 1, 5, 6, 7, 10, i64::MAX];

pub(super) fn faults() -> Vec<Fault> {
    let each = ["Gt", "Lt"].into_iter();
    let nearly = each.clone().flat_map(|of| {
        NEARLY.into_iter().flat_map(move |(text, number)| {
            [taint_as(of, text, number), bound_as(of, text, number)]
        })
    });
    let negative = each.flat_map(|of| {
        [
            drop(format!("{of} takes no negative bound"), move |t| {
                operator(t) == of && bound(t).is_some_and(|number| number < 0)
            }),
            drop(format!("{of} takes no bound of 0"), move |t| {
                operator(t) == of && bound(t) == Some(0)
            }),
        ]
    });
    let alone = [
        toleration("Gt tolerates the bound itself", More, |t| {
            shift(t, "Gt", -1);
        }),
        toleration("Lt tolerates the bound itself", More, |t| shift(t, "Lt", 1)),
        // Lt with no bound beyond could tell, and Gt with no taint beyond.
        taint_as("Gt", TOO_LARGE, i64::MAX),
        bound_as("Lt", TOO_LARGE, i64::MAX),
        toleration("Gt takes no negative taint", Fewer, |t| {
            if operator(t) == "Gt" && bound(t).is_some_and(|number| number < -1) {
                t.value = Some("-1".into());
            }
        }),
        tolerations("Lt takes no negative taint", Fewer, |all| {
            *all = all.iter().flat_map(without_negative).collect();
        }),
    ];
    nearly.chain(negative).chain(alone).collect()
}

/// An operator takes a taint's value for a number that it is not: here such a taint is tolerated by a toleration of its own.
fn taint_as(of: &'static str, text: &'static str, number: i64) -> Fault {
    tolerations(
        format!("{of} takes a taint of {text:?}"),
        More,
        move |all| {
            let takes = |t: &&Toleration| {
                let above = bound(t).is_some_and(|bound| number > bound);
                let below = bound(t).is_some_and(|bound| number < bound);
                operator(t) == of && if of == "Gt" { above } else { below }
            };
            let more: Vec<_> = all.iter().filter(takes).map(|t| equal(t, text)).collect();
            all.extend(more);
        },
    )
}

/// An operator takes a bound for a number that it is not.
fn bound_as(of: &'static str, text: &'static str, number: i64) -> Fault {
    toleration(format!("{of} takes a bound of {text:?}"), More, move |t| {
        if operator(t) == of && t.value.as_deref().unwrap_or_default() == text {
            t.value = Some(number.to_string());
        }
    })
}

/// A toleration by Lt, as one by Equal for each number that is left.
fn without_negative(t: &Toleration) -> Vec<Toleration> {
    match bound(t).filter(|_| operator(t) == "Lt") {
        Some(bound) => {
            let left = NUMBERS.into_iter().filter(|number| *number < bound);
            left.map(|number| equal(t, &number.to_string())).collect()
        }
        None => vec![t.clone()],
    }
}

fn equal(t: &Toleration, value: &str) -> Toleration {
    Toleration {
        operator: Some("Equal".into()),
        value: Some(value.into()),
        ..t.clone()
    }
}

/// The bound of Gt or Lt, if it is written as a number has to be.
fn bound(t: &Toleration) -> Option<i64> {
    let text = t.value.as_deref()?;
    let number: i64 = text.parse().ok()?;
    (["Gt", "Lt"].contains(&operator(t)) && number.to_string() == text).then_some(number)
}

fn shift(t: &mut Toleration, of: &str, by: i64) {
    let moved = bound(t).filter(|_| operator(t) == of);
    if let Some(number) = moved.and_then(|number| number.checked_add(by)) {
        t.value = Some(number.to_string());
    }
}

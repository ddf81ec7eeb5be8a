//! Faults in what is a label key and a label value: each text that is none passes, and each that barely is one does not.

use super::{Fault, Fewer, More};
use crate::generate::words::{BAD_KEYS, BAD_VALUES, BARE_KEYS, BARE_VALUES};

pub(super) fn faults() -> Vec<Fault> {
    let keys = BAD_KEYS.iter().map(|key| (key, "passes", More, "absent"));
    let bare_keys = BARE_KEYS
        .iter()
        .map(|key| (key, "does not pass", Fewer, "bad key"));
    let keys = keys.chain(bare_keys).map(|(key, what, wrong, by)| {
        Fault::expression(format!("the key {} {what}", short(key)), wrong, move |e| {
            replace(&mut e.key, key, by);
        })
    });
    let values = BAD_VALUES
        .iter()
        .map(|value| (value, "passes", More, "none"));
    let bare_values = BARE_VALUES
        .iter()
        .map(|value| (value, "does not pass", Fewer, "bad value"));
    let values = values.chain(bare_values).map(|(value, what, wrong, by)| {
        Fault::expression(
            format!("the value {} {what}", short(value)),
            wrong,
            move |e| {
                e.values
                    .iter_mut()
                    .flatten()
                    .for_each(|other| replace(other, value, by));
            },
        )
    });
    keys.chain(values).collect()
}

fn replace(text: &mut String, this: &str, by: &str) {
    if text == this {
        *text = by.into();
    }
}

/// As it is, or its beginning and length.
fn short(text: &str) -> String {
    match text.get(..5) {
        Some(beginning) if text.len() > 30 => format!("{beginning:?}... of {} bytes", text.len()),
        _ => format!("{text:?}"),
    }
}

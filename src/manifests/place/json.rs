//! Fields in JSON: a raw value is a part of the text, so it says where it stands. Used by `place`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed as _, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Before, Spot, Step, seed};

/// The objects at these indices, as they are written.
pub(super) fn objects<'t, 'w>(
    text: &'t str,
    wanted: &'w [&'w [usize]],
) -> Vec<(&'w [usize], &'t RawValue)> {
    let mut json = serde_json::Deserializer::from_str(text);
    seed(wanted).deserialize(&mut json).unwrap_or_default()
}

/// How many bytes of the text stand before the field's value, or before that of the nearest field around it.
pub(super) fn offset(text: &str, object: &RawValue, steps: &[Step]) -> usize {
    let mut value = object;
    for step in steps {
        match inside(value, *step) {
            Some(next) => value = next,
            None => break,
        }
    }
    let [begin, at] = [text, value.get()].map(|text| text.as_ptr().addr());
    at.saturating_sub(begin)
}

fn inside<'t>(value: &'t RawValue, step: Step) -> Option<&'t RawValue> {
    match serde_json::from_str(value.get()).ok()? {
        Parts::Map(entries) => {
            let (Step::Key(wanted) | Step::Item(_, wanted)) = step;
            // Of a repeated key the last one holds.
            let entry = entries.into_iter().rfind(|(key, _)| key == wanted);
            entry.map(|(_, value)| value)
        }
        Parts::Seq(items) => match step {
            Step::Item(index, _) => items.get(index).copied(),
            Step::Key(_) => None,
        },
    }
}

/// Turns offsets into lines and columns, in one pass.
pub(super) fn spots(
    text: &str,
    before: Before,
    mut offsets: Vec<(usize, usize)>,
    places: &mut [Option<Spot>],
) {
    offsets.sort_unstable();
    let mut at = 0;
    let mut spot = Spot {
        line: before.lines + 1,
        column: before.characters + 1,
    };
    for (offset, number) in offsets {
        for c in text.get(at..offset).unwrap_or_default().chars() {
            if c == '\n' {
                spot.line += 1;
                spot.column = 1;
            } else {
                spot.column += 1;
            }
        }
        at = offset;
        if let Some(place) = places.get_mut(number) {
            *place = Some(spot);
        }
    }
}

/// The parts of a value that has some.
enum Parts<'t> {
    Map(Vec<(Cow<'t, str>, &'t RawValue)>),
    Seq(Vec<&'t RawValue>),
}

impl<'t> Deserialize<'t> for Parts<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor(PhantomData))
    }
}

struct PartsVisitor<'t>(PhantomData<&'t ()>);

impl<'t> Visitor<'t> for PartsVisitor<'t> {
    type Value = Parts<'t>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or a list")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<Parts<'t>, A::Error> {
        let mut parts = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            parts.push(entry);
        }
        Ok(Parts::Map(parts))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<Parts<'t>, A::Error> {
        let mut parts = Vec::new();
        while let Some(item) = items.next_element()? {
            parts.push(item);
        }
        Ok(Parts::Seq(parts))
    }
}

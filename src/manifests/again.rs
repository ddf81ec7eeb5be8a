//! Objects of a document read once more from its text, to learn where their fields stand. Used by `place`.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads the objects that stand at these indices, which are in order, and skips everything else.
pub(super) struct Objects<'w, T> {
    wanted: &'w [&'w [usize]],
    /// In how many lists this one stands.
    depth: usize,
    found: PhantomData<T>,
}

/// Objects, each with its indices.
type Found<'w, T> = Vec<(&'w [usize], T)>;

impl<'w, T> Objects<'w, T> {
    pub(super) fn new(wanted: &'w [&'w [usize]]) -> Self {
        Self {
            wanted,
            depth: 0,
            found: PhantomData,
        }
    }
}

impl<'de, 'w, T: Deserialize<'de>> DeserializeSeed<'de> for Objects<'w, T> {
    type Value = Found<'w, T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        match self.wanted {
            [] => IgnoredAny::deserialize(deserializer).map(|_| Vec::new()),
            // Where an object is wanted, it is no list in which others are.
            [indices, ..] if indices.len() == self.depth => {
                T::deserialize(deserializer).map(|object| vec![(*indices, object)])
            }
            _ => deserializer.deserialize_map(InList(SomeItems(self))),
        }
    }
}

/// The way through a list's map; what its `items` are read as follows.
struct InList<S>(S);

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for InList<S>
where
    S::Value: Default,
{
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<S::Value, A::Error> {
        let mut way = Some(self.0);
        let mut value = S::Value::default();
        while let Some(key) = entries.next_key::<String>()? {
            match way.take_if(|_| key == "items") {
                Some(way) => value = entries.next_value_seed(way)?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
        }
        Ok(value)
    }
}

/// The way to the items of a list.
struct SomeItems<'w, T>(Objects<'w, T>);

impl<'de, 'w, T: Deserialize<'de>> Visitor<'de> for SomeItems<'w, T> {
    type Value = Found<'w, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let Objects { wanted, depth, .. } = self.0;
        let mut found = Vec::new();
        let mut rest = wanted;
        for index in 0.. {
            let end = rest.partition_point(|indices| indices.get(depth) <= Some(&index));
            let (here, after) = rest.split_at(end);
            rest = after;
            let item = Objects {
                wanted: here,
                depth: depth + 1,
                found: PhantomData,
            };
            match items.next_element_seed(item)? {
                Some(objects) => found.extend(objects),
                None => break,
            }
        }
        Ok(found)
    }
}

impl<'de, 'w, T: Deserialize<'de>> DeserializeSeed<'de> for SomeItems<'w, T> {
    type Value = Found<'w, T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

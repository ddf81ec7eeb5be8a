//! A value of YAML or JSON read as kubectl reads it: of a key that is repeated the last one holds, and is told of. Used by `documents`.
//!
//! What is most of a Node, and nobody reads, is left out on the way: it would be four fifths of the memory for a large cluster's nodes.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Number, Value};

/// A value, and the paths of the keys in it that stand more than once.
#[derive(Debug, Default)]
pub(super) struct Lenient {
    pub(super) value: Value,
    pub(super) repeated: Vec<String>,
}

impl From<Value> for Lenient {
    fn from(value: Value) -> Self {
        Self {
            value,
            repeated: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        At("").deserialize(deserializer)
    }
}

/// A value, and the key at which it stands.
struct At<'k>(&'k str);

/// The key of a map, and the key in it.
const UNREAD: [(&str, &str); 2] = [("metadata", "managedFields"), ("status", "images")];

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Lenient;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Lenient, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Lenient;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Lenient, E> {
        Ok(Value::Bool(value).into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Lenient, E> {
        Ok(Value::Number(value.into()).into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Lenient, E> {
        Ok(Value::Number(value.into()).into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Lenient, E> {
        Ok(Number::from_f64(value)
            .map_or(Value::Null, Value::Number)
            .into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Lenient, E> {
        Ok(Value::String(value.to_owned()).into())
    }

    fn visit_string<E>(self, value: String) -> Result<Lenient, E> {
        Ok(Value::String(value).into())
    }

    fn visit_unit<E>(self) -> Result<Lenient, E> {
        Ok(Lenient::default())
    }

    fn visit_none<E>(self) -> Result<Lenient, E> {
        Ok(Lenient::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Lenient, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lenient, A::Error> {
        let mut values = Vec::new();
        let mut repeated = Vec::new();
        while let Some(item) = items.next_element::<Lenient>()? {
            let index = values.len();
            let inside = item.repeated.into_iter();
            repeated.extend(inside.map(|path| format!("[{index}]{}", joined(&path))));
            values.push(item.value);
        }
        Ok(Lenient {
            value: Value::Array(values),
            repeated,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Lenient, A::Error> {
        let mut map = Map::new();
        let mut repeated = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            if UNREAD.contains(&(self.0, &key)) {
                entries.next_value::<IgnoredAny>()?;
                continue;
            }
            let entry = entries.next_value_seed(At(&key))?;
            let inside = entry.repeated.into_iter();
            repeated.extend(inside.map(|path| format!("{key}{}", joined(&path))));
            if map.contains_key(&key) {
                repeated.push(key.clone());
            }
            map.insert(key, entry.value);
        }
        // A key that stands there three times is still one to look at.
        repeated.dedup();
        Ok(Lenient {
            value: Value::Object(map),
            repeated,
        })
    }
}

/// A path as the continuation of another.
fn joined(path: &str) -> String {
    if path.starts_with('[') {
        path.to_owned()
    } else {
        format!(".{path}")
    }
}

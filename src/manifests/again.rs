//! One object of a document read once more from its text, only to learn where it is wrong. Used by [`crate::manifests`].

use std::fmt;

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::node::v1::RuntimeClass;
use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::inventory::node::NodeObject;
use crate::storage::object::{ClaimObject, ClassObject, VolumeObject};
use crate::workload::{Kind, Workload};

/// What an object is to be read as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Workload(Kind),
    Node,
    Namespace,
    RuntimeClass,
    Volume,
    Claim,
    StorageClass,
    /// As nothing: it is wrong where it stands.
    Refused,
}

/// Reads one object of a document in a form, and skips everything else.
pub(super) struct At<'i> {
    pub(super) indices: &'i [usize],
    pub(super) form: Form,
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match (self.indices, self.form) {
            ([], Form::Workload(kind)) => Workload::deserialize(kind, deserializer).map(drop),
            ([], Form::Node) => NodeObject::deserialize(deserializer).map(drop),
            ([], Form::Namespace) => Namespace::deserialize(deserializer).map(drop),
            ([], Form::RuntimeClass) => RuntimeClass::deserialize(deserializer).map(drop),
            ([], Form::Volume) => VolumeObject::deserialize(deserializer).map(drop),
            ([], Form::Claim) => ClaimObject::deserialize(deserializer).map(drop),
            ([], Form::StorageClass) => ClassObject::deserialize(deserializer).map(drop),
            ([], Form::Refused) => Err(serde::de::Error::custom("refused")),
            ([index, indices @ ..], form) => deserializer.deserialize_map(InList {
                index: *index,
                then: At { indices, form },
            }),
        }
    }
}

/// The way to one item: through the list's map first, then through its items.
struct InList<'i> {
    index: usize,
    then: At<'i>,
}

impl<'de> Visitor<'de> for InList<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut way = Some(self);
        while let Some(key) = entries.next_key::<String>()? {
            match way.take_if(|_| key == "items") {
                Some(way) => entries.next_value_seed(way)?,
                None => _ = entries.next_value::<IgnoredAny>()?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for _ in 0..self.index {
            items.next_element::<IgnoredAny>()?;
        }
        items.next_element_seed(self.then)?;
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for InList<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

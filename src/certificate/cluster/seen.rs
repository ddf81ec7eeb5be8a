//! What a replica knows of an object by watching it.

/// An object as it was last seen.
pub(super) enum Seen<T> {
    /// Its watch has not said anything yet.
    NotYet,
    /// There is no such object.
    Absent,
    /// It is there.
    There(T),
}

impl<T> Seen<T> {
    /// What a watch has brought.
    pub(super) fn new(object: Option<T>) -> Self {
        object.map_or(Self::Absent, Self::There)
    }

    /// Its watch has spoken.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::NotYet)
    }

    /// The object, if it is there.
    pub(super) fn there(&self) -> Option<&T> {
        match self {
            Self::There(object) => Some(object),
            Self::NotYet | Self::Absent => None,
        }
    }
}

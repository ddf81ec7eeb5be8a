//! `matchFields` of a node affinity: what it asks of the fields of a node. Part of `selector`.

use k8s_openapi::api::core::v1::NodeSelectorRequirement;

use crate::inventory::Inventory;
use crate::inventory::set::Bits;

/// One of `matchFields`. Only `metadata.name` has a value; any other field reads as empty.
#[derive(Debug)]
pub(super) struct FieldRequirement<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
    pub(super) equal: bool,
}

impl<'a> FieldRequirement<'a> {
    pub(super) fn parse(requirement: &'a NodeSelectorRequirement) -> Option<Self> {
        let equal = match requirement.operator.as_str() {
            "In" => true,
            "NotIn" => false,
            _ => return None,
        };
        match requirement.values.as_deref().unwrap_or_default() {
            [value] => Some(Self {
                key: &requirement.key,
                value,
                equal,
            }),
            _ => None,
        }
    }

    /// Whether a node of this name passes.
    pub(super) fn matches(&self, name: &str) -> bool {
        let value = if self.is_name() { name } else { "" };
        (value == self.value) == self.equal
    }

    /// Leaves of `nodes` those whose field passes.
    pub(super) fn narrow(&self, nodes: &mut Bits, inventory: &Inventory) {
        let named = inventory.id(self.value).map(|id| id as usize);
        match (self.is_name(), named) {
            (true, Some(id)) if self.equal => {
                let is_in = nodes.contains(id);
                nodes.clear();
                nodes.set(id, is_in);
            }
            (true, Some(id)) => nodes.set(id, false),
            // No node has this name.
            (true, None) if self.equal => nodes.clear(),
            (true, None) => {}
            (false, _) if self.matches("") => {}
            (false, _) => nodes.clear(),
        }
    }

    /// Whether a node that does not exist yet, and has no name, can meet it: with a name given, none can be waited for.
    pub(super) fn admits_new_nodes(&self) -> bool {
        (self.value.is_empty() && !self.is_name()) == self.equal
    }

    fn is_name(&self) -> bool {
        self.key == "metadata.name"
    }
}

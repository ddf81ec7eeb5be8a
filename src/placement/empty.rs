//! Whether a node of a pool that has none yet could meet what a pod asks for.

use super::field::FieldRequirement;
use super::filter::SKU_LABELS;
use super::selector::{LabelRequirement, Requirements, Test};
use crate::inventory::EmptyPool;
use crate::os::Catalogue;

/// Whether nothing contradicts: for each label, what is known of it and all that is asked of it leave some value.
pub(super) fn fits(pool: &EmptyPool, all: &[&Requirements], catalogue: &Catalogue) -> bool {
    let fields = || all.iter().flat_map(|some| &some.fields);
    let labels = || all.iter().flat_map(|some| &some.labels);
    fields().all(FieldRequirement::admits_new_nodes)
        && labels().all(|requirement| {
            let of_label = labels().filter(|other| other.key == requirement.key);
            leaves_something(pool, requirement.key, of_label, catalogue)
        })
}

fn leaves_something<'r, 'a: 'r>(
    pool: &EmptyPool,
    key: &str,
    requirements: impl Iterator<Item = &'r LabelRequirement<'a>>,
    catalogue: &Catalogue,
) -> bool {
    let mut allowed = pool.label(key);
    for LabelRequirement { test, .. } in requirements {
        if SKU_LABELS.contains(&key) && !names_its_os(pool, *test, catalogue) {
            return false;
        }
        match *test {
            Test::In(values) => allowed.be_in(values),
            Test::NotIn(values) => allowed.be_none_of(values),
            Test::Exists => allowed.exist(),
            Test::DoesNotExist => allowed.not_exist(),
            Test::Gt(bound) => allowed.be_above(bound),
            Test::Lt(bound) => allowed.be_below(bound),
        }
    }
    allowed.is_possible()
}

/// One OS has several SKUs, old and new: which of them a node will carry is not known, but that it is one of its own OS.
fn names_its_os(pool: &EmptyPool, test: Test, catalogue: &Catalogue) -> bool {
    let Some(os) = pool.os.now() else {
        return true;
    };
    let is_own = |sku: &String| catalogue.by_sku(sku).is_some_and(|named| named.id == os.id);
    match test {
        Test::In(values) => values.iter().any(is_own),
        Test::NotIn(values) => !values.iter().any(is_own),
        Test::Exists => true,
        Test::DoesNotExist | Test::Gt(_) | Test::Lt(_) => false,
    }
}

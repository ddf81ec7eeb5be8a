//! `runtime-class`: a pod that asks for a container runtime of its own, such as Kata Containers.
//!
//! Reads `runtimeClassName`. Where the node's runtime has no such handler it refuses the pod's sandbox (`no runtime for "kata" is
//! configured`), so on an OS that was read not to have it the pod breaks. Most classes of AKS also select nodes that have it, so such a pod
//! seldom lands elsewhere; the finding is for the others.

use super::{Case, Hit, Rule, refused_unless};
use crate::message::clean;
use crate::os::features::FeatureKind;

pub(super) const RULE: Rule = Rule {
    id: "runtime-class",
    summary: "the pod asks for a container runtime that the OS does not have",
    fields: &["runtimeClassName"],
    remedy: "select a node pool whose OS has that runtime, or drop runtimeClassName",
    before: include_str!("remedies/runtime-class/before.yaml"),
    after: include_str!("remedies/runtime-class/after.yaml"),
    is_host_use: false,
    check,
};

fn check(case: &Case) -> Vec<Hit> {
    let hit = || {
        let name = case.spec.runtime_class_name.as_deref()?;
        let feature = case.os.feature(FeatureKind::RuntimeClass, name)?;
        Some(Hit::new(
            "runtimeClassName".to_owned(),
            refused_unless(feature.present, feature.confidence)?,
            format!("runtimeClassName asks for the runtime {}", clean(name)),
            feature.because.clone(),
        ))
    };
    hit().into_iter().collect()
}

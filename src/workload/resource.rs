//! The devices that a container asks for: of its `resources`, the names of the extended ones. Part of `pod`.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::pod::nullable;
use crate::placement::label;

/// `resources` of a container. Amounts decide nothing: who asks for none of a device has named it all the same.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Resources {
    /// Extended resources that it asks for.
    #[serde(deserialize_with = "extended")]
    pub requests: Vec<String>,
    /// Extended resources that it is limited to.
    #[serde(deserialize_with = "extended")]
    pub limits: Vec<String>,
}

#[allow(
    clippy::zero_sized_map_values,
    reason = "serde reads no object into a set"
)]
fn extended<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let resources: BTreeMap<String, IgnoredAny> = nullable(deserializer)?;
    let names = resources.into_keys();
    Ok(names.filter(|name| is_extended(name)).collect())
}

/// `IsExtendedResourceName` in `pkg/apis/core/helper/helpers.go` of Kubernetes: not of Kubernetes' own, and fit for the name of a quota.
fn is_extended(name: &str) -> bool {
    let is_native = !name.contains('/') || name.contains("kubernetes.io/");
    !is_native && !name.starts_with("requests.") && label::is_key(&format!("requests.{name}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case("nvidia.com/gpu", true)]
    #[case("example.com/device_1", true)]
    #[case("cpu", false)]
    #[case("hugepages-2Mi", false)]
    #[case("gpu", false)]
    #[case("kubernetes.io/batch-cpu", false)]
    #[case("attachable.kubernetes.io/x", false)]
    #[case("requests.nvidia.com/gpu", false)]
    #[case("nvidia.com/", false)]
    #[case("/gpu", false)]
    #[case("nvidia.com/gpu/0", false)]
    #[case("NVIDIA.com/gpu", false)]
    #[case(&format!("{}/gpu", ["a".repeat(60).as_str(); 4].join(".")), true)]
    #[case(&format!("{}xx/gpu", ["a".repeat(60).as_str(); 4].join(".")), false)]
    fn a_resource_is_extended(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_extended(name), expected);
    }

    #[rstest]
    #[case(json!({}), &[], &[])]
    #[case(json!({"requests": null, "limits": null}), &[], &[])]
    #[case(json!({"requests": {"cpu": "1", "nvidia.com/gpu": 1}, "claims": [{"name": "x"}]}), &["nvidia.com/gpu"], &[])]
    #[case(json!({"limits": {"b.com/x": "0", "a.com/x": null, "memory": "1Gi"}}), &[], &["a.com/x", "b.com/x"])]
    fn the_names_are_kept(
        #[case] resources: serde_json::Value,
        #[case] requests: &[&str],
        #[case] limits: &[&str],
    ) {
        let read: Resources = serde_json::from_value(resources).unwrap();
        assert_eq!(
            (read.requests.as_slice(), read.limits.as_slice()),
            (
                requests
                    .iter()
                    .map(|s| (*s).to_owned())
                    .collect::<Vec<_>>()
                    .as_slice(),
                limits
                    .iter()
                    .map(|s| (*s).to_owned())
                    .collect::<Vec<_>>()
                    .as_slice(),
            )
        );
    }
}

//! What a pod or a container asks of the kernel's access control: of its `securityContext`, the part that a rule reads. Part of `pod`.

use serde::Deserialize;

use super::pod::nullable;

/// `securityContext` of a pod or of a container; capabilities and `privileged` are a container's only.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityContext {
    /// The AppArmor profile that it runs under.
    pub app_armor_profile: Option<AppArmorProfile>,
    /// The SELinux label that it runs with. A container's replaces the pod's as a whole.
    pub se_linux_options: Option<SeLinuxOptions>,
    /// Capabilities beyond the runtime's default.
    #[serde(deserialize_with = "nullable")]
    pub capabilities: Capabilities,
    /// Whether it has all that root on the node has.
    #[serde(deserialize_with = "nullable")]
    pub privileged: bool,
}

/// `appArmorProfile`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AppArmorProfile {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub profile_type: String,
}

/// `seLinuxOptions`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SeLinuxOptions {
    /// The type, which the node's policy has to define; empty for the runtime's own choice.
    #[serde(rename = "type", deserialize_with = "nullable")]
    pub selinux_type: String,
}

/// `capabilities`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// What is added, without `CAP_`.
    #[serde(deserialize_with = "nullable")]
    pub add: Vec<String>,
}

impl SecurityContext {
    /// The SELinux type that it names, if any.
    pub fn selinux_type(&self) -> Option<&str> {
        let options = self.se_linux_options.as_ref()?;
        Some(options.selinux_type.as_str()).filter(|named| !named.is_empty())
    }
}

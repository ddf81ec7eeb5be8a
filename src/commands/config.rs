//! The configuration file of a command: read once.

use std::path::Path;

use crate::failure::Failure;
use crate::policy::Policy;

/// What the file says; without one, the defaults.
pub(super) async fn load(path: Option<&Path>) -> Result<Policy, Failure> {
    let Some(path) = path else {
        return Ok(Policy::default());
    };
    let cannot = |why: String| {
        Failure::Input(format!(
            "the configuration cannot be used: {}: {why}",
            path.display()
        ))
    };
    let text = tokio::fs::read_to_string(path).await.map_err(|error| {
        cannot(format!(
            "{error}; give --config a file that this process can read"
        ))
    })?;
    Policy::parse(&text).map_err(|error| cannot(error.to_string()))
}

//! The configuration file of a command: read once.

use crate::failure::Failure;
use crate::manifests::Source;
use crate::policy::Policy;

/// What the file says; without one, the defaults.
pub(super) async fn load(config: Option<&Source>) -> Result<Policy, Failure> {
    let Some(file) = config else {
        return Ok(Policy::default());
    };
    let cannot = |why: String| {
        let name = file.name();
        Failure::Input(format!("the configuration cannot be used: {name}: {why}"))
    };
    let bytes = file.contents().await;
    let bytes = bytes.map_err(|why| {
        cannot(format!(
            "{why}; give --config a file that this process can read"
        ))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|why| cannot(format!("it is no text: {why}; write it in UTF-8")))?;
    Policy::parse(&text).map_err(|why| cannot(why.to_string()))
}

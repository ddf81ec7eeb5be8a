//! What the arguments of several commands must be.

use crate::manifests::Source;
use crate::report::Output;

/// Standard input is there for one of the inputs.
pub(super) fn one_stdin<'s>(inputs: impl Iterator<Item = &'s Source>) -> Result<(), String> {
    if inputs.filter(|input| **input == Source::Stdin).count() > 1 {
        return Err("standard input can be read only once: give - once".to_owned());
    }
    Ok(())
}

/// Where the reports go: the default format to standard output, unless something is said; and only one of them there.
pub(super) fn outputs<F: Default>(given: Vec<Output<F>>) -> Result<Vec<Output<F>>, String> {
    if given.is_empty() {
        return Ok(vec![Output::default()]);
    }
    if given.iter().filter(|output| output.path.is_none()).count() > 1 {
        return Err(
            "only one --output can go to standard output: give the others a file, as in json=FILE"
                .to_owned(),
        );
    }
    Ok(given)
}

//! How the verdicts of a command are told: where to, against which baseline, and what makes it fail.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::manifests::Source;
use crate::report::verdict::{Baseline, FailOn, Format, Report};
use crate::report::{Output, Voice, to_file};

/// What is asked of the report.
#[derive(Debug)]
pub struct Reporting {
    /// Where it goes.
    pub outputs: Vec<Output<Format>>,
    /// What makes the command fail.
    pub fail_on: FailOn,
    /// What was found before and does not count.
    pub baseline: Option<Source>,
    /// Where to write what is found now, as a baseline.
    pub write_baseline: Option<PathBuf>,
}

impl Reporting {
    /// Reads the baseline, before anything long begins.
    pub(super) async fn baseline(&self) -> Result<Option<Baseline>, Failure> {
        let Some(file) = &self.baseline else {
            return Ok(None);
        };
        let cannot = |why: String| {
            let name = file.name();
            Failure::Input(format!(
                "the baseline cannot be used: {name}: {why}; give --baseline a file that --write-baseline wrote"
            ))
        };
        let bytes = file.contents().await;
        let bytes = bytes.map_err(|why| cannot(why.to_string()))?;
        Baseline::parse(&bytes).map(Some).map_err(cannot)
    }

    /// Tells it. Returns whether the command fails by what is found: whoever writes a baseline accepts it.
    pub(super) fn tell(
        &self,
        report: &mut Report,
        baseline: Option<&Baseline>,
        voice: Voice,
    ) -> Result<bool, Failure> {
        if let Some(baseline) = baseline {
            report.compare(baseline);
        }
        let notices: BTreeSet<&str> = report.notices().collect();
        for notice in notices {
            voice.warning(notice);
        }
        for output in &self.outputs {
            output.write(voice, |out, style| {
                report.write(output.format, self.fail_on, out, style)
            })?;
        }
        match &self.write_baseline {
            Some(path) => {
                to_file(path, "--write-baseline", |out| report.write_baseline(out))?;
                Ok(false)
            }
            None => Ok(report.fails(self.fail_on)),
        }
    }
}

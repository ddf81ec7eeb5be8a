//! Where a report goes, and in which format: `-o FORMAT[=PATH]`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::voice::{Style, Voice};
use crate::failure::Failure;
use crate::nearest::did_you_mean;

/// One report.
#[derive(Debug, Clone, Default)]
pub struct Output<F = Format> {
    /// Its format.
    pub format: F,
    /// The file; none is standard output.
    pub path: Option<PathBuf>,
}

/// The formats that a command has.
pub trait Formats: Copy + 'static {
    /// Each by its name.
    const ALL: &'static [(&'static str, Self)];
}

/// The formats of most commands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

impl Formats for Format {
    const ALL: &'static [(&'static str, Self)] = &[("table", Self::Table), ("json", Self::Json)];
}

impl<F: Formats> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("there is no file after the =".to_owned()),
            Some((format, path)) => (format, Some(path.into())),
            None => (text, None),
        };
        let names = || F::ALL.iter().map(|(name, _)| *name);
        let Some((_, format)) = F::ALL.iter().find(|(known, _)| *known == name) else {
            let all: Vec<&str> = names().collect();
            return Err(format!(
                "it must be one of {}, and a file may follow, as in json=FILE{}",
                all.join(", "),
                did_you_mean(name, names())
            ));
        };
        Ok(Self {
            format: *format,
            path,
        })
    }
}

impl<F> Output<F> {
    /// Writes a report. Whoever closes standard output has seen enough; that is no error.
    pub fn write(
        &self,
        voice: Voice,
        render: impl Fn(&mut dyn Write, Style) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            let stdout = io::stdout().lock();
            let style = voice.style(&stdout);
            return match all(stdout, |out| render(out, style)) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Input(
                    format!("standard output cannot be written: {error}"),
                )),
                _ => Ok(()),
            };
        };
        to_file(path, "--output", |out| render(out, Style::default()))
    }
}

/// Writes a file that an option names.
pub fn to_file(
    path: &Path,
    option: &str,
    render: impl Fn(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let written = File::create(path).and_then(|file| all(file, render));
    written.map_err(|error| {
        let path = path.display();
        Failure::Input(format!(
            "{path}: {error}; give {option} a file that this process can write"
        ))
    })
}

fn all(out: impl Write, render: impl Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    render(&mut out)?;
    out.flush()
}

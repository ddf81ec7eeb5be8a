//! `hostfit man`: the man page of the whole program, from the definition of the command line. Each command is a section of it.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::report::Program;

/// The page, as troff reads it.
pub(super) fn page(program: Program) -> String {
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(program, &mut page);
    // Every section brings the same lines on apostrophes along.
    let preamble = Roff::new().render();
    let page = String::from_utf8_lossy(&page).replace(&preamble, "");
    preamble + &page
}

fn write(program: Program, page: &mut Vec<u8>) -> io::Result<()> {
    let definition = super::definition(program);
    let commands: Vec<Command> = definition.get_subcommands().cloned().collect();
    let whole = Man::new(definition.disable_help_subcommand(true)).title(program.file());
    whole.render_title(page)?;
    whole.render_name_section(page)?;
    whole.render_synopsis_section(page)?;
    whole.render_description_section(page)?;
    whole.render_options_section(page)?;
    for command in commands {
        write_command(program, command, page)?;
    }
    Ok(())
}

/// A command is taken out of the whole: the options that all have stand at the top of the page, once.
fn write_command(program: Program, command: Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("{} {}", program.called(), command.get_name());
    let examples = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.bin_name(&name).disable_help_flag(true));

    Roff::new().control("SH", [name.as_str()]).to_writer(page)?;
    let mut sections = Vec::new();
    man.render_synopsis_section(&mut sections)?;
    man.render_description_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    page.extend_from_slice(one_level_down(&sections).as_bytes());

    if let Some(examples) = examples {
        let mut lines = examples.lines();
        let heading = lines.next().unwrap_or_default().trim_end_matches(':');
        let mut section = Roff::new();
        section.control("SS", [heading.to_uppercase().as_str()]);
        section.control("nf", []);
        for line in lines {
            section.text([roman(line)]);
        }
        section.control("fi", []).to_writer(page)?;
    }
    Ok(())
}

/// Only a heading can begin so: a text that begins with a dot is escaped.
fn one_level_down(sections: &[u8]) -> String {
    String::from_utf8_lossy(sections).replace("\n.SH ", "\n.SS ")
}

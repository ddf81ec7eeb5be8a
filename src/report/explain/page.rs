//! A page: what is said, apart from how it is shown. On a terminal it is text, in the documentation Markdown.

use std::fmt::Write as _;

use comfy_table::presets::NOTHING;

use super::Form;
use crate::report::Style;

/// A title and what stands below it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

/// One part of a page.
#[derive(Debug)]
pub(super) enum Block {
    Heading(&'static str),
    Text(String),
    List(Vec<String>),
    Table(Vec<&'static str>, Vec<Vec<String>>),
    Yaml(&'static str),
}

impl Page {
    pub(super) fn render(&self, form: Form, style: Style) -> String {
        let mut out = match form {
            Form::Text => format!("{}\n", style.paint(Style::BOLD, &self.title)),
            Form::Markdown => format!("# {}\n", self.title),
        };
        for block in &self.blocks {
            out.push('\n');
            block.write(form, style, &mut out);
        }
        out
    }
}

impl Block {
    fn write(&self, form: Form, style: Style, out: &mut String) {
        match (self, form) {
            (Self::Heading(heading), Form::Text) => line(out, &style.paint(Style::BOLD, heading)),
            (Self::Heading(heading), Form::Markdown) => line(out, &format!("## {heading}")),
            (Self::Text(text), _) => line(out, text),
            (Self::List(items), _) => {
                for item in items {
                    line(out, &format!("- {item}"));
                }
            }
            (Self::Table(heads, rows), Form::Text) => {
                let mut table = comfy_table::Table::new();
                table.load_style(NOTHING);
                table.set_header(heads.iter().map(|head| head.to_uppercase()));
                table.add_rows(rows);
                for row in table.lines() {
                    line(out, format!(" {row}").trim_end());
                }
            }
            (Self::Table(heads, rows), Form::Markdown) => {
                line(out, &format!("| {} |", heads.join(" | ")));
                line(out, &format!("|{}", "---|".repeat(heads.len())));
                for row in rows {
                    let cells: Vec<String> =
                        row.iter().map(|cell| cell.replace('|', "\\|")).collect();
                    line(out, &format!("| {} |", cells.join(" | ")));
                }
            }
            (Self::Yaml(yaml), Form::Text) => {
                for text in yaml.lines() {
                    line(out, format!("  {text}").trim_end());
                }
            }
            (Self::Yaml(yaml), Form::Markdown) => {
                line(out, &format!("```yaml\n{}\n```", yaml.trim_end()));
            }
        }
    }
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}");
}

//! A page: what is said, apart from how it is shown. On a terminal it is text, in the documentation Markdown.

use std::fmt::Write as _;

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
            match form {
                Form::Text => block.as_text(style, &mut out),
                Form::Markdown => block.as_markdown(&mut out),
            }
        }
        out
    }
}

impl Block {
    fn as_text(&self, style: Style, out: &mut String) {
        match self {
            Self::Heading(heading) => line(out, &style.paint(Style::BOLD, heading)),
            Self::Text(text) => line(out, text),
            Self::List(items) => items
                .iter()
                .for_each(|item| line(out, &format!("- {item}"))),
            Self::Table(heads, rows) => {
                let heads: Vec<String> = heads.iter().map(|head| head.to_uppercase()).collect();
                let widths: Vec<usize> = (0..heads.len())
                    .map(|column| {
                        let cells = rows
                            .iter()
                            .chain([&heads])
                            .filter_map(|row| row.get(column));
                        cells
                            .map(|cell| cell.chars().count())
                            .max()
                            .unwrap_or_default()
                    })
                    .collect();
                for row in [&heads].into_iter().chain(rows) {
                    let cells = row.iter().zip(&widths);
                    let cells: Vec<String> = cells
                        .map(|(cell, &width)| format!("{cell:width$}"))
                        .collect();
                    line(out, format!("  {}", cells.join("  ")).trim_end());
                }
            }
            Self::Yaml(yaml) => yaml
                .lines()
                .for_each(|text| line(out, format!("  {text}").trim_end())),
        }
    }

    fn as_markdown(&self, out: &mut String) {
        match self {
            Self::Heading(heading) => line(out, &format!("## {heading}")),
            Self::Text(text) => line(out, text),
            Self::List(items) => items
                .iter()
                .for_each(|item| line(out, &format!("- {item}"))),
            Self::Table(heads, rows) => {
                line(out, &format!("| {} |", heads.join(" | ")));
                line(out, &format!("|{}", "---|".repeat(heads.len())));
                for row in rows {
                    let cells: Vec<String> =
                        row.iter().map(|cell| cell.replace('|', "\\|")).collect();
                    line(out, &format!("| {} |", cells.join(" | ")));
                }
            }
            Self::Yaml(yaml) => line(out, &format!("```yaml\n{}\n```", yaml.trim_end())),
        }
    }
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}");
}

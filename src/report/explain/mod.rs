//! What `hostfit explain` shows, and what the documentation holds of it: rules, and operating systems with their sources.

mod os;
mod page;
mod rule;

use self::page::{Block, Page};
use super::Style;
use crate::nearest::did_you_mean;
use crate::os::{Catalogue, Profile};
use crate::rules::{RULES, Rule};

/// How it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For a terminal.
    #[default]
    Text,
    /// For documentation.
    Markdown,
}

/// What is explained.
#[derive(Debug, Clone, Copy)]
pub enum Topic<'a> {
    /// What there is to explain.
    Index,
    /// A rule.
    Rule(&'static Rule),
    /// An OS.
    Os(&'a Profile),
}

impl<'a> Topic<'a> {
    /// The rule or the OS of this id; or that there is none, and which is nearest.
    pub fn find(word: &str, catalogue: &'a Catalogue) -> Result<Self, String> {
        if let Some(rule) = Rule::by_id(word) {
            return Ok(Self::Rule(rule));
        }
        if let Some(os) = catalogue.by_id(word) {
            return Ok(Self::Os(os));
        }
        let known = RULES.iter().map(|rule| rule.id);
        let known = known.chain(catalogue.iter().map(|os| os.id.as_str()));
        Err(format!(
            "{word} is neither a rule nor an OS{}; hostfit explain lists them",
            did_you_mean(word, known)
        ))
    }

    /// In words.
    pub fn render(self, catalogue: &Catalogue, form: Form, style: Style) -> String {
        let page = match self {
            Self::Index => index(catalogue, form),
            Self::Rule(rule) => rule::page(rule),
            Self::Os(os) => os::page(os),
        };
        page.render(form, style)
    }
}

/// Every page of the documentation, by its path in `docs`.
pub fn pages(catalogue: &Catalogue) -> Vec<(String, String)> {
    let page = |path: String, topic: Topic| {
        let text = topic.render(catalogue, Form::Markdown, Style::default());
        (
            path,
            format!("<!-- Written by `make docs`; what it says stands in src. -->\n{text}"),
        )
    };
    let rules = RULES
        .iter()
        .map(|rule| page(format!("rules/{}.md", rule.id), Topic::Rule(rule)));
    let systems = catalogue
        .iter()
        .map(|os| page(format!("os/{}.md", os.id), Topic::Os(os)));
    let index = page("explain.md".to_owned(), Topic::Index);
    [index].into_iter().chain(rules).chain(systems).collect()
}

fn index(catalogue: &Catalogue, form: Form) -> Page {
    let link = |folder: &str, id: &str| match form {
        Form::Text => id.to_owned(),
        Form::Markdown => format!("[{id}]({folder}/{id}.md)"),
    };
    let rules = RULES
        .iter()
        .map(|rule| vec![link("rules", rule.id), rule.summary.to_owned()]);
    let systems = catalogue.iter().map(|os| {
        let purpose = if os.immutable {
            "immutable"
        } else {
            "general purpose"
        };
        vec![link("os", &os.id), os.title.clone(), purpose.to_owned()]
    });
    Page {
        title: "Rules and operating systems".to_owned(),
        blocks: vec![
            Block::Text(
                "`hostfit explain RULE` or `hostfit explain OS` says more of each.".to_owned(),
            ),
            Block::Table(vec!["rule", "found where"], rules.collect()),
            Block::Table(vec!["OS", "name", "is"], systems.collect()),
        ],
    }
}

#[cfg(test)]
mod tests;

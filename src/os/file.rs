//! A profile as it is written: one of the files beside this one, or an entry of a configuration's `operatingSystems`. Such an entry either
//! is a whole new OS or corrects, fact by fact, one that is known.

use serde::Deserialize;

use super::Catalogue;
use super::features::{AppArmor, Feature, Milestone, SeLinux};
use super::host::{Access, PathFact};
use super::path::normalise;
use super::profile::{OsKind, Patterns, Profile, Recognise};
use crate::workload::pod::nullable;

/// What is written of one OS. Only a new one needs `title`, `kind` and `immutable`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entry {
    /// Which OS.
    pub id: String,
    title: Option<String>,
    kind: Option<OsKind>,
    immutable: Option<bool>,
    #[serde(default, deserialize_with = "nullable")]
    recognise: Recognise,
    #[serde(default, deserialize_with = "nullable")]
    paths: Vec<PathFact>,
    app_armor: Option<AppArmor>,
    se_linux: Option<SeLinux>,
    #[serde(default, deserialize_with = "nullable")]
    features: Vec<Feature>,
    #[serde(default, deserialize_with = "nullable")]
    life_cycle: Vec<Milestone>,
}

impl Entry {
    /// As an OS of its own, or what is missing or wrong.
    pub fn into_profile(self) -> Result<Profile, String> {
        check_id(&self.id)?;
        let missing = |field: &str| {
            format!(
                "{field}: {} is no OS that Hostfit knows, so it needs one",
                self.id
            )
        };
        let profile = Profile {
            title: self.title.clone().ok_or_else(|| missing("title"))?,
            kind: self.kind.ok_or_else(|| missing("kind"))?,
            immutable: self.immutable.ok_or_else(|| missing("immutable"))?,
            id: self.id.clone(),
            recognise: Recognise::default(),
            paths: Vec::new(),
            app_armor: None,
            se_linux: None,
            features: Vec::new(),
            life_cycle: Vec::new(),
        };
        self.correct(&profile)
    }

    /// `known` with each fact that is written here in the place of its own; or what is wrong with a fact.
    pub fn correct(self, known: &Profile) -> Result<Profile, String> {
        let mut profile = known.clone();
        if let Some(title) = self.title {
            profile.title = title;
        }
        profile.kind = self.kind.unwrap_or(profile.kind);
        profile.immutable = self.immutable.unwrap_or(profile.immutable);
        correct_recognition(&mut profile.recognise, self.recognise);
        for fact in self.paths {
            check(&fact)?;
            replace(&mut profile.paths, fact, |a, b| a.path == b.path);
        }
        profile.app_armor = self.app_armor.or(profile.app_armor);
        profile.se_linux = self.se_linux.or(profile.se_linux);
        for feature in self.features {
            replace(&mut profile.features, feature, |a, b| {
                (a.kind, &a.name) == (b.kind, &b.name)
            });
        }
        for milestone in self.life_cycle {
            replace(&mut profile.life_cycle, milestone, |a, b| {
                a.event == b.event
            });
        }
        Ok(profile)
    }
}

/// An id stands in messages, in metrics and on the command line.
fn check_id(id: &str) -> Result<(), String> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(is_word) {
        return Err(format!(
            "id: {id:?} is no id; write it in small letters, digits and '-', as in azure-container-linux"
        ));
    }
    if id == Catalogue::UNKNOWN {
        return Err(format!(
            "id: {id} stands for what is not known; give it a name of its own"
        ));
    }
    Ok(())
}

/// What can be wrong with a fact that is well formed.
fn check(fact: &PathFact) -> Result<(), String> {
    let path = &fact.path;
    if !path.starts_with('/') || normalise(path) != *path {
        return Err(format!(
            "paths: {path} is not in normal form; write it from the root, as in {}",
            normalise(path)
        ));
    }
    match (fact.is, &fact.to) {
        (Access::Link, None) => Err(format!(
            "paths: {path} is a link; say where to, as in to: /usr/bin"
        )),
        (Access::Link, Some(to)) if !to.starts_with('/') => Err(format!(
            "paths: {path} leads to {to}, which is not absolute; write it from the root"
        )),
        (Access::Link, _) | (_, None) => Ok(()),
        (_, Some(_)) => Err(format!(
            "paths: {path} has a to, and only a link leads elsewhere; write is: link"
        )),
    }
}

/// Takes over each list that says something.
fn correct_recognition(known: &mut Recognise, new: Recognise) {
    let lists = [
        (&mut known.sku, new.sku),
        (&mut known.image, new.image),
        (&mut known.os_image, new.os_image),
        (&mut known.shared_os_image, new.shared_os_image),
    ];
    for (list, new) in lists {
        if !Patterns::globs(&new).is_empty() {
            *list = new;
        }
    }
    if !new.labels.is_empty() {
        known.labels = new.labels;
    }
}

/// Puts a fact in the place of the one about the same thing, or at the end.
fn replace<T>(facts: &mut Vec<T>, new: T, same: fn(&T, &T) -> bool) {
    match facts.iter_mut().find(|fact| same(fact, &new)) {
        Some(old) => *old = new,
        None => facts.push(new),
    }
}

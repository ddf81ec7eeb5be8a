//! Custom resources that make pods: where in them the templates of pods stand, and what is read there. Beside `workload`, for whoever has the
//! whole object; the webhook sees the pods themselves.

mod path;

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use serde_path_to_error::{Deserializer as Tracked, Track};

pub use self::path::Path;
use super::{Kind, Workload};

/// Which custom resources hold templates of pods, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodTemplates(Vec<PodTemplate>);

/// One place in one kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PodTemplate {
    /// The API group.
    pub api_group: String,
    /// The kind.
    pub kind: String,
    /// Where its templates stand.
    pub path: Path,
    /// The kind of Kubernetes' own whose pods land as these do.
    #[serde(default = "as_they_come")]
    pub judged_as: Kind,
    /// Where this was read.
    pub source: Option<String>,
}

fn as_they_come() -> Kind {
    Kind::PodTemplate
}

/// A template of an object, as the workload that it stands for.
#[derive(Debug)]
pub struct Templated {
    /// Where the template stands, from the object's root: `spec.tasks[1].template`.
    pub path: String,
    /// What is judged in its place. Its name and namespace are the object's.
    pub workload: Workload,
}

/// A template that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The field, from the object's root.
    pub field: String,
    /// What is wrong there.
    pub why: String,
}

impl PodTemplates {
    /// What is compiled in.
    #[allow(clippy::expect_used, reason = "compiled in, and parsed by a test")]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<PodTemplates> = LazyLock::new(|| {
            let list = serde_saphyr::from_str(include_str!("templates.yaml"));
            PodTemplates(list.expect("the compiled-in templates parse"))
        });
        &BUILT_IN
    }

    /// These and more. A kind that is named there is what is said there, and nothing else.
    #[must_use]
    pub fn with(&self, more: Vec<PodTemplate>) -> Self {
        let is_new = |known: &&PodTemplate| {
            !more
                .iter()
                .any(|new| (&new.api_group, &new.kind) == (&known.api_group, &known.kind))
        };
        let mut all: Vec<PodTemplate> = self.0.iter().filter(is_new).cloned().collect();
        all.extend(more);
        Self(all)
    }

    /// Each place.
    pub fn iter(&self) -> impl Iterator<Item = &PodTemplate> {
        self.0.iter()
    }

    /// Whether objects of a kind of this name, in any group, may hold some.
    pub fn are_in(&self, kind: &str) -> bool {
        self.0.iter().any(|place| place.kind == kind)
    }

    /// The templates of an object; none where objects of this kind are not known to hold any.
    pub fn of(
        &self,
        group: &str,
        kind: &str,
        object: &Value,
    ) -> Option<Vec<Result<Templated, Unreadable>>> {
        let mut places = self
            .0
            .iter()
            .filter(|place| place.api_group == group && place.kind == kind)
            .peekable();
        places.peek()?;
        let templates = places.flat_map(|place| {
            let found = place.path.find(object).into_iter();
            found.map(|(path, template)| read(place, path, object, template))
        });
        Some(templates.collect())
    }
}

/// A template as a workload. Where its kind keeps it where Kubernetes does, the object itself is that: a StatefulSet has its claims besides.
fn read(
    place: &PodTemplate,
    path: String,
    object: &Value,
    template: &Value,
) -> Result<Templated, Unreadable> {
    let whole = path == template_path(place.judged_as);
    let mut workload = if whole {
        tracked(place.judged_as, object).map_err(|(field, why)| Unreadable { field, why })?
    } else {
        let inside = json!({"metadata": object["metadata"], "template": template});
        tracked(Kind::PodTemplate, &inside).map_err(|(field, why)| Unreadable {
            field: at(&path, Kind::PodTemplate, &field),
            why,
        })?
    };
    workload.kind = place.judged_as;
    Ok(Templated { path, workload })
}

fn tracked(kind: Kind, object: &Value) -> Result<Workload, (String, String)> {
    let mut track = Track::new();
    Workload::deserialize(kind, Tracked::new(object, &mut track))
        .map_err(|error| (track.path().to_string(), error.to_string()))
}

/// A field of the workload that a template stands for, as a field of the object: `path` is where the template stands, `kind` as what it was
/// judged.
pub fn at(path: &str, kind: Kind, field: &str) -> String {
    match field.strip_prefix(template_path(kind)) {
        Some(rest) if rest.is_empty() || rest.starts_with(['.', '[']) => format!("{path}{rest}"),
        _ => field.to_owned(),
    }
}

/// Where a kind keeps its template; a Pod is one.
fn template_path(kind: Kind) -> &'static str {
    let spec = kind.pod_spec_path();
    spec.strip_suffix(".spec").unwrap_or_default()
}

#[cfg(test)]
mod tests;

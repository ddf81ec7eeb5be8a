//! Where what was found stands in the files: the last step of a check, which reads only those documents again that have findings.

use std::sync::Arc;

use crate::manifests::{Field, Manifest};
use crate::report::verdict::{Entry, Place};

/// Gives the findings of each entry, which is that of the manifest at its place in the list, their places.
pub(super) fn find(manifests: &[Manifest], entries: &mut [Entry]) {
    let mut rest = entries;
    for of_document in manifests.chunk_by(is_of_one_document) {
        let entries;
        (entries, rest) = rest.split_at_mut(of_document.len().min(rest.len()));
        let Some(text) = of_document.first().and_then(|first| first.text.as_deref()) else {
            continue;
        };
        let fields: Vec<Field> = of_document
            .iter()
            .zip(&*entries)
            .flat_map(|(manifest, entry)| {
                entry.findings.iter().map(|reported| Field {
                    indices: &manifest.indices,
                    path: &reported.judged.finding.field,
                })
            })
            .collect();
        if fields.is_empty() {
            continue;
        }
        let spots = text.places(&fields);
        let findings = of_document
            .iter()
            .zip(entries)
            .flat_map(|(manifest, entry)| {
                let findings = entry.findings.iter_mut();
                findings.map(move |reported| (&manifest.file, reported))
            });
        for ((file, reported), spot) in findings.zip(spots) {
            reported.place = spot.map(|spot| Place {
                file: file.clone(),
                line: spot.line,
                column: spot.column,
            });
        }
    }
}

fn is_of_one_document(one: &Manifest, other: &Manifest) -> bool {
    match (&one.text, &other.text) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

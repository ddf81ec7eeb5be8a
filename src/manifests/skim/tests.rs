//! What is skimmed is what the reader itself would have found nothing in; and what it would stumble over is left to it.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::manifests::documents::{documents, documents_of};

fn is_read(kind: &str) -> bool {
    kind == "Deployment"
}

#[rstest]
#[case::plain("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n  c: |-\n    d\n")]
#[case::kind_last("metadata: {name: a}\nspec:\n- kind: Deployment\n  items: []\nkind: Widget\r\n")]
#[case::keys_elsewhere("kind: Widget\na: {x: 1, y: 2}\nb: {x: 1}\nc: [{x: 1}, {x: 2}]\nx: 1\n")]
#[case::anchor_without_alias("kind: Widget\na: &x {b: 1}\n")]
#[case::numbers("kind: Widget\na: 1.5\nb: -7\nc: 0x1f\nd: v1e999\n")]
fn sound_documents_of_other_kinds_are_skimmed(#[case] text: &str) {
    let kind = skim(text, is_read).unwrap()["kind"].clone();
    let whole = documents(text.as_bytes()).next().unwrap();
    assert_eq!(whole.content.unwrap()["kind"], kind);
}

#[rstest]
#[case::read_on("kind: Deployment\n")]
#[case::list("kind: WidgetList\nitems: []\n")]
#[case::repeated("kind: Widget\na: {b: 1, c: 2, b: 3}\n")]
#[case::repeated_otherwise_written("kind: Widget\na: {b: 1, \"b\": 2}\n")]
#[case::repeated_kind("kind: Widget\nkind: Widget\n")]
#[case::alias("kind: Widget\na: &x {b: 1}\nc: *x\n")]
#[case::merged("kind: Widget\na: {<<: {b: 1}, b: 2}\n")]
#[case::tag("kind: Widget\na: !!int x\n")]
#[case::broken("kind: Widget\na: [\n")]
#[case::key_of_several_values("kind: Widget\n? [a, b]\n: c\n")]
#[case::no_number_of_json("kind: Widget\na: .inf\n")]
#[case::too_large_a_number("kind: Widget\na: -1e999\n")]
#[case::no_kind("a: 1\n")]
#[case::kind_in_a_text("a: |\n  x\n--- \nkind: Widget\n")]
#[case::kind_in_an_object("a:\n  kind: Widget\n")]
#[case::maybe_no_word("kind: Null\n")]
#[case::two_documents("kind: Widget\n---\nkind: Widget\n")]
fn everything_else_is_left_to_the_reader(#[case] text: &str) {
    assert_eq!(skim(text, is_read), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// Pieces of YAML in any order: hardly anything that people write, and everything that the reader knows.
    #[test]
    fn nothing_is_lost_by_skimming(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12)) {
        let text = format!("kind: Widget\n{}", pieces.concat());
        let skimmed: Vec<_> = documents_of(text.as_bytes(), is_read).collect();
        let whole: Vec<_> = documents(text.as_bytes()).collect();
        prop_assert_eq!(skimmed.len(), whole.len());
        for (skimmed, whole) in skimmed.into_iter().zip(whole) {
            prop_assert_eq!((skimmed.line, &skimmed.repeated), (whole.line, &whole.repeated));
            match (skimmed.content, whole.content) {
                (Ok(skimmed), Ok(whole)) if skimmed != whole => {
                    prop_assert_eq!(skimmed, json!({"kind": whole["kind"]}));
                    prop_assert!(whole.get("items").is_none());
                }
                (skimmed, whole) => prop_assert_eq!(format!("{skimmed:?}"), format!("{whole:?}")),
            }
        }
    }
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "a: ", "b:", "\n", "\n  ", "\n    ", "- ", "? ", ": ", "{", "}", "[", "]", ", ", "&x ", "*x", "!!str ", "! ", "<<: ", "|\n", ">-\n",
    "\"q\"", "'s'", "\"", "'", "# note", "kind: Widget\n", "items: []\n", "c: 1\n", "d: {e: 1}\n", "f: .nan\n", "g: 1e999\n", "1", "~",
    "null", "yes", "0644", "0x1F", "+.inf", "1_0", "2024-01-01", "---\n", "...\n", "%YAML 1.2\n", "\t", "\u{feff}", "\r\n", "@", "`", "word",
];

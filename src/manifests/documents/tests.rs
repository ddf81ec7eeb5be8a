//! Documents as they come out of a file, and where it is wrong.

use rstest::rstest;
use serde_json::json;

use super::*;

/// Every document in a line: where it begins and what it holds, or what is wrong with it and where.
fn read(bytes: &[u8]) -> Vec<String> {
    documents(bytes)
        .map(|document| match document.content {
            Ok(value) => format!("{}: {value}", document.line),
            Err(Wrong { line, column, what }) => {
                format!("{}: wrong at {line}:{column}: {what}", document.line)
            }
        })
        .collect()
}

#[rstest]
#[case::block_scalar("a: |\n  ---\n  b\n---\nc: 1\n", &[r#"1: {"a":"---\nb\n"}"#, r#"5: {"c":1}"#])]
#[case::octal("mode: 0644\n", &[r#"1: {"mode":420}"#])]
#[case::yaml_1_1_booleans("a: yes\nb: off\nc: \"no\"\nd: y\n", &[r#"1: {"a":true,"b":false,"c":"no","d":true}"#])]
#[case::numbers_for_keys("1: a\n", &[r#"1: {"1":"a"}"#])]
#[case::anchors_and_merges(
    "a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\nc: *x\n",
    &[r#"1: {"a":{"k":1,"l":2},"b":{"k":1,"l":3},"c":{"k":1,"l":2}}"#])]
#[case::json_stream(
    "{\"a\": 1}{\"b\": 2}\n\n{\"c\":\n 3}\n",
    &[r#"1: {"a":1}"#, r#"1: {"b":2}"#, r#"3: {"c":3}"#])]
#[case::json_and_yaml(
    "{\"a\": 1}\n---\nb: 2\n---\n\n{\"c\": 3}",
    &[r#"1: {"a":1}"#, r#"3: {"b":2}"#, r#"6: {"c":3}"#])]
#[case::yaml_like_json("{\"a\": yes, # why\n b: [x,]}\n", &[r#"1: {"a":true,"b":["x"]}"#])]
#[case::what_nobody_reads(
    "metadata: {managedFields: [{a: 1}], name: x}\nstatus: {images: [y], a: 1}\nimages: z\nl: {managedFields: 1}\n",
    &[r#"1: {"images":"z","l":{"managedFields":1},"metadata":{"name":"x"},"status":{"a":1}}"#])]
#[case::nothing("# a\n---\n...\n", &[])]
#[case::windows("a: 1\r\n---\r\nb: 2\r\n", &[r#"1: {"a":1}"#, r#"3: {"b":2}"#])]
fn files_are_read_as_kubectl_reads_them(#[case] file: &str, #[case] expected: &[&str]) {
    assert_eq!(read(file.as_bytes()), expected);
}

#[rstest]
#[case::bracket(b"a: 1\n---\nb:\n  - [\nc: 2\n---\nd: 3\n", &[r#"1: {"a":1}"#, "3: wrong at 4:5: unclosed bracket '['", r#"7: {"d":3}"#])]
#[case::unknown_alias(b"a: 1\n---\n# b\nb: *x\n", &[r#"1: {"a":1}"#, "4: wrong at 4:4: alias references unknown anchor"])]
#[case::binary(b"a: 1\n---\nb: 2\nc: \xff\n---\nd: 3\n", &[r#"1: {"a":1}"#, "3: wrong at 4:4: it is no text: this byte is not UTF-8", r#"6: {"d":3}"#])]
#[case::json(
    b"{\"a\": 1}\n{\"b\":\n  oops}\n{\"c\": 3}\n",
    &[r#"1: {"a":1}"#, "2: wrong at 3:3: expected value", r#"4: {"c":3}"#])]
#[case::json_without_end(b"\n{\"a\": [1,", &["2: wrong at 2:9: EOF while parsing a value"])]
fn what_is_wrong_is_told_with_its_place_and_takes_nothing_with_it(
    #[case] file: &[u8],
    #[case] expected: &[&str],
) {
    assert_eq!(read(file), expected);
}

#[rstest]
#[case::yaml("a: {b: 1, b: 2}\nl:\n- c: 3\n  c: 4\n  c: 5\na: {b: 6}\n")]
#[case::json(r#"{"a": {"b": 1, "b": 2}, "l": [{"c": 3, "c": 4, "c": 5}], "a": {"b": 6}}"#)]
fn of_a_repeated_key_the_last_one_holds_and_is_told_of(#[case] file: &str) {
    let documents = documents(file.as_bytes()).collect::<Vec<_>>();
    let content = documents[0].content.as_ref().expect("readable");
    assert_eq!(*content, json!({"a": {"b": 6}, "l": [{"c": 5}]}));
    assert_eq!(documents[0].repeated, ["a.b", "l[0].c", "a"]);
}

/// Each alias stands for ten of the one before.
#[test]
fn aliases_cannot_blow_a_file_up() {
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
    let others = (1..9).map(|level| {
        let of = format!("*a{}, ", level - 1).repeat(10);
        format!("a{level}: &a{level} [{of}]")
    });
    let lines: Vec<String> = std::iter::once(first).chain(others).collect();
    let file = lines.join("\n");
    let read = read(file.as_bytes());
    assert!(read[0].contains("wrong"), "{:.80}", read[0]);
}

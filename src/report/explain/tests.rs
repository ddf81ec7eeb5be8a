//! What is found by a word, and what a page looks like on a terminal.

use super::*;

fn catalogue() -> Catalogue {
    let entry = "
        {id: plan9, title: Plan 9, kind: linux, immutable: true, recognise: {osImage: ['Plan 9*'], labels: [{key: os, value: [p9]}]}, paths: [
           {path: /bin, is: link, to: /usr/bin, exists: true, source: manual, confidence: cited},
           {path: /tmp, is: tmpfs, noexec: true, because: it is small, source: https://example.com, confidence: inferred}],
         appArmor: {present: no, source: manual, confidence: cited},
         lifeCycle: [{date: 2027-01-31, event: ends, end: true, source: https://example.com, confidence: unknown}]}";
    let entries = vec![serde_saphyr::from_str(entry).unwrap()];
    Catalogue::built_in().with(entries).unwrap()
}

#[test]
fn an_os_of_the_configuration_is_explained_like_ours() {
    let catalogue = catalogue();
    let topic = Topic::find("plan9", &catalogue).unwrap();
    let text = topic.render(&catalogue, Form::Text, Style::default());
    insta::assert_snapshot!(text);
}

#[test]
fn a_typo_has_an_answer() {
    let catalogue = catalogue();
    let error = |word: &str| Topic::find(word, &catalogue).unwrap_err();
    assert_eq!(
        error("hostpath"),
        "hostpath is neither a rule nor an OS; did you mean host-path?; hostfit explain lists them"
    );
    assert!(error("azure-container-linx").contains("did you mean azure-container-linux?"));
    assert_eq!(
        error("42"),
        "42 is neither a rule nor an OS; hostfit explain lists them"
    );
}

#[test]
fn every_rule_and_every_os_has_a_page_and_a_line_in_the_index() {
    let catalogue = catalogue();
    let pages = pages(&catalogue);
    let index = &pages[0].1;
    for (path, text) in &pages[1..] {
        assert!(index.contains(&format!("]({path})")), "{path}");
        assert!(text.lines().count() > 8, "{path}");
    }
    assert_eq!(pages.len(), 1 + RULES.len() + catalogue.iter().count());
}

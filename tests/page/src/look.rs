//! How it looks: light and dark, on a phone, on paper; and what those get who do not see it.

use serde_json::json;

use crate::browser::Browser;
use crate::example;

#[tokio::test]
async fn every_text_stands_out_from_what_is_behind_it() {
    let browser = Browser::with(&example()).await;
    browser
        .driver
        .execute(
            "document.querySelectorAll('details').forEach((it) => { it.open = true; });",
            vec![],
        )
        .await
        .unwrap();
    let mut pages = Vec::new();
    for (media, scheme) in [("screen", "light"), ("screen", "dark"), ("print", "dark")] {
        browser.media(media, scheme).await;
        pages.push(
            browser
                .value("getComputedStyle(document.body).backgroundColor")
                .await,
        );
        let weak = browser
            .driver
            .execute(include_str!("contrast.js"), vec![])
            .await
            .unwrap();
        assert_eq!(weak.json(), &json!([true]), "{media} {scheme}");
    }
    assert_eq!(
        pages,
        [
            "rgb(251, 252, 253)",
            "rgb(14, 20, 27)",
            "rgb(255, 255, 255)"
        ]
    );
    assert_eq!(browser.console().await, [""; 0]);
    browser.close().await;
}

#[tokio::test]
async fn on_a_phone_only_the_matrix_scrolls_sideways() {
    let browser = Browser::with(&example()).await;
    browser.screen(390, 844, 2.0).await;
    browser.until("innerWidth === 390").await;
    browser
        .driver
        .execute(
            "document.querySelectorAll('details').forEach((it) => { it.open = true; });",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(
        browser.value("document.scrollingElement.scrollWidth").await,
        390
    );
    assert_eq!(
        browser
            .value("matrix.scrollWidth > matrix.clientWidth")
            .await,
        true
    );
    // The names stay while the pools move by.
    let moved = "(() => { matrix.scrollLeft = 200; const name = document.querySelector('tbody th').getBoundingClientRect(); return name.left >= 0 && name.right < 300; })()";
    assert_eq!(browser.value(moved).await, true);
    browser.close().await;
}

#[tokio::test]
async fn on_paper_everything_is_open_and_nothing_is_cut_off() {
    let browser = Browser::with(&example()).await;
    browser.media("print", "light").await;
    assert_eq!(
        browser
            .value("document.getElementById('filters').checkVisibility()")
            .await,
        false
    );
    let closed = "[...document.querySelectorAll('article')].filter((it) => !it.checkVisibility({contentVisibilityAuto: true}) || it.offsetHeight === 0).length";
    assert_eq!(browser.value(closed).await, 0);
    assert_eq!(
        browser
            .value("matrix.scrollHeight <= matrix.clientHeight + 1")
            .await,
        true
    );
    let paper = browser
        .cdp(
            "Page.printToPDF",
            json!({"printBackground": true, "preferCSSPageSize": true}),
        )
        .await;
    let paper = paper["data"].as_str().unwrap();
    assert!(
        paper.starts_with("JVBERi") && paper.len() > 50_000,
        "a PDF of {} characters",
        paper.len()
    );
    browser.close().await;
}

#[tokio::test]
async fn who_does_not_see_it_gets_the_same() {
    let browser = Browser::with(&example()).await;
    // Every cell has a word or a sign, and none speaks by its colour alone.
    let mute =
        "[...document.querySelectorAll('tbody td')].filter((it) => !it.textContent.trim()).length";
    assert_eq!(browser.value(mute).await, 0);
    for (what, wrong) in [
        (
            "headings follow each other",
            "[...document.querySelectorAll('h1, h2, h3')].map((it) => +it.tagName[1]).some((level, i, all) => i && level > all[i - 1] + 1)",
        ),
        ("one h1", "document.querySelectorAll('h1').length !== 1"),
        (
            "every field has a label",
            "[...document.querySelectorAll('input, select')].some((it) => !it.labels.length)",
        ),
        (
            "header cells say for what",
            "[...document.querySelectorAll('th')].some((it) => !it.scope)",
        ),
        (
            "the table has a caption",
            "!document.querySelector('table').caption.textContent",
        ),
        (
            "every link leads somewhere",
            "[...document.querySelectorAll('a')].some((it) => !document.querySelector(it.getAttribute('href')))",
        ),
        (
            "no id stands twice",
            "new Set([...document.querySelectorAll('[id]')].map((it) => it.id)).size !== document.querySelectorAll('[id]').length",
        ),
        (
            "nothing comes from elsewhere",
            "!!document.querySelector('[src], link, [style]') || performance.getEntriesByType('resource').length > 0",
        ),
    ] {
        assert_eq!(browser.value(wrong).await, false, "{what}");
    }
    browser.close().await;
}

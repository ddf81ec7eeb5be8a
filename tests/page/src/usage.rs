//! Filters and keyboard.

use serde_json::json;
use thirtyfour::{By, Key};

use crate::browser::Browser;
use crate::example;

/// The names of the workloads that are shown, and how many of the details are.
const SHOWN: &str = "[...document.querySelectorAll('tbody tr')].filter((row) => row.checkVisibility()).map((row) => row.dataset.k + ' ' + row.dataset.n)";

async fn choose(browser: &Browser, name: &str, value: &str) {
    let script = "const field = document.forms[0].elements[arguments[0]]; field.value = arguments[1]; field.dispatchEvent(new Event('input', {bubbles: true}));";
    browser
        .driver
        .execute(script, vec![json!(name), json!(value)])
        .await
        .unwrap();
}

#[tokio::test]
async fn filters_narrow_the_matrix_and_what_was_found() {
    let browser = Browser::with(&example()).await;
    let all = browser
        .value("document.querySelectorAll('tbody tr').length")
        .await;
    let all = all.as_u64().unwrap();
    browser
        .until(&format!(
            "document.getElementById('shown').textContent === '{all} of {all} workloads'"
        ))
        .await;
    for (name, value, selector) in [
        ("namespace", "monitoring", "[data-n=monitoring]"),
        ("kind", "Deployment", "[data-k=Deployment]"),
        ("state", "b", "[data-s=b]"),
        ("decision", "allow", "[data-d=allow]"),
    ] {
        let wanted = browser
            .value(&format!(
                "document.querySelectorAll('tbody tr{selector}').length"
            ))
            .await;
        assert!(
            wanted.as_u64().unwrap() > 0 && wanted != all,
            "{name} {wanted}"
        );
        choose(&browser, name, value).await;
        browser
            .until(&format!(
                "document.getElementById('shown').textContent === '{wanted} of {all} workloads'"
            ))
            .await;
        let strangers = format!(
            "[...document.querySelectorAll('tbody tr:not({selector})')].some((row) => row.checkVisibility())"
        );
        assert_eq!(browser.value(&strangers).await, false, "{name}");
        choose(&browser, name, "").await;
    }
    // Text looks into what was found as well.
    choose(&browser, "text", "FALCO /lib/modules").await;
    browser
        .until(&format!("({SHOWN}).join() === 'DaemonSet falco'"))
        .await;
    let found = "[...document.querySelectorAll('#found details')].filter((it) => it.checkVisibility()).length";
    assert_eq!(browser.value(found).await, 1);
    choose(&browser, "text", "no such thing").await;
    browser
        .until("!document.getElementById('none').hidden")
        .await;
    browser
        .driver
        .find(By::Css("button[type=reset]"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser
        .until(&format!(
            "document.getElementById('shown').textContent === '{all} of {all} workloads'"
        ))
        .await;
    // Only what is new.
    browser
        .driver
        .find(By::Css("[name=new]"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser
        .until(&format!(
            "({SHOWN}).length === document.querySelectorAll('tr[data-new]').length"
        ))
        .await;
    assert_eq!(browser.console().await, [""; 0]);
    browser.close().await;
}

#[tokio::test]
async fn everything_is_there_for_the_keyboard() {
    let browser = Browser::with(&example()).await;
    let keys = |keys: Key| {
        let driver = browser.driver.clone();
        async move {
            driver
                .action_chain()
                .send_keys(keys)
                .perform()
                .await
                .unwrap();
        }
    };
    let mut seen = Vec::new();
    for _ in 0..12 {
        keys(Key::Tab).await;
        let focus = browser.value("document.activeElement.name || document.activeElement.id || document.activeElement.className || document.activeElement.tagName").await;
        seen.push(focus.as_str().unwrap().to_owned());
        if focus == "matrix" {
            break;
        }
    }
    assert_eq!(
        seen,
        [
            "skip",
            "text",
            "namespace",
            "kind",
            "state",
            "decision",
            "new",
            "BUTTON",
            "matrix"
        ]
    );
    // The matrix scrolls by keys, a name leads to what was found and opens it.
    browser.screen(390, 500, 1.0).await;
    keys(Key::Right).await;
    browser
        .until("document.getElementById('matrix').scrollLeft > 0")
        .await;
    keys(Key::Tab).await;
    keys(Key::Enter).await;
    browser
        .until("document.querySelector('details:has(:target)').open")
        .await;
    let summary = browser
        .driver
        .find(By::Css("details:nth-of-type(2) > summary"))
        .await
        .unwrap();
    summary.focus().await.unwrap();
    keys(Key::Enter).await;
    browser
        .until("document.querySelector('details:nth-of-type(2)').open")
        .await;
    browser.close().await;
}

#[tokio::test]
async fn without_the_script_everything_is_there() {
    // Another script than the one that was meant: the policy does not let it run.
    let page = example().replacen("'use strict';", "document.title = 'ran';", 1);
    let browser = Browser::with(&page).await;
    assert_ne!(browser.driver.title().await.unwrap(), "ran");
    assert_eq!(
        browser
            .value("document.getElementById('filters').hidden")
            .await,
        true
    );
    let rows = "[...document.querySelectorAll('tbody tr, #found details')].every((it) => it.checkVisibility())";
    assert_eq!(browser.value(rows).await, true);
    let refused = browser.console().await;
    assert!(
        refused.len() == 1 && refused[0].contains("Content Security Policy"),
        "{refused:?}"
    );
    browser.close().await;
}

//! Names come from files that anybody may have written: they are text, wherever they stand. And a page without end is still a page.

use std::fmt::Write as _;

use crate::browser::Browser;
use crate::world::{Case, page};

/// Names that leave text, attributes, URLs, the script and the style, if nothing holds them.
const ATTACKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\\\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><svg onload=alert(1)>",
    "javascript:alert(1)//{{ 7 * 7 }}",
];

#[tokio::test]
async fn names_are_text_wherever_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("<img src=x onerror=alert(1)>.yaml");
    let mut pods = String::new();
    for name in ATTACKS {
        write!(
            pods,
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: \"{name}\", namespace: \"{name}\"}}, spec: {{hostNetwork: true,
             volumes: [{{name: \"{name}\", hostPath: {{path: \"/usr/{name}\"}}}}],
             containers: [{{name: \"{name}\", volumeMounts: [{{name: \"{name}\", mountPath: /x}}]}}]}}}}\n"
        )
        .unwrap();
    }
    std::fs::write(&file, pods).unwrap();
    let pools: Vec<_> = ATTACKS
        .iter()
        .map(|name| (*name, "AzureContainerLinux", 1, ""))
        .collect();
    let exemption = format!(
        "exemptions: [{{name: \"{}\", reason: r, match: {{names: [\"*\"]}}, rules: [host-network]}}]",
        ATTACKS[2]
    );
    let case = Case {
        pools: &pools,
        config: &exemption,
        ..Case::default()
    };
    let report = case.report(ATTACKS[0], &[file.to_str().unwrap()]);
    let browser = Browser::with(&page(&report)).await;
    browser
        .until("document.querySelectorAll('tbody tr').length === 6")
        .await;
    let made = "document.querySelectorAll('script:not(:last-of-type), img, svg[onload], [onerror], [onmouseover], [href^=javascript]').length";
    assert_eq!(browser.value(made).await, 0);
    assert_eq!(browser.value("document.scripts.length").await, 1);
    assert!(
        browser.driver.get_alert_text().await.is_err(),
        "nothing speaks up"
    );
    for name in ATTACKS {
        let name = serde_json::to_string(&name.replace("\\\"", "\"")).unwrap();
        let shown = format!(
            "[...document.querySelectorAll('tbody th')].some((it) => it.textContent.includes({name}))"
        );
        assert_eq!(browser.value(&shown).await, true, "{name}");
        let chosen = format!(
            "[...document.forms[0].elements.namespace.options].some((it) => it.value === {name})"
        );
        assert_eq!(browser.value(&chosen).await, true, "{name}");
    }
    assert_eq!(browser.console().await, [""; 0]);
    browser.close().await;
}

#[tokio::test]
async fn five_thousand_workloads_on_fifty_pools_are_still_a_page() {
    let mut pods = String::new();
    for n in 0..5000 {
        let host = if n % 10 == 0 { "hostPID: true" } else { "" };
        writeln!(pods, "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p{n}, namespace: n{}}}, spec: {{{host}}}}}", n % 100).unwrap();
    }
    let file = tempfile::NamedTempFile::with_suffix(".yaml").unwrap();
    std::fs::write(file.path(), pods).unwrap();
    let names: Vec<String> = (0..50).map(|n| format!("pool{n:02}")).collect();
    let pools: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), "AzureContainerLinux", 2, ""))
        .collect();
    let case = Case {
        pools: &pools,
        ..Case::default()
    };
    let page = page(&case.report("cluster large", &[file.path().to_str().unwrap()]));
    assert!(page.len() < 12_000_000, "{}", page.len());
    let browser = Browser::with(&page).await;
    browser
        .until("document.getElementById('shown').textContent === '5000 of 5000 workloads'")
        .await;
    let script = "document.forms[0].elements.text.value = 'p4990'; document.forms[0].dispatchEvent(new Event('input'));";
    browser.driver.execute(script, vec![]).await.unwrap();
    browser
        .until("document.getElementById('shown').textContent === '1 of 5000 workloads'")
        .await;
    // A cell is a sign, and still has its word.
    let cell = "(() => { const cell = document.querySelector('tbody tr:not([hidden]) td:nth-of-type(2)'); return [cell.textContent, cell.offsetWidth < 40]; })()";
    assert_eq!(
        browser.value(cell).await,
        serde_json::json!(["at risk", true])
    );
    assert_eq!(browser.console().await, [""; 0]);
    browser.close().await;
}

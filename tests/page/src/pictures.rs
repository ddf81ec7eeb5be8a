//! The pictures of the documentation: `make screenshots` writes them anew.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::Browser;
use crate::{ROOT, example};

#[tokio::test]
#[ignore = "writes docs/images"]
async fn pictures() {
    let browser = Browser::with(&example()).await;
    for (name, scheme, width, height) in [
        ("light", "light", 1280, 1240),
        ("dark", "dark", 1280, 1000),
        ("phone", "light", 390, 844),
    ] {
        browser.media("screen", scheme).await;
        browser
            .screen(width, height, if width < 600 { 2.0 } else { 1.0 })
            .await;
        browser.until(&format!("innerWidth === {width}")).await;
        if name != "light" {
            let script = "document.getElementById('matrix-title').scrollIntoView()";
            browser.driver.execute(script, vec![]).await.unwrap();
        }
        let picture = browser
            .cdp("Page.captureScreenshot", json!({"format": "png"}))
            .await;
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let path = Path::new(ROOT)
            .join("docs/images")
            .join(format!("report-{name}.png"));
        std::fs::write(&path, &picture).unwrap();
        assert!(
            picture.len() < 200 * 1024,
            "{} has {} bytes",
            path.display(),
            picture.len()
        );
    }
    browser.close().await;
}

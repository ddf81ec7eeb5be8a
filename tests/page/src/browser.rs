//! A Chromium of its own for each test, without network, with a page in it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
};

/// A browser with a page.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    server: Server,
    folder: TempDir,
}

/// chromedriver, gone with its test.
struct Server {
    process: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: make setup");
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Self {
            process,
            port: port.expect("chromedriver says its port"),
        }
    }
}

impl Browser {
    /// Shows a page. The window is 1280 pixels wide, the colours light.
    pub(crate) async fn with(page: &str) -> Self {
        let server = Server::start();
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path().join("profile");
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1280,1000",
            &format!("--user-data-dir={}", profile.display()),
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.set_binary("/usr/bin/chromium").unwrap();
        wanted
            .set_browser_log_level(LoggingPrefsLogLevel::All)
            .unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", server.port), wanted)
            .await
            .unwrap();
        let browser = Self {
            driver,
            server,
            folder,
        };
        browser.media("screen", "light").await;
        browser.show(page).await;
        browser
    }

    /// Shows another page.
    pub(crate) async fn show(&self, page: &str) {
        let file = self.folder.path().join("page.html");
        std::fs::write(&file, page).unwrap();
        self.driver
            .goto(format!("file://{}", file.display()))
            .await
            .unwrap();
    }

    /// `screen` or `print`, `light` or `dark`.
    pub(crate) async fn media(&self, media: &str, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({"media": media, "features": features}),
        )
        .await;
    }

    /// The size of the screen, in CSS pixels, and how many real ones each is.
    pub(crate) async fn screen(&self, width: u32, height: u32, scale: f64) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub(crate) async fn cdp(&self, method: &str, parameters: Value) -> Value {
        self.driver
            .cdp()
            .send_raw(method, parameters)
            .await
            .unwrap()
    }

    /// What an expression is in the page.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        self.driver
            .execute(script, vec![])
            .await
            .unwrap()
            .json()
            .clone()
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        for _ in 0..200 {
            if self.value(expression).await == true {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!(
            "it never was: {expression}; it is {}",
            self.value("document.getElementById('shown').textContent")
                .await
        );
    }

    /// What the console has, errors of the Content-Security-Policy included.
    pub(crate) async fn console(&self) -> Vec<String> {
        let log = self.driver.handle().browser_log().await.unwrap();
        log.into_iter().map(|entry| entry.message).collect()
    }

    /// Ends it. Without this call Chromium would outlive a test that fails: chromedriver takes it along.
    pub(crate) async fn close(self) {
        self.driver.quit().await.unwrap();
        drop(self.server);
    }
}

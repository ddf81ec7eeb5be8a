//! A server under test: the binary on free ports, with files of its own. Ends with the test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Connection, Reply};

/// How long something that must happen is waited for, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The nodes of the examples.
pub(crate) const NODES: &str = include_str!("../../examples/nodes.yaml");
/// A pod on the immutable pool that mounts `/usr/bin`.
pub(crate) const DENIED: &str = include_str!("../../examples/review-denied.json");
/// The same on Ubuntu.
pub(crate) const ALLOWED: &str = include_str!("../../examples/review-allowed.json");

/// The binary, ready to be given arguments: nothing of this shell's environment leads it to a cluster.
pub(crate) fn hostfit() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostfit"));
    command.env_clear().env("HOME", "/nonexistent");
    command
}

pub(crate) struct Server {
    child: Child,
    log: Log,
    pub(crate) folder: TempDir,
    pub(crate) https: String,
    pub(crate) admin: String,
}

impl Server {
    /// With the example nodes and nothing else.
    pub(crate) async fn start() -> Self {
        Self::with(&[], &[]).await
    }

    /// With files in its folder, and arguments in which `DIR` is that folder. Ready when this returns.
    pub(crate) async fn with(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let server = Self::spawn(files, arguments, "").await;
        eventually("ready", || async {
            (server.readyz().await.status == 200).then_some(())
        })
        .await;
        server
    }

    /// The same with something on standard input, and maybe not ready yet.
    pub(crate) async fn spawn(files: &[(&str, &str)], arguments: &[&str], stdin: &str) -> Self {
        let files = [&[("nodes.yaml", NODES)], files].concat();
        let lacks = |flag: &str| !arguments.iter().any(|argument| argument.starts_with(flag));
        let mut all = arguments.to_vec();
        if lacks("--nodes") {
            all.push("--nodes=DIR/nodes.yaml");
        }
        if lacks("--tls") {
            all.push("--tls-ca-out=DIR/ca.crt");
        }
        Self::run(hostfit(), &files, &all, stdin).await
    }

    /// Runs a command that ends in the binary, with just these arguments, until it serves.
    pub(crate) async fn run(
        mut command: Command,
        files: &[(&str, &str)],
        arguments: &[&str],
        stdin: &str,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let in_folder = |text: &&str| text.replace("DIR", folder.path().to_str().unwrap());
        let mut child = command
            .args([
                "serve",
                "--listen=127.0.0.1:0",
                "--admin-listen=127.0.0.1:0",
            ])
            .args(arguments.iter().map(in_folder))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(stdin.as_bytes()).unwrap();
        drop(input);
        let log = collect(&mut child);
        let line = first(&log, "serving").await;
        let address = |key: &str| line[key].as_str().unwrap().to_owned();
        Self {
            child,
            log,
            folder,
            https: address("listen"),
            admin: address("admin_listen"),
        }
    }

    /// The path of a file of its.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Exchanges a file as `kubectl` and the kubelet do: at once.
    pub(crate) fn exchange(&self, name: &str, content: &str) {
        let new = self.path("new");
        std::fs::write(&new, content).unwrap();
        std::fs::rename(new, self.path(name)).unwrap();
    }

    /// Waits for a log line with this message.
    pub(crate) async fn logged(&self, message: &str) -> Value {
        first(&self.log, message).await
    }

    /// The log lines with this message until now.
    pub(crate) fn lines(&self, message: &str) -> Vec<Value> {
        lines(&self.log, message)
    }

    /// A new connection, trusting the server's CA.
    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(&self.https, &self.path("ca.crt"))
            .await
            .unwrap()
    }

    /// One review over a connection of its own.
    pub(crate) async fn review(&self, body: &str) -> Value {
        let reply = self
            .connect()
            .await
            .post("/validate?timeout=10s", body)
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["response"].clone()
    }

    pub(crate) async fn readyz(&self) -> Reply {
        Connection::plain(&self.admin).await.get("/readyz").await
    }

    pub(crate) async fn metrics(&self) -> String {
        Connection::plain(&self.admin)
            .await
            .get("/metrics")
            .await
            .text
    }

    /// Waits for a line of the metrics.
    pub(crate) async fn counts(&self, line: &str) {
        eventually(&format!("the metric {line}"), || async {
            self.metrics()
                .await
                .lines()
                .any(|found| found == line)
                .then_some(())
        })
        .await;
    }

    /// Waits until the readiness report holds these words.
    pub(crate) async fn reports(&self, words: &str) -> Reply {
        eventually(&format!("{words:?} in /readyz"), || async {
            Some(self.readyz().await).filter(|reply| reply.text.contains(words))
        })
        .await
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let started = tokio::time::Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the server has not ended");
            tokio::time::sleep(STEP).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Log = Arc<Mutex<Vec<Value>>>;

fn lines(log: &Log, message: &str) -> Vec<Value> {
    let log = log.lock().unwrap();
    let with_message = |line: &&Value| line["message"] == message;
    log.iter().filter(with_message).cloned().collect()
}

async fn first(log: &Log, message: &str) -> Value {
    let find = || async { lines(log, message).first().cloned() };
    eventually(&format!("the log line {message:?}"), find).await
}

/// Reads the log as it comes. Every line of it must be JSON.
fn collect(child: &mut Child) -> Log {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let into = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let parsed = serde_json::from_str(&line);
            into.lock()
                .unwrap()
                .push(parsed.unwrap_or_else(|_| panic!("no JSON: {line}")));
        }
    });
    log
}

const STEP: Duration = Duration::from_millis(20);

/// Waits until there is a result.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    look: impl Fn() -> F,
) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(STEP).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, looking).await;
    found.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

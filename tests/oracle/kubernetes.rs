//! Kubernetes' own code, asked through pipes: builds the Go program in `kubernetes/` and keeps it busy.

use std::io::{BufRead as _, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{OnceLock, mpsc};

use serde_json::Value;

use crate::generate::Cluster;

/// The names of each pod's candidates, in order.
pub(crate) type Answer = Vec<Vec<String>>;

/// The running program.
pub(crate) struct Kubernetes {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Kubernetes {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(program())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            questions: process.stdin.take(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// What it says of one case.
    pub(crate) fn candidates(&mut self, case: &Value) -> Answer {
        writeln!(self.questions.as_mut().unwrap(), "{case}").unwrap();
        self.read()
    }

    /// Puts one cluster after the other to it, some ahead of the answers, until `judge` has seen enough.
    pub(crate) fn follow<T>(
        mut self,
        clusters: impl Iterator<Item = Cluster> + Send,
        mut judge: impl FnMut(Cluster, Answer) -> ControlFlow<T>,
    ) -> T {
        let (asked, unanswered) = mpsc::sync_channel(8);
        let mut questions = self.questions.take().unwrap();
        // This closure owns the other end of the pipe and of the channel: when it ends, in whatever way, so does the thread.
        std::thread::scope(move |scope| {
            scope.spawn(move || {
                for cluster in clusters {
                    if writeln!(questions, "{}", cluster.case).is_err()
                        || asked.send(cluster).is_err()
                    {
                        break;
                    }
                }
            });
            let verdict = unanswered
                .into_iter()
                .find_map(|cluster| judge(cluster, self.read()).break_value());
            verdict.unwrap()
        })
    }

    fn read(&mut self) -> Answer {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(
            !line.is_empty(),
            "Kubernetes' side has ended: see its error above"
        );
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Kubernetes {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Builds it, which takes half a second when nothing has changed.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/kubernetes");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle-kubernetes");
        let built = Command::new("go")
            .args(["build", "-C", source, "-buildvcs=false", "-trimpath", "-o"])
            .arg(&program)
            .env("CGO_ENABLED", "0")
            .env("GOWORK", "off")
            .status()
            .unwrap_or_else(|error| {
                panic!("Hostfit is compared with Kubernetes' own code, which is Go, and `go` does not run: {error}. Install Go (https://go.dev/dl) and try again.")
            });
        assert!(built.success(), "{source} does not build: see the error above");
        program
    })
}

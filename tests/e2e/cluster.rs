//! The cluster as a person has it: kubectl and helm, a namespace to work in, and waiting for what takes its time.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    #[expect(dead_code, reason = "shown when an assertion fails")]
    command: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// It worked.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// It worked, and nothing was said on the side.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{self:#?}");
        self
    }

    /// It worked, with this in a `Warning:`.
    #[track_caller]
    pub(crate) fn warned(self, of: &str) -> Self {
        let warned = self
            .stderr
            .lines()
            .any(|line| line.starts_with("Warning: hostfit: ") && line.contains(of));
        assert!(self.code == 0 && warned, "a warning of {of:?}: {self:#?}");
        self
    }

    /// The API server refused it, with exit code 1 and these words.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) -> Self {
        assert_eq!(self.code, 1, "{self:#?}");
        for word in words
            .iter()
            .chain(&["pods.hostfit.dev", "denied the request"])
        {
            assert!(self.stderr.contains(word), "{word:?} in {self:#?}");
        }
        self
    }

    /// The API server had to ask Hostfit and could not, and says so.
    #[track_caller]
    pub(crate) fn blocked(self) -> Self {
        let says = self
            .stderr
            .contains(r#"failed calling webhook "pods.hostfit.dev""#);
        assert!(self.code == 1 && says, "{self:#?}");
        self
    }

    /// Its standard output as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok().stdout).unwrap()
    }
}

/// Runs a program with this on its standard input.
pub(crate) fn run(program: &str, args: &[&str], input: &str) -> Outcome {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{program} runs: {error}; end-to-end tests run in a test cluster, see `make e2e`"
            )
        });
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    Outcome {
        command: format!("{program} {}", args.join(" ")),
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// kubectl, in whatever namespace the arguments say.
pub(crate) fn kubectl(args: &[&str]) -> Outcome {
    run("kubectl", args, "")
}

/// Asks until there is an answer; fails with what was asked for after two minutes.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(
            start.elapsed() < Duration::from_secs(120),
            "in two minutes: {what}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A namespace for one scenario, deleted when it ends.
pub(crate) struct Namespace(pub(crate) String);

impl Namespace {
    /// One with no label of ours.
    pub(crate) fn new() -> Self {
        Self::labelled(&[])
    }

    /// One with labels, known to every replica of Hostfit.
    pub(crate) fn labelled(labels: &[(&str, &str)]) -> Self {
        Self::with(labels, &[])
    }

    /// One with annotations, which the API server heeds at once and Hostfit after a moment.
    pub(crate) fn annotated(annotations: &[(&str, &str)]) -> Self {
        Self::with(&[], annotations)
    }

    fn with(labels: &[(&str, &str)], annotations: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("e2e-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let map = |pairs: &[(&str, &str)]| -> serde_json::Map<String, Value> {
            let owned = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).into());
            pairs.iter().map(owned).collect()
        };
        let metadata = serde_json::json!({"name": name, "labels": map(labels), "annotations": map(annotations)});
        let object =
            serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        run("kubectl", &["create", "-f", "-"], &object.to_string()).ok();
        eventually("the namespace has its service account", || {
            (kubectl(&["get", "serviceaccount", "default", "-n", &name]).code == 0).then_some(())
        });
        Self(name)
    }

    /// kubectl in this namespace.
    pub(crate) fn kubectl(&self, args: &[&str]) -> Outcome {
        self.kubectl_with(args, "")
    }

    /// kubectl in this namespace, with standard input.
    pub(crate) fn kubectl_with(&self, args: &[&str], input: &str) -> Outcome {
        run("kubectl", &[&["-n", &self.0], args].concat(), input)
    }

    /// `kubectl create -f -`.
    pub(crate) fn create(&self, object: &Value) -> Outcome {
        self.kubectl_with(&["create", "-f", "-"], &object.to_string())
    }

    /// `kubectl apply -f -`.
    pub(crate) fn apply(&self, object: &Value) -> Outcome {
        self.kubectl_with(&["apply", "-f", "-"], &object.to_string())
    }

    /// One object.
    pub(crate) fn get(&self, what: &str) -> Value {
        self.kubectl(&["get", what, "-o", "json"]).json()
    }

    /// The message of an event about this object with this reason, once there is one.
    pub(crate) fn event(&self, object: &str, reason: &str) -> String {
        let selector = format!("reason={reason}");
        eventually(&format!("an event {reason} of {object}"), || {
            let events = self
                .kubectl(&["get", "events", "--field-selector", &selector, "-o", "json"])
                .json();
            let of_object = |event: &&Value| {
                event["involvedObject"]["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with(object))
            };
            events["items"].as_array()?.iter().find(of_object)?["message"]
                .as_str()
                .map(str::to_owned)
        })
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Not waited for: the cluster is thrown away in the end.
        run(
            "kubectl",
            &["delete", "namespace", &self.0, "--wait=false"],
            "",
        );
    }
}

/// The audit log's annotations for the creation of this pod, once they are written.
pub(crate) fn audit_annotations(namespace: &str, pod: &str) -> Value {
    annotations(namespace, pod, &Value::Null)
}

/// The same for its binding to a node.
pub(crate) fn binding_annotations(namespace: &str, pod: &str) -> Value {
    annotations(namespace, pod, &"binding".into())
}

fn annotations(namespace: &str, pod: &str, subresource: &Value) -> Value {
    let log = std::env::var("AUDIT_LOG").unwrap();
    let of_pod = |event: &Value| {
        let object = &event["objectRef"];
        event["verb"] == "create"
            && object["namespace"] == namespace
            && object["resource"] == "pods"
            && object["subresource"] == *subresource
            && (object["name"] == pod
                || event["requestURI"]
                    .as_str()
                    .is_some_and(|uri| uri.contains(pod)))
    };
    eventually("the audit log has it", || {
        let lines = std::fs::read_to_string(&log).unwrap();
        let events = lines
            .lines()
            .rev()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut events = events.filter(of_pod);
        events.next().map(|event| event["annotations"].clone())
    })
}

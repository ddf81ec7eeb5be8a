//! A cluster that is played: an API server that answers with what it was given, and its kubeconfig.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::run::kubeconfig;

/// Lists by path, each with its status. What is not among them is an empty list.
pub(crate) type Answers = BTreeMap<&'static str, (u16, Value)>;

/// Serves until the test ends. Returns the kubeconfig.
pub(crate) fn start(answers: Answers) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            answer(connection.unwrap(), &answers);
        }
    });
    kubeconfig(&format!("http://{address}"))
}

/// One request, and the end of the connection.
fn answer(mut connection: TcpStream, answers: &Answers) {
    let mut head = BufReader::new(&connection).lines().map(Result::unwrap);
    let request = head.next().unwrap_or_default();
    // The head is read to its end: to close before that is to reset.
    head.take_while(|line| !line.is_empty()).for_each(drop);
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let empty = || (200, list(&json!([])));
    let (code, body) = answers.get(path).cloned().unwrap_or_else(empty);
    let body = body.to_string();
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {code} -\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

/// A list of objects.
pub(crate) fn list(items: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": items})
}

/// What the API server says of which groups there are.
pub(crate) fn groups(versions: &[&str]) -> Value {
    let groups: Vec<Value> = versions
        .iter()
        .map(|version| json!({"name": "", "versions": [{"groupVersion": version, "version": ""}]}))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// A refusal.
pub(crate) fn refusal(code: u16, message: &str) -> (u16, Value) {
    let status = json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "message": message, "reason": "No", "code": code});
    (code, status)
}

//! The conditions once more, over generated pods: the API server must say what the CEL library says.

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::Release;
use super::asking::{FAIL, Namespace, assert_called, create, wait_until_called};
use crate::conditions::is_called;
use crate::generate::{creation_of_pod, pod};

#[test]
#[ignore = "needs a cluster"]
fn the_api_server_calls_for_the_same_pods() {
    let _namespace = Namespace::new("team", &json!({}));
    let _release = Release::install(&FAIL);
    wait_until_called("team");
    let mut runner = TestRunner::deterministic();
    let mut called = 0;
    for _ in 0..SAMPLE {
        let pod = pod().new_tree(&mut runner).unwrap().current();
        let answer = create(&pod);
        if is_called(&creation_of_pod(&pod)) {
            called += 1;
            assert_called(answer);
        } else {
            answer.unwrap_or_else(|message| panic!("{pod}: {message}"));
        }
    }
    assert!(
        (SAMPLE / 4..SAMPLE).contains(&called),
        "{called} of {SAMPLE} say little about the others"
    );
}

const SAMPLE: u32 = 200;

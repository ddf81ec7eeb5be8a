//! Where what the program says of itself goes: to nobody, or where it cannot be written.

use std::fs::File;

use rstest::rstest;

use crate::run::Folder;

#[rstest]
#[case::man(&["man"])]
#[case::completions(&["completions", "bash"])]
#[case::explain(&["explain"])]
fn whoever_closes_it_has_seen_enough(#[case] command: &[&str]) {
    let folder = Folder::with(&[]);
    assert_eq!(folder.unread(command), (Some(0), String::new()));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = folder.command(command).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: standard output cannot be written: No space left on device (os error 28)\n"
    );
}

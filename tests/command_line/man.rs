//! The man page: whole, as a snapshot of what `man` shows of it, and every command and option is in it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::{commands_and_options, hostfit, stdout};

#[test]
fn the_whole_page() {
    let page = hostfit(&["man"]);
    let version = format!("hostfit {}", env!("CARGO_PKG_VERSION"));
    assert!(page.contains(&version), "{page}");
    insta::assert_snapshot!("page", page.replace(&version, "hostfit VERSION"));
}

#[test]
fn every_command_and_option_is_in_it() {
    let page = hostfit(&["man"]).replace("\\-", "-");
    let (commands, options) = commands_and_options();
    for command in commands {
        assert!(
            page.contains(&format!(".SH \"hostfit {command}\"\n")),
            "{command}"
        );
    }
    // An entry, and not only a word of a synopsis. --help stands at the top, once, as the other options that all commands have.
    let entries: Vec<&str> = page
        .split(".TP\n")
        .filter_map(|entry| entry.lines().next())
        .collect();
    for option in options {
        let bold = format!("\\fB{option}\\fR");
        assert!(
            entries.iter().any(|entry| entry.contains(&bold)),
            "{option}"
        );
    }
}

#[test]
fn troff_has_nothing_to_complain_of() {
    let groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-ww", "-z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut groff) = groff else {
        eprintln!("groff is not installed: the page was not formatted");
        return;
    };
    let page = hostfit(&["man"]);
    let mut stdin = groff.stdin.take().unwrap();
    stdin.write_all(page.as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(stdout(groff.wait_with_output().unwrap()), "");
}

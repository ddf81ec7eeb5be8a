//! The documentation's pages of rules and operating systems are what the program itself says of them. `make docs` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test reads files and the environment, and fails loudly"
)]

use std::collections::BTreeMap;
use std::path::Path;

use hostfit::os::Catalogue;
use hostfit::report::explain::pages;

#[test]
fn the_pages_are_what_the_program_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let said: BTreeMap<String, String> = pages(Catalogue::built_in()).into_iter().collect();
    if std::env::var_os("HOSTFIT_BLESS").is_some() {
        for folder in ["rules", "os"] {
            let _ = std::fs::remove_dir_all(docs.join(folder));
            std::fs::create_dir_all(docs.join(folder)).unwrap();
        }
        for (path, text) in &said {
            std::fs::write(docs.join(path), text).unwrap();
        }
    }
    for (path, text) in &said {
        let written = std::fs::read_to_string(docs.join(path)).unwrap_or_default();
        assert!(
            written == *text,
            "docs/{path} is not what the program says: make docs"
        );
    }
    for folder in ["rules", "os"] {
        for file in std::fs::read_dir(docs.join(folder)).unwrap() {
            let path = format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap());
            assert!(
                said.contains_key(&path),
                "docs/{path} is of something that is no more: make docs"
            );
        }
    }
}

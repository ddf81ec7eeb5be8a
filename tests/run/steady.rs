//! What a command says without what differs from run to run: so much of it can be compared whole.

/// Without ports, versions and the hour, and without the style and the script of a page.
pub(crate) fn steady(said: &str) -> String {
    let said = said.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    bare(&without(
        &without_ports(&said),
        "<dt>Made</dt><dd>",
        "</dd>",
    ))
}

/// A page without its style and its script, and without the hashes of them.
pub(crate) fn bare(page: &str) -> String {
    let page = without(page, "<style>", "</style>");
    let page = without(&page, "<script>", "</script>");
    without(&page, "style-src", "; base-uri")
}

/// Without the first text between these two, if they are there.
fn without(said: &str, from: &str, to: &str) -> String {
    let cut = || {
        let (before, rest) = said.split_once(from)?;
        let (_, after) = rest.split_once(to)?;
        Some(format!("{before}{from}…{to}{after}"))
    };
    cut().unwrap_or_else(|| said.to_owned())
}

/// A server that is played has another port in every run.
fn without_ports(said: &str) -> String {
    let mut pieces = said.split("127.0.0.1:");
    let mut text = pieces.next().unwrap().to_owned();
    for piece in pieces {
        text += "127.0.0.1:PORT";
        text += piece.trim_start_matches(char::is_numeric);
    }
    text
}

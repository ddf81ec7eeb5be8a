//! Host paths in normal form, compared by whole segments. Used by `profile`, the rules and the exemptions.

use std::borrow::Cow;

/// `path` without doubled and trailing slashes, `.` and `..`: `/usr//lib/../bin/` is `/usr/bin`.
///
/// The API server refuses `..` in a host path; manifests that never met it may still hold one.
pub fn normalise(path: &str) -> Cow<'_, str> {
    // Nearly every path is in normal form.
    let rest = path.strip_prefix('/').unwrap_or_default();
    if rest
        .split('/')
        .all(|segment| !matches!(segment, "" | "." | ".."))
    {
        return Cow::Borrowed(path);
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    Cow::Owned(format!("/{}", segments.join("/")))
}

/// Whether `path` is `parent` or lies below it, both in normal form: `/usr/bin` is within `/usr`, `/usrlocal` is not.
pub fn is_within(path: &str, parent: &str) -> bool {
    // Where a segment must end is looked at first: that alone says no to nearly every pair.
    let segment_ends = matches!(path.as_bytes().get(parent.len()), None | Some(b'/'));
    (segment_ends || parent == "/") && path.starts_with(parent)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/usr//lib/../bin/", "/usr/bin")]
    #[case("/", "/")]
    #[case("", "/")]
    #[case("/../..", "/")]
    #[case("/./proc/.", "/proc")]
    #[case("usr", "/usr")]
    fn a_path_has_one_normal_form(#[case] path: &str, #[case] normal: &str) {
        assert_eq!(normalise(path), normal);
    }

    #[rstest]
    #[case("/usr/bin", "/usr", true)]
    #[case("/usr", "/usr", true)]
    #[case("/usrlocal", "/usr", false)]
    #[case("/", "/usr", false)]
    #[case("/usr", "/", true)]
    #[case("/", "/", true)]
    fn whole_segments_decide(#[case] path: &str, #[case] parent: &str, #[case] within: bool) {
        assert_eq!(is_within(path, parent), within);
    }
}

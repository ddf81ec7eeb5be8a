//! A field's path, step by step. Used by `place`.

/// A step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// To a key of a map.
    Key(&'a str),
    /// To an item of a list; where there is a map, to the key of these digits.
    Item(usize, &'a str),
}

/// `spec.limits[nvidia.com/gpu]` and `volumes[0].hostPath`: keys, and what stands in brackets.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(inside) = rest.strip_prefix('[') {
            let (text, after) = inside.split_once(']').unwrap_or((inside, ""));
            let step = match text.parse() {
                Ok(index) => Step::Item(index, text),
                Err(_) => Step::Key(text),
            };
            (step, after)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            (Step::Key(key), after)
        };
        steps.push(step);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::Step::{Item, Key};
    use super::*;

    #[test]
    fn a_path_is_taken_apart() {
        assert_eq!(
            steps("spec.limits[a.b/c].volumes[10].x"),
            [
                Key("spec"),
                Key("limits"),
                Key("a.b/c"),
                Key("volumes"),
                Item(10, "10"),
                Key("x")
            ]
        );
        assert_eq!(steps(""), []);
        // Whatever it is, it comes to an end.
        assert_eq!(steps("[a..b"), [Key("a..b")]);
    }
}

//! The values that a label can have on a node that does not exist yet.

use std::collections::BTreeSet;

/// What is known of a label. Each requirement narrows it down, and contradicts it when nothing is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The label may be missing.
    absent: bool,
    /// These values, or any.
    only: Option<BTreeSet<String>>,
    /// But none of these.
    except: BTreeSet<String>,
    /// Integers above this one.
    above: Option<i64>,
    /// Integers below this one.
    below: Option<i64>,
}

impl Allowed {
    /// Whatever it may be, or nothing.
    pub fn anything() -> Self {
        Self {
            absent: true,
            only: None,
            except: BTreeSet::new(),
            above: None,
            below: None,
        }
    }

    /// The label is not there.
    pub fn absent() -> Self {
        Self {
            only: Some(BTreeSet::new()),
            ..Self::anything()
        }
    }

    /// It is there, with one of these values.
    pub fn only<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            absent: false,
            only: Some(values.into_iter().map(str::to_owned).collect()),
            ..Self::anything()
        }
    }

    /// `In`.
    pub fn be_in(&mut self, values: &[String]) {
        self.absent = false;
        let kept = |value: &&String| self.only.as_ref().is_none_or(|only| only.contains(*value));
        self.only = Some(values.iter().filter(kept).cloned().collect());
    }

    /// `NotIn`.
    pub fn be_none_of(&mut self, values: &[String]) {
        self.except.extend(values.iter().cloned());
    }

    /// `Exists`.
    pub fn exist(&mut self) {
        self.absent = false;
    }

    /// `DoesNotExist`.
    pub fn not_exist(&mut self) {
        self.only = Some(BTreeSet::new());
    }

    /// `Gt`.
    pub fn be_above(&mut self, bound: i64) {
        self.absent = false;
        self.above = self.above.max(Some(bound));
    }

    /// `Lt`.
    pub fn be_below(&mut self, bound: i64) {
        self.absent = false;
        self.below = Some(self.below.map_or(bound, |below| below.min(bound)));
    }

    /// Whether anything is left.
    pub fn is_possible(&self) -> bool {
        self.absent
            || match (&self.only, self.above, self.below) {
                (Some(only), ..) => only.iter().any(|value| self.admits(value)),
                // Between two bounds there is an integer; that it may be an excepted one is a subtlety that nobody writes.
                (None, Some(above), Some(below)) => below.saturating_sub(above) > 1,
                (None, ..) => true,
            }
    }

    fn admits(&self, value: &str) -> bool {
        let within = |bound: Option<i64>, test: fn(&i64, &i64) -> bool| {
            bound.is_none_or(|bound| value.parse().is_ok_and(|number| test(&number, &bound)))
        };
        !self.except.contains(value) && within(self.above, i64::gt) && within(self.below, i64::lt)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// A start, the requirements in turn, and whether something is left.
    #[rstest]
    #[case("any", "", true)]
    #[case("any", "in a b", true)]
    #[case("any", "in a; not-in a", false)]
    #[case("any", "exists; absent", false)]
    #[case("any", "gt 3; lt 5", true)]
    #[case("any", "gt 3; lt 4", false)]
    #[case("any", "gt 3; gt 9; in 7", false)]
    #[case("any", "lt 9; lt 3; in 7", false)]
    #[case("any", "gt 3; in x 7", true)]
    #[case("absent", "", true)]
    #[case("absent", "not-in a", true)]
    #[case("absent", "absent", true)]
    #[case("absent", "in a", false)]
    #[case("absent", "exists", false)]
    #[case("absent", "gt 1", false)]
    #[case("a 7", "exists", true)]
    #[case("a 7", "absent", false)]
    #[case("a 7", "in b", false)]
    #[case("a 7", "not-in a", true)]
    #[case("a 7", "not-in a 7", false)]
    #[case("a 7", "gt 6", true)]
    #[case("a 7", "gt 7", false)]
    fn requirements_narrow(#[case] start: &str, #[case] steps: &str, #[case] possible: bool) {
        let mut allowed = match start {
            "any" => Allowed::anything(),
            "absent" => Allowed::absent(),
            values => Allowed::only(values.split_whitespace()),
        };
        for step in steps.split("; ").filter(|step| !step.is_empty()) {
            let (operator, rest) = step.split_once(' ').unwrap_or((step, ""));
            match operator {
                "in" => allowed.be_in(&words(rest)),
                "not-in" => allowed.be_none_of(&words(rest)),
                "exists" => allowed.exist(),
                "absent" => allowed.not_exist(),
                "gt" => allowed.be_above(rest.parse().unwrap()),
                "lt" => allowed.be_below(rest.parse().unwrap()),
                _ => panic!("{operator}"),
            }
        }
        assert_eq!(allowed.is_possible(), possible);
    }
}

//! The alphabets: label keys and values, numbers and texts that nearly are some, and what is no key and no value, rule by rule.

use std::sync::LazyLock;

use super::Dice;

/// The label that tells nodes apart.
pub(super) const HOSTNAME: &str = "kubernetes.io/hostname";
/// Labels that hold words, and labels that hold numbers.
pub(super) const KEYS: [&str; 5] = ["agentpool", "disk", "rank", "example.com/rank", HOSTNAME];
const NUMBERS: [&str; 10] = [
    "0",
    "1",
    "5",
    "6",
    "7",
    "10",
    "007",
    "9223372036854775806",
    "9223372036854775807",
    "9223372036854775808",
];
const WORDS: [&str; 5] = ["a", "b", "c", "", "1.5"];

/// No label keys, each for a reason of its own.
pub(crate) static BAD_KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long_name = "x".repeat(64);
    let long_prefix = format!("{}/x", "y".repeat(254));
    [
        "",
        "bad key",
        "/x",
        "x/",
        "a/b/c",
        "-x",
        "x.",
        "Upper.example.com/x",
        "a..b/x",
        "-a.b/x",
        "a-.b/x",
        "a_b/x",
        "é",
        &long_name,
        &long_prefix,
    ]
    .map(str::to_owned)
    .into()
});

/// Label keys that barely are.
pub(crate) static BARE_KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long_name = "x".repeat(63);
    let long_prefix = format!("{}/x", "y".repeat(253));
    ["x", "A_b.c-D", "0.a-b.c/x_y", &long_name, &long_prefix]
        .map(str::to_owned)
        .into()
});

/// No label values, each for a reason of its own.
pub(crate) static BAD_VALUES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long = "x".repeat(64);
    ["-5", "+1", "a b", "a.", ".a", "_", "a/b", "é", &long]
        .map(str::to_owned)
        .into()
});

/// Label values that barely are.
pub(crate) static BARE_VALUES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let long = "x".repeat(63);
    ["A_b.c-D", "0", &long].map(str::to_owned).into()
});

impl Dice {
    /// A label's key, mostly one that nodes have.
    pub(super) fn key(&mut self) -> String {
        if self.oddly(10) {
            return self.pick(&BAD_KEYS);
        }
        if self.oddly(60) {
            return self.scribble();
        }
        match self.rng.u32(..12) {
            0 => self.pick(&BARE_KEYS),
            1 => "absent".into(),
            _ => self.pick(&KEYS).into(),
        }
    }

    /// A value that the label could have.
    pub(super) fn value(&mut self, key: &str, nodes: &[String]) -> String {
        if self.oddly(16) {
            return self.pick(&BAD_VALUES);
        }
        if self.oddly(60) {
            return self.scribble();
        }
        if self.one_in(20) {
            return self.pick(&BARE_VALUES);
        }
        match key {
            HOSTNAME => self.name(nodes),
            _ if key.contains("rank") != self.one_in(6) => self.number(),
            _ => self.pick(&WORDS).into(),
        }
    }

    pub(super) fn number(&mut self) -> String {
        self.pick(&NUMBERS).into()
    }

    /// A few characters that matter to what is a key and a value.
    fn scribble(&mut self) -> String {
        (0..self.up_to(5))
            .map(|_| self.pick(&['a', 'Z', '0', '-', '_', '.', '/', ' ', 'é']))
            .collect()
    }
}

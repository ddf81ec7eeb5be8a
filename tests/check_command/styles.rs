//! Ways to write an object down, and to read a value where it stands.

use serde_json::Value;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Json,
    JsonInOneLine,
    Flow,
    Block,
    BlockOfWindows,
    /// In a list that stands in a stream, after an item of another kind.
    ListOfJson,
    ListOfBlock,
}

pub(crate) const STYLES: [Style; 7] = [
    Style::Json,
    Style::JsonInOneLine,
    Style::Flow,
    Style::Block,
    Style::BlockOfWindows,
    Style::ListOfJson,
    Style::ListOfBlock,
];

pub(crate) fn written(object: &Value, style: Style) -> String {
    match style {
        Style::Json => serde_json::to_string_pretty(object).unwrap(),
        Style::JsonInOneLine => format!("{{\"kind\": \"\u{e9}\"}} {object}"),
        Style::ListOfJson => format!(
            "{{\"kind\": \"X\"}}\n{{\"kind\": \"List\", \"items\": [{{\"kind\": \"Y\"}},\n{object}]}}"
        ),
        // A first key without quotes, so that it is no JSON.
        Style::Flow => format!("# \u{1f600}\n{{\u{1f600}: 1, {}", &object.to_string()[1..]),
        Style::Block => block(object, 0),
        Style::BlockOfWindows => format!("\u{feff}{}", block(object, 0).replace('\n', "\r\n")),
        Style::ListOfBlock => format!(
            "a: 1\nkind: X\n---\nkind: List\nitems:\n- kind: Other\n-\n{}",
            block(object, 2)
        ),
    }
}

/// With a comment behind each key, and lists as far to the left as they may be.
fn block(value: &Value, indent: usize) -> String {
    let spaces = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => map
            .iter()
            .map(|(key, value)| {
                let key = serde_json::to_string(key).unwrap();
                match value {
                    Value::Object(map) if !map.is_empty() => {
                        format!("{spaces}{key}: # of\n{}", block(value, indent + 3))
                    }
                    Value::Array(list) if !list.is_empty() => {
                        format!("{spaces}{key}:\n{}", block(value, indent))
                    }
                    scalar => format!("{spaces}{key}: {scalar} # of\n"),
                }
            })
            .collect(),
        Value::Array(list) if !list.is_empty() => {
            let items = list.iter().map(|item| block(item, indent + 2));
            let items: Vec<String> = items
                .map(|item| format!("{spaces}- {}", item.trim_start()))
                .collect();
            items.concat()
        }
        scalar => format!("{spaces}{scalar}\n"),
    }
}

pub(crate) fn is_block(style: Style) -> bool {
    matches!(
        style,
        Style::Block | Style::BlockOfWindows | Style::ListOfBlock
    )
}

/// The value that is written at a place.
pub(crate) fn value_at(text: &str, line: usize, column: usize, style: Style) -> Value {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().skip(line - 1);
    let first: String = lines.next().unwrap().chars().skip(column - 1).collect();
    let is_block = is_block(style);
    let indent = " ".repeat(column - 1);
    let list = format!("{indent}- ");
    // A block goes on as far as it is indented; a list's items begin where it does.
    let deeper = format!("{indent} ");
    let goes_on = |next: &&str| {
        if !is_block {
            true
        } else if first.starts_with("- ") {
            next.starts_with(&list) || next.starts_with(&deeper)
        } else {
            next.starts_with(&indent)
        }
    };
    let rest: Vec<&str> = lines.take_while(goes_on).collect();
    let whole = format!(
        "{}{first}\n{}",
        if is_block { indent } else { String::new() },
        rest.join("\n")
    );
    if is_block {
        serde_saphyr::from_str(&whole).unwrap_or_else(|error| panic!("{error}: {whole}"))
    } else {
        let mut stream = serde_json::Deserializer::from_str(&whole).into_iter();
        stream
            .next()
            .unwrap()
            .unwrap_or_else(|error| panic!("{error}: {whole}"))
    }
}

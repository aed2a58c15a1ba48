//! A changed value in little room.

use serde_json::Value;

/// Longer values are cut.
const WIDTH: usize = 40;
/// So much of what two long values have in common is shown before they differ.
const COMMON: usize = 14;

/// Both values as text. Long ones are cut so that one sees where they differ.
pub(super) fn pair(from: &Value, to: &Value) -> (String, String) {
    let (from, to) = (text(from), text(to));
    let alike = from.chars().zip(to.chars()).take_while(|(from, to)| from == to).count();
    let start = if alike + COMMON < WIDTH { 0 } else { alike - COMMON };
    match from.chars().count().max(to.chars().count()) {
        0..=WIDTH => (from, to),
        _ => (cut(&from, start), cut(&to, start)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn cut(text: &str, start: usize) -> String {
    let before = if start > 0 { "..." } else { "" };
    let shown: String = text.chars().skip(start).take(WIDTH).collect();
    let after = if text.chars().count() > start + WIDTH { "..." } else { "" };
    format!("{before}{shown}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(from: &Value, to: &Value) -> String {
        let (from, to) = pair(from, to);
        format!("{from} -> {to}")
    }

    #[test]
    fn long_values_are_cut_to_where_they_differ() {
        let alike = "a".repeat(60);
        let (from, to) = (json!(format!("{alike} old")), json!(format!("{alike} new {alike}")));
        let (before, after) = ("a".repeat(13), "a".repeat(22));
        assert_eq!(shown(&from, &to), format!("...{before} old -> ...{before} new {after}..."));
    }

    #[test]
    fn short_values_are_whole_and_whole_numbers_have_no_fraction() {
        assert_eq!(shown(&json!(1.0), &json!(0.25)), "1 -> 0.25");
        assert_eq!(shown(&Value::Null, &json!("text")), "none -> text");
        assert_eq!(shown(&json!(["a"]), &json!([])), r#"["a"] -> []"#);
    }

    #[test]
    fn long_values_that_differ_early_begin_at_their_beginning() {
        let long = "b".repeat(50);
        assert_eq!(shown(&json!("a"), &json!(long)), format!("a -> {}...", "b".repeat(40)));
    }
}

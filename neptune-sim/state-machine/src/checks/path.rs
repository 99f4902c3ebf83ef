//! JSONPath and intrinsic functions, as far as their form goes.

use neptune_text::nearest;

/// The intrinsic functions, each with how many arguments it takes, at least and at most.
const FUNCTIONS: [(&str, usize, usize); 18] = [
    ("Format", 1, usize::MAX),
    ("StringToJson", 1, 1),
    ("JsonToString", 1, 1),
    ("Array", 0, usize::MAX),
    ("ArrayPartition", 2, 2),
    ("ArrayContains", 2, 2),
    ("ArrayRange", 3, 3),
    ("ArrayGetItem", 2, 2),
    ("ArrayLength", 1, 1),
    ("ArrayUnique", 1, 1),
    ("Base64Encode", 1, 1),
    ("Base64Decode", 1, 1),
    ("Hash", 2, 2),
    ("JsonMerge", 3, 3),
    ("MathRandom", 2, 3),
    ("MathAdd", 2, 2),
    ("StringSplit", 2, 2),
    ("UUID", 0, 0),
];

/// What is wrong with a path.
pub(super) fn wrong(text: &str) -> Option<String> {
    wrong_path(text, "not a path")
}

fn wrong_path(text: &str, is_none: &str) -> Option<String> {
    if !text.starts_with('$') {
        return Some(format!("`{text}`, which is {is_none}: a path begins with `$`, as `$.status` does"));
    }
    if !is_balanced(text) {
        return Some(format!("the path `{text}`, whose brackets or quotes do not end"));
    }
    text.ends_with('.').then(|| format!("the path `{text}`, which ends with a dot"))
}

/// What is wrong with a path to where the result of a state goes: a place in its input.
pub(super) fn wrong_place(text: &str) -> Option<String> {
    let is_other = text.strip_prefix('$').is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['.', '[']));
    let why =
        || format!("`{text}`, which is no place in the input of the state, as `$.status` is; `Assign` gives variables a value");
    wrong(text).or_else(|| is_other.then(why))
}

/// What is wrong with a path or a call of an intrinsic function.
pub(super) fn wrong_or_function(text: &str) -> Option<String> {
    let Some(call) = text.strip_prefix("States.") else {
        return wrong_path(text, "neither a path nor an intrinsic function");
    };
    if !is_balanced(text) {
        return Some(format!("`{text}`, whose brackets or quotes do not end"));
    }
    let (name, rest) = call.split_once('(').unwrap_or((call, ""));
    let Some((_, least, most)) = FUNCTIONS.into_iter().find(|(known, ..)| *known == name) else {
        let near = nearest(name, FUNCTIONS.map(|(known, ..)| known));
        let near = near.map(|near| format!(": did you mean `States.{near}`?")).unwrap_or_default();
        return Some(format!("the intrinsic function `States.{name}`, which does not exist{near}"));
    };
    let Some(given) = rest.trim_end().strip_suffix(')') else {
        return Some(format!("`{text}`, which calls `States.{name}` without brackets round its arguments"));
    };
    if has_quotation_marks(given) {
        return Some(format!(
            "`{text}`, which has a text in quotation marks: an intrinsic function takes it in apostrophes, as 'text'"
        ));
    }
    let count = arguments(given);
    if (least..=most).contains(&count) {
        return None;
    }
    let takes = match (least, most) {
        (least, usize::MAX) => format!("{least} at least"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    Some(format!("`{text}`, which gives `States.{name}` {count} arguments, where it takes {takes}"))
}

/// How many arguments stand here, between commas that are not inside of brackets or quotes.
fn arguments(text: &str) -> usize {
    if text.trim().is_empty() {
        return 0;
    }
    let mut count = 1;
    each_sign(text, |sign, depth| count += usize::from(sign == ',' && depth == 0));
    count
}

/// Whether an argument is a text in quotation marks. Those in a path, such as `$["a"]`, stand behind a bracket.
fn has_quotation_marks(arguments: &str) -> bool {
    let (mut before, mut found) = (',', false);
    each_sign(arguments, |sign, _| {
        // This is the sign that ends the text, and those of the text are left out.
        found |= sign == '"' && matches!(before, ',' | '(');
        before = if sign.is_whitespace() { before } else { sign };
    });
    found
}

/// Calls with each sign that is not in quotes, and with how many brackets are open behind it. Returns whether all of them end.
fn each_sign(text: &str, mut seen: impl FnMut(char, i64)) -> bool {
    let (mut quote, mut depth, mut signs) = (None, 0_i64, text.chars());
    while let Some(sign) = signs.next() {
        match quote {
            Some(_) if sign == '\\' => {
                signs.next();
            }
            Some(open) if sign == open => quote = None,
            Some(_) => {}
            None => match sign {
                '\'' | '"' => quote = Some(sign),
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                _ => {}
            },
        }
        if quote.is_none() {
            seen(sign, depth);
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && quote.is_none()
}

fn is_balanced(text: &str) -> bool {
    each_sign(text, |_, _| {})
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("$")]
    #[case("$.a.b[0]['c d'].e")]
    #[case("$.a[?(@.b == 'x]')]")]
    #[case("$$.Execution.Name")]
    #[case("$variable.a")]
    #[case("$.a[-1]")]
    #[case("$..a")]
    #[case("States.Format('{} it\\'s (', $.a)")]
    #[case("States.MathAdd(States.ArrayLength($.a), 1)")]
    #[case("States.UUID()")]
    #[case("States.Array()")]
    #[case("States.Format('\"{}\"', $[\"a\"])")]
    fn a_path_is_one(#[case] text: &str) {
        assert_eq!(wrong_or_function(text), None);
    }

    #[rstest]
    #[case("status", "`status`, which is neither a path nor an intrinsic function: a path begins with `$`")]
    #[case("$.r.[", "the path `$.r.[`, whose brackets or quotes do not end")]
    #[case("$.r[0", "whose brackets or quotes do not end")]
    #[case("$.r]", "whose brackets or quotes do not end")]
    #[case("$.r['a]", "whose brackets or quotes do not end")]
    #[case("$.r.", "which ends with a dot")]
    #[case(
        "States.Formt('{}', $.a)",
        "the intrinsic function `States.Formt`, which does not exist: did you mean `States.Format`?"
    )]
    #[case("States.Foo($)", "the intrinsic function `States.Foo`, which does not exist")]
    #[case("States.UUID", "which calls `States.UUID` without brackets")]
    #[case("States.MathAdd($.a)", "which gives `States.MathAdd` 1 arguments, where it takes 2")]
    #[case("States.Format('{}', $.a", "whose brackets or quotes do not end")]
    #[case("States.Format( \"{}\", $.a)", "which has a text in quotation marks: an intrinsic function takes it in apostrophes")]
    #[case("States.Array($.a, States.Hash(\"b\", 'MD5'))", "which has a text in quotation marks")]
    fn what_is_wrong_with_a_path_is_said(#[case] text: &str, #[case] said: &str) {
        let fault = wrong_or_function(text).unwrap();
        assert!(fault.contains(said), "{fault}");
    }
}

//! Texts that are numbers in another form than a load takes, or out of range.

use neptune_data::Type;

/// Numbers up to here are the same in a double: 2^53.
const EXACT: i128 = 1 << 53;

/// What helps against a text in a column of whole numbers that is one, or nearly one.
pub(super) fn of_whole_number(value: &str, of: Type) -> Option<String> {
    if let Ok(number) = value.parse::<i128>() {
        return Some(of_large_number(value, number, of));
    }
    let whole = value.strip_suffix(".0").and_then(|number| number.parse::<i128>().ok())?;
    let lost = if whole.abs() > EXACT { "; a number as large as this one has lost digits on the way" } else { "" };
    Some(format!(
        "a column of whole numbers with gaps is written so by pandas: convert it with astype(\"Int64\"), or make the column Double{lost}"
    ))
}

fn of_large_number(value: &str, number: i128, of: Type) -> String {
    let fits_long = i64::try_from(number).is_ok();
    let range = match of {
        Type::Long if value.ends_with("000") && number.abs() > EXACT => {
            "JavaScript rounds numbers above 2^53: write a BigInt, or load the column as String"
        }
        _ if fits_long => "make the column Long",
        _ => "no type is wider than Long: load the column as String",
    };
    format!("the number is out of the range of {of}; {range}")
}

/// Whether a text is digits in several parts that no thousands are: `10.0.0.1`, `555-0100`, `00:05:00`.
fn is_of_parts(digits: &str) -> bool {
    let is_split = |separator: char, least: usize| {
        let parts: Vec<&str> = digits.split(separator).collect();
        let are_digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let are_thousands = separator == '.' && parts[1..].iter().all(|part| part.len() == 3);
        parts.len() >= least && are_digits && !are_thousands
    };
    is_split('.', 3) || is_split('-', 2) || is_split(':', 2)
}

/// What helps against a number with something before or behind it that says what it is of.
fn of_text_with_number(value: &str, of: Type) -> Option<&'static str> {
    let is = |text: &str| of.check(text.trim().as_bytes()).is_ok();
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    let is_word = |text: &str| text.trim().chars().all(char::is_alphabetic);
    let currency = value.split_at_checked(3).filter(|(word, _)| word.bytes().all(|byte| byte.is_ascii_uppercase()));
    match () {
        () if matches!(unit, "f" | "F" | "d" | "D" | "L") && is(&value[..value.len() - 1]) => {
            Some("Java and R write the type of a number behind it: leave the letter out")
        }
        () if value.starts_with(['<', '>', '~', '≤', '≥', '≈'])
            && is(value.trim_start_matches(|c: char| !c.is_ascii_digit())) =>
        {
            Some("a bound is no number: write the number, and the sign in a column of its own, or make the column String")
        }
        () if value.split_once('/').is_some_and(|(over, under)| [over, under].iter().all(|part| is(part))) => {
            Some("write a fraction as a decimal number, `0.5`, or make the column String")
        }
        () if is_word(unit) && !unit.trim().is_empty() && is(&value[..value.len() - unit.len()]) => Some(UNIT),
        () if currency.is_some_and(|(_, number)| is(number)) => Some(UNIT),
        () if !value.is_ascii() && value.chars().all(char::is_numeric) => Some("write numbers in the digits 0 to 9"),
        () => None,
    }
}

const UNIT: &str = "write the number without its unit, and the unit in a column of its own, or make the column String";

/// Blanks that are none of ASCII's, characters without a width, and bytes that are zero.
fn is_unseen(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace() || c == '\0' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// A number in another form than a load takes.
pub(super) fn of_number(value: &str, of: Type) -> Option<String> {
    if let Some(c) =
        value.chars().find(|c| is_unseen(*c)).filter(|_| of.check(value.trim_matches(is_unseen).as_bytes()).is_ok())
    {
        return Some(format!("the value has the character U+{:04X} in it, which nobody sees: leave it out", u32::from(c)));
    }
    if value.starts_with(['\u{2212}', '\u{2013}']) {
        return Some("a number below zero has the hyphen of the keyboard before it, and no other sign: `-1.5`".to_owned());
    }
    if value.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).is_some_and(|inside| of.check(inside.as_bytes()).is_ok())
    {
        return Some("accountants write a number below zero in brackets: write `-` before it".to_owned());
    }
    if let Some(hint) = of_text_with_number(value, of) {
        return Some(hint.to_owned());
    }
    let (is_whole, digits) = (!matches!(of, Type::Float | Type::Double), value.trim_start_matches(['+', '-']));
    if !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '$' | '€' | '£')) {
        let is_bool = ["true", "false"].contains(&value.to_ascii_lowercase().as_str());
        return is_bool.then(|| "write `1` or `0`, or make the column Bool".to_owned());
    }
    let only = |others: &[char]| digits.chars().all(|c| c.is_ascii_digit() || others.contains(&c));
    let remedy = match () {
        () if of.check(value.trim().as_bytes()).is_ok() => "blanks in quotes are a part of the value: leave them out",
        () if only(&[]) && value.len() > digits.len() + 1 => "write one sign at most",
        () if is_whole && only(&[]) => "no type is wider than Long: load the column as String",
        () if is_whole && digits.contains(['e', 'E']) && value.parse::<f64>().is_ok() => {
            "a whole number is written in digits only: format the column as a number without decimals, or make it Double"
        }
        () if is_whole && value.parse::<f64>().is_ok() => "make the column Double, or round the values",
        () if value.chars().any(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\''))
            && only(&[' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '.', ',']) =>
        {
            "write nothing between thousands, not even a blank or `'`: `1234.5`"
        }
        () if is_of_parts(digits) => {
            "this is no number but a text of digits, such as an address, a version or a time: make the column String"
        }
        () if only(&['_']) => "write the digits without `_`",
        () if is_whole && only(&[',', '.']) => {
            "write nothing between thousands: `1234`; a number with a decimal point needs a column of type Double"
        }
        () if only(&[',', '.']) => "write a decimal point, and nothing between thousands: `1234.5`",
        () if digits.starts_with("0x") => "write the number in decimal digits",
        () if digits.starts_with(['$', '€', '£']) || digits.ends_with(['$', '€', '£', '%']) => {
            "write the number without a sign of its unit"
        }
        () => return None,
    };
    Some(remedy.to_owned())
}

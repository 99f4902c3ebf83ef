//! The list of quirks, as `neptune-sim quirks` prints it.

use neptune_loader::quirks::Choices;
use neptune_loader::{QUIRKS, Quirk, QuirkError};

use crate::cli::wrapped;
use neptune_text::nearest;

/// The names of all quirks and then all about them, or about those of these names. Lines have at most `columns` columns.
///
/// # Errors
/// The message to print if there is none of a name.
pub(crate) fn text(names: &[String], columns: usize) -> Result<String, String> {
    let quirk = |name: &String| Quirk::named(name).ok_or_else(|| unknown(name));
    let quirks: Vec<&Quirk> =
        if names.is_empty() { QUIRKS.iter().collect() } else { names.iter().map(quirk).collect::<Result<_, _>>()? };
    let mut text = String::new();
    if names.is_empty() {
        let all: Vec<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
        text += &wrapped("", &all.join(", "), columns);
        text.push('\n');
    }
    for quirk in &quirks {
        text += &entry(quirk, columns);
    }
    let example = quirks.first().map_or_else(String::new, |quirk| format!("{{{}: {}}}", quirk.name, last_word(quirk)));
    let scenario = format!("A scenario chooses with `given: {{quirks: {example}}}`,");
    text += &wrapped("", &format!("{scenario} a running simulator with PATCH /_sim/clusters/<name>/quirks."), columns);
    Ok(text)
}

fn unknown(name: &str) -> String {
    let error = QuirkError::without_quirk(name);
    let near = nearest(name, QUIRKS.iter().map(|quirk| quirk.name));
    let hint = match (&error, near) {
        (QuirkError::UnknownName(_), Some(near)) => format!("did you mean `{near}`?"),
        _ => "`neptune-sim quirks` lists them all".to_owned(),
    };
    format!("error: {error}\nhint: {hint}")
}

fn entry(quirk: &Quirk, columns: usize) -> String {
    let mut text = format!("{}\n", quirk.name) + &wrapped("  ", &format!("{}.", quirk.question), columns);
    for (word, meaning) in choices(quirk) {
        let default =
            if word == quirk.default_word() { format!(" (default; {})", quirk.evidence.as_str()) } else { String::new() };
        let choice = wrapped(&format!("    {word:<28} "), &format!("{meaning}{default}"), columns);
        // Beside a long word there may be no room.
        let is_wide = choice.lines().any(|line| line.chars().count() > columns);
        text += &if is_wide {
            format!("    {word}\n") + &wrapped("      ", &format!("{meaning}{default}"), columns)
        } else {
            choice
        };
    }
    text += &wrapped("  documented  ", quirk.documented, columns);
    text += &wrapped("  observed    ", quirk.observed, columns);
    text += &wrapped("  settled by  ", quirk.settled_by, columns);
    text + "\n"
}

fn choices(quirk: &Quirk) -> Vec<(String, String)> {
    match quirk.choices {
        Choices::Words(choices) => choices.iter().map(|choice| (choice.word.to_owned(), choice.meaning.to_owned())).collect(),
        Choices::Number(most) => {
            vec![("0".to_owned(), "none".to_owned()), (format!("1 to {most}"), "this number".to_owned())]
        }
    }
}

fn last_word(quirk: &Quirk) -> String {
    match quirk.choices {
        Choices::Words(choices) => choices.last().map_or_else(String::new, |choice| choice.word.to_owned()),
        Choices::Number(_) => "1".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quirk_is_reported_with_its_choices_and_what_is_known() {
        let text = text(&["unknown_id".to_owned()], 100).unwrap();
        assert_eq!(
            text,
            "unknown_id\n  What reading an unknown load answers.\n    not_found                    404 `BulkLoadIdNotFoundException` \
             (default; model)\n    bad_request                  400 `InvalidParameterException`\n  documented  the user guide says 400 \
             without a code, the SDK model says 404\n              `BulkLoadIdNotFoundException`\n  observed    nothing\n  settled by  the \
             status of a random UUID, and of a word that is no UUID\n\nA scenario chooses with `given: {quirks: {unknown_id: \
             bad_request}}`, a running simulator with PATCH\n/_sim/clusters/<name>/quirks.\n"
        );
    }

    #[test]
    fn all_are_reported_behind_their_names_and_no_line_is_too_long() {
        let text = text(&[], 80).unwrap();
        let (names, entries) = text.split_once("\n\n").unwrap();
        assert_eq!(names.split_whitespace().count(), QUIRKS.len());
        assert!(QUIRKS.iter().all(|quirk| entries.contains(&format!("{}\n  ", quirk.name))));
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{long:#?}");
    }

    #[test]
    fn a_quirk_that_was_removed_is_an_error_with_the_reading_that_is_taken() {
        let error = text(&["format_case".to_owned()], 80).unwrap_err();
        assert_eq!(
            error,
            "error: `format_case` is no longer a quirk: the simulator always takes the reading `lower_only`, see \
             scenarios/OPEN_QUESTIONS.md\nhint: `neptune-sim quirks` lists them all"
        );
    }

    #[test]
    fn an_unknown_name_is_an_error_with_the_nearest_one() {
        let near = text(&["unknwon_id".to_owned()], 80).unwrap_err();
        assert_eq!(near, "error: there is no quirk `unknwon_id`\nhint: did you mean `unknown_id`?");
        let far = text(&["weather".to_owned()], 80).unwrap_err();
        assert_eq!(far, "error: there is no quirk `weather`\nhint: `neptune-sim quirks` lists them all");
    }
}

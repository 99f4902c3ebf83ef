//! The list of quirks, as `neptune-sim quirks` prints it.

use std::fmt::Write as _;

use neptune_wire::quirks::Choices;
use neptune_wire::{QUIRKS, Quirk, QuirkError};

/// All quirks, or those of these names.
///
/// # Errors
/// [`QuirkError::UnknownName`] if there is none of a name.
pub(crate) fn text(names: &[String]) -> Result<String, QuirkError> {
    let quirk = |name: &String| Quirk::named(name).ok_or_else(|| QuirkError::UnknownName(name.clone()));
    let quirks: Vec<&Quirk> =
        if names.is_empty() { QUIRKS.iter().collect() } else { names.iter().map(quirk).collect::<Result<_, _>>()? };
    let mut text = String::new();
    for quirk in &quirks {
        text += &entry(quirk);
    }
    let example = quirks.first().map_or_else(String::new, |quirk| format!("{{{}: {}}}", quirk.name, last_word(quirk)));
    let _ = writeln!(
        text,
        "A scenario chooses with `given: {{quirks: {example}}}`, a running simulator with PATCH /_sim/clusters/<name>/quirks."
    );
    Ok(text)
}

fn entry(quirk: &Quirk) -> String {
    let mut text = format!("{}\n  {}.\n", quirk.name, quirk.question);
    for (word, meaning) in choices(quirk) {
        let default =
            if word == quirk.default_word() { format!(" (default; {})", quirk.evidence.as_str()) } else { String::new() };
        let _ = writeln!(text, "    {word:<28} {meaning}{default}");
    }
    let _ = writeln!(text, "  documented  {}", quirk.documented);
    let _ = writeln!(text, "  observed    {}", quirk.observed);
    let _ = writeln!(text, "  settled by  {}\n", quirk.settled_by);
    text
}

fn choices(quirk: &Quirk) -> Vec<(String, String)> {
    match quirk.choices {
        Choices::Words(choices) => choices.iter().map(|choice| (choice.word.to_owned(), choice.meaning.to_owned())).collect(),
        Choices::Number(most) => {
            vec![("0".to_owned(), "none".to_owned()), (format!("1 to {most}"), "so many".to_owned())]
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
    fn a_quirk_is_told_with_its_choices_and_what_is_known() {
        let text = text(&["unknown_id".to_owned()]).unwrap();
        assert_eq!(
            text,
            "unknown_id\n  What reading an unknown load answers.\n    not_found                    404 `BulkLoadIdNotFoundException` \
             (default; model)\n    bad_request                  400 `InvalidParameterException`\n  documented  the user guide says 400 \
             without a code, the SDK model says 404 `BulkLoadIdNotFoundException`\n  observed    nothing\n  settled by  the status of a \
             random UUID, and of a word that is no UUID\n\nA scenario chooses with `given: {quirks: {unknown_id: bad_request}}`, a \
             running simulator with PATCH /_sim/clusters/<name>/quirks.\n"
        );
    }

    #[test]
    fn all_are_told_unless_some_are_named() {
        let text = text(&[]).unwrap();
        assert!(QUIRKS.iter().all(|quirk| text.contains(&format!("{}\n  {}", quirk.name, quirk.question))));
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        assert_eq!(text(&["weather".to_owned()]).unwrap_err().to_string(), "there is no quirk `weather`");
    }
}

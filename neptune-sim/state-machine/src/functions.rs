//! Which function a definition means by a name, an ARN or a substitution.

/// The name of a function in an ARN, a substitution, or a name with a version or alias.
pub(crate) fn short_name(reference: &str) -> &str {
    let name = reference.rsplit_once(":function:").map_or(reference, |(_, name)| name);
    let name = name.strip_prefix("${").and_then(|name| name.split('}').next()).unwrap_or(name);
    name.split([':', '.']).next().unwrap_or(name)
}

/// The function that is meant, among those with these names.
pub(crate) fn find_function<'a>(reference: &str, functions: &[&'a str]) -> Option<&'a str> {
    let name = short_name(reference);
    let exact = functions.iter().find(|function| **function == name);
    exact.or_else(|| functions.iter().find(|function| plain(function) == plain(name))).copied()
}

/// A name without what does not count.
fn plain(name: &str) -> String {
    let mut plain = name.to_lowercase().replace(['_', '-'], "");
    for endings in [["arn", "name"], ["function", "lambda"]] {
        if let Some(shorter) =
            endings.iter().find_map(|ending| plain.strip_suffix(ending)).filter(|shorter| !shorter.is_empty())
        {
            plain = shorter.to_owned();
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::name("check_status")]
    #[case::alias("check_status:live")]
    #[case::arn("arn:aws:lambda:eu-west-1:111122223333:function:check_status")]
    #[case::arn_with_version("arn:aws:lambda:eu-west-1:111122223333:function:check-status:7")]
    #[case::substitution("${CheckStatusArn}")]
    #[case::attribute("${CheckStatusFunction.Arn}")]
    #[case::function_name("${CheckStatusFunctionName}")]
    #[case::alias_of_a_substitution("${CheckStatusFunction.Arn}:live")]
    #[case::substitution_in_an_arn("arn:aws:lambda:us-east-1:1:function:${CheckStatusFunction}")]
    fn a_function_is_found(#[case] reference: &str) {
        assert_eq!(find_function(reference, &["other", "check_status"]), Some("check_status"));
    }

    #[test]
    fn a_function_with_another_name_is_not_found() {
        assert_eq!(find_function("${CheckStatusesArn}", &["other", "check_status"]), None);
        assert_eq!(find_function("arn", &["arn"]), Some("arn"));
    }
}

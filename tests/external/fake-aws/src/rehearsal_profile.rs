//! The profile that rehearsals run with: the checked-in sample, filled in.

/// What stands in the place of the sample's placeholders.
const VALUES: [(&str, &str); 8] = [
    ("<account>", "123456789012"),
    ("<region>", "eu-west-1"),
    ("<cluster name>", "graph-sandbox"),
    ("<characters>", "c0ffee12345"),
    ("<role>", "LoadFromS3"),
    ("<bucket>", "team-sandbox-data"),
    ("<prefix>", "team/loads"),
    ("<resource id>", "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
];
/// What is switched on beside it.
const FUNCTIONS: [(&str, &str); 3] = [
    ("# [functions]", "[functions]"),
    ("# check_bulk_load_status = \"<function>\"", "check_bulk_load_status = \"sandbox-check\""),
    ("# get_load_status = \"<function>\"", "get_load_status = \"sandbox-get\""),
];

/// The text of a profile for rehearsals, with deployed functions. No cluster has it.
pub fn profile_text() -> String {
    let sample = include_str!("../../live/profile.sample.toml").to_owned();
    VALUES.into_iter().chain(FUNCTIONS).fold(sample, |text, (placeholder, value)| text.replace(placeholder, value))
}

#[cfg(test)]
mod tests {
    use neptune_live::Profile;

    use super::*;

    #[test]
    fn the_profile_of_rehearsals_is_one() {
        let profile = Profile::parse("rehearsal.toml", &profile_text()).unwrap();
        assert_eq!(profile.endpoint.host(), "graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com");
        let functions = profile.functions.unwrap();
        assert_eq!([functions.check_bulk_load_status, functions.get_load_status], ["sandbox-check", "sandbox-get"]);
        assert_eq!(profile.role, "arn:aws:iam::123456789012:role/LoadFromS3");
    }
}

//! The profile that rehearsals run with: the checked-in sample, filled in, with functions.

use neptune_live::filled_sample;

/// What is switched on in the sample.
const FUNCTIONS: [(&str, &str); 3] = [
    ("# [functions]", "[functions]"),
    ("# check_bulk_load_status = \"<function>\"", "check_bulk_load_status = \"sandbox-check\""),
    ("# get_load_status = \"<function>\"", "get_load_status = \"sandbox-get\""),
];

/// The text of a profile for rehearsals, with deployed functions. No cluster has it.
pub fn profile_text() -> String {
    FUNCTIONS.into_iter().fold(filled_sample(), |text, (commented, written)| text.replace(commented, written))
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

//! The checked-in sample of a profile, filled in for rehearsals and tests.

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

/// The text of the sample with made-up names, which no cluster has. What it has in comments stays there.
pub fn filled_sample() -> String {
    let sample = include_str!("../../profile.sample.toml").to_owned();
    VALUES.into_iter().fold(sample, |text, (placeholder, value)| text.replace(placeholder, value))
}

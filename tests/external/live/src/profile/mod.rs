//! The profile: which cluster runs may use, and with what. One file for each cluster. It is not committed.

mod check;
mod data;
mod endpoint;
mod error;
mod file;
mod sample;
mod word;

use std::fs;
use std::path::Path;
use std::time::Duration;

pub use data::{Cluster, Functions, Profile};
pub use endpoint::Endpoint;
pub use error::ProfileError;
pub use sample::filled_sample;

impl Profile {
    /// Reads a profile from its file.
    ///
    /// # Errors
    /// The file cannot be read or is no TOML, a key is missing, unknown or of another type, or a value cannot be or does not fit the
    /// others.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| ProfileError::unreadable(&file, &error))?;
        Self::parse(&file, &text)
    }

    /// Takes a profile from the text of its file, which is named in errors.
    ///
    /// # Errors
    /// As [`Profile::read`], reading aside.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let written = toml::from_str(text).map_err(|error| ProfileError::shape(file, text, &error))?;
        check::profile(&written).map_err(|complaint| ProfileError::new(file, text, complaint))
    }
}

impl Profile {
    /// The same for a run that may take less time, as `--budget` says. It cannot be given more: the profile says how long
    /// the cluster may be used.
    ///
    /// # Errors
    /// That is more than the file's `budget_minutes`.
    pub fn with_budget(self, budget: Duration) -> Result<Self, String> {
        if budget <= self.budget {
            return Ok(Self { budget, ..self });
        }
        let minutes = crate::estimate::minutes(self.budget);
        Err(format!(
            "`--budget` can only lower the profile's `budget_minutes`, which is {minutes}: ask for less, or raise it in the profile"
        ))
    }
}

/// The word of a name that means that people depend on the resource, if there is one.
pub(crate) use word::forbidden_word;

#[cfg(test)]
pub(crate) mod tests {
    use rstest::rstest;

    use super::*;

    /// The sample, with its placeholders filled and its comments left in.
    pub(crate) fn filled() -> String {
        filled_sample().replace("<function>", "sandbox-status")
    }

    pub(crate) fn profile() -> Profile {
        Profile::parse("sandbox.toml", &filled()).unwrap()
    }

    fn refused(text: &str) -> String {
        Profile::parse("sandbox.toml", text).unwrap_err().to_string()
    }

    /// The number of the line that begins with a key, as errors show it.
    fn line_of(text: &str, key: &str) -> String {
        let line = text.lines().position(|line| line.starts_with(key)).unwrap() + 1;
        format!("sandbox.toml:{line}: ")
    }

    #[test]
    fn the_sample_is_a_profile_once_it_is_filled_in() {
        let profile = profile();
        assert_eq!(profile.cluster.name, "graph-sandbox");
        assert_eq!(profile.endpoint.host(), "graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com");
        assert_eq!((profile.max_existing, profile.large_vertices, profile.budget), (100_000, 50_000, Duration::from_mins(30)));
        assert_eq!((profile.tunnel, profile.functions), (None, None));
    }

    #[test]
    fn what_the_sample_leaves_out_can_be_put_in() {
        let commented =
            ["max_existing", "large_vertices", "tunnel", "[functions]", "check_bulk_load_status", "get_load_status"];
        let text = commented.into_iter().fold(filled(), |text, key| {
            let line = format!("# {key}");
            assert!(text.contains(&line), "the sample has no {line}");
            text.replace(&line, key)
        });
        let profile = Profile::parse("sandbox.toml", &text).unwrap();
        assert_eq!(profile.tunnel, Some("127.0.0.1:8182".parse().unwrap()));
        assert_eq!(profile.functions.unwrap().get_load_status, "sandbox-status");
    }

    #[test]
    fn the_sample_as_it_is_is_refused() {
        let error = refused(include_str!("../../profile.sample.toml"));
        assert!(error.ends_with("`account`: `<account>` is no account: write its twelve digits"), "{error}");
    }

    #[rstest]
    #[case::account("account", "\"12345678901\"", "`12345678901` is no account: write its twelve digits")]
    #[case::region("region", "\"ireland\"", "`ireland` is no region: write it as AWS does, like `eu-west-1`")]
    #[case::region_of_another(
        "region",
        "\"eu-west-2\"",
        "the endpoint is in `eu-west-1`: cluster, bucket and `region` have to be in the same one"
    )]
    #[case::plain_http(
        "endpoint",
        "\"http://graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com:8182\"",
        "`http://graph-sandbox.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com:8182` is no endpoint of a cluster: write \
         `https://NAME.cluster-CHARACTERS.REGION.neptune.amazonaws.com:8182`, as the console shows it, with `https` and the port"
    )]
    #[case::reader(
        "endpoint",
        "\"https://graph-sandbox.cluster-ro-c0ffee12345.eu-west-1.neptune.amazonaws.com:8182\"",
        "that is the reader endpoint, which starts no loads: write the cluster's, without `ro-`"
    )]
    #[case::another_cluster(
        "endpoint",
        "\"https://other.cluster-c0ffee12345.eu-west-1.neptune.amazonaws.com:8182\"",
        "that is the cluster `other`, and `cluster.name` is `graph-sandbox`: both have to name the same one"
    )]
    #[case::role("role", "\"LoadFromS3\"", "`LoadFromS3` is no ARN of a role: write `arn:aws:iam::123456789012:role/NAME`")]
    #[case::role_of_another(
        "role",
        "\"arn:aws:iam::210987654321:role/LoadFromS3\"",
        "the role is of account `210987654321`: name one of `account`, which is `123456789012`"
    )]
    #[case::bucket(
        "bucket",
        "\"s3://data\"",
        "`s3://data` cannot be a bucket: write 3 to 63 lower-case letters, digits, hyphens and dots, without `s3://`"
    )]
    #[case::prefix(
        "prefix",
        "\"/team\"",
        "`/team` cannot be a prefix: write 3 to 200 letters, digits, `_`, `-`, `.` and single slashes, none at its beginning or end"
    )]
    #[case::name(
        "name",
        "\"Graph_Sandbox\"",
        "`Graph_Sandbox` is no name of a cluster: write lower-case letters, digits and hyphens, a letter first"
    )]
    #[case::resource_id(
        "resource_id",
        "\"graph-sandbox\"",
        "`graph-sandbox` is no resource id: write `cluster-` and what follows, as the console shows it among the cluster's details"
    )]
    #[case::production_bucket(
        "bucket",
        "\"team-prod-data\"",
        "`team-prod-data` has the word `prod` in it: name one that is there for tests"
    )]
    #[case::live_prefix("prefix", "\"team/live\"", "`team/live` has the word `live` in it: name one that is there for tests")]
    #[case::production_role(
        "role",
        "\"arn:aws:iam::123456789012:role/ProductionLoad\"",
        "`arn:aws:iam::123456789012:role/ProductionLoad` has the word `production` in it: name one that is there for tests"
    )]
    #[case::production_cluster(
        "name",
        "\"prod-graph\"",
        "`prod-graph` has the word `prod` in it: name one that is there for tests"
    )]
    fn a_value_that_cannot_be_is_refused(#[case] key: &str, #[case] value: &str, #[case] complaint: &str) {
        let filled = filled();
        let line = filled.lines().find(|line| line.starts_with(&format!("{key} ="))).unwrap();
        let text = filled.replace(line, &format!("{key} = {value}"));
        let shown = if ["name", "resource_id"].contains(&key) { format!("cluster.{key}") } else { key.to_owned() };
        assert_eq!(refused(&text), format!("{}`{shown}`: {complaint}", line_of(&text, key)));
    }

    #[rstest]
    #[case::tunnel_elsewhere(
        "tunnel = \"10.0.0.1:8182\"",
        "`tunnel`: `10.0.0.1:8182` is no address of this machine: write the one where the tunnel listens, like `127.0.0.1:8182`"
    )]
    #[case::tunnel_without_port(
        "tunnel = \"localhost\"",
        "`tunnel`: `localhost` is no address of this machine: write the one where the tunnel listens, like `127.0.0.1:8182`"
    )]
    #[case::function(
        "functions = {check_bulk_load_status = \"a\", get_load_status = \"arn:aws:lambda:x\"}",
        "`functions.get_load_status`: `arn:aws:lambda:x` is no name of a function: write up to 64 letters, digits, `-` and `_`"
    )]
    #[case::live_function(
        "functions = {check_bulk_load_status = \"check-live\", get_load_status = \"b\"}",
        "`functions.check_bulk_load_status`: `check-live` has the word `live` in it: name one that is there for tests"
    )]
    fn an_option_that_cannot_be_is_refused(#[case] line: &str, #[case] complaint: &str) {
        assert_eq!(refused(&format!("{line}\n{}", filled())), format!("sandbox.toml:1: {complaint}"));
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused() {
        let error = refused(&format!("force = true\n{}", filled()));
        assert!(error.starts_with("sandbox.toml:1: unknown field `force`, expected one of `account`, `region`,"), "{error}");
        assert!(error.ends_with("; tests/external/live/profile.sample.toml has every key"), "{error}");
    }

    #[rstest]
    #[case::top_level("account")]
    #[case::nested("resource_id")]
    fn a_key_that_is_missing_is_named(#[case] key: &str) {
        let filled = filled();
        let line = filled.lines().find(|line| line.starts_with(key)).unwrap();
        let error = refused(&filled.replace(line, ""));
        assert!(
            error.contains(&format!(": missing field `{key}`; tests/external/live/profile.sample.toml has every key")),
            "{error}"
        );
    }

    #[rstest]
    #[case::text("\"long\"", "invalid type: string \"long\"")]
    #[case::no_time("0", "invalid value: integer `0`")]
    fn a_budget_is_at_least_a_minute(#[case] value: &str, #[case] complaint: &str) {
        let text = filled().replace("budget_minutes = 30", &format!("budget_minutes = {value}"));
        let error = refused(&text);
        assert!(error.starts_with(&format!("{}{complaint}", line_of(&text, "budget_minutes"))), "{error}");
    }

    #[rstest]
    #[case::few(1000, None)]
    #[case::many(80_000, None)]
    #[case::too_few(999, Some("`999` vertices cannot be the large dataset: write 1000 to 80000"))]
    #[case::too_many(80_001, Some("`80001` vertices cannot be the large dataset: write 1000 to 80000"))]
    fn the_large_dataset_is_neither_too_small_nor_too_large(#[case] vertices: u32, #[case] complaint: Option<&str>) {
        let parsed = Profile::parse("sandbox.toml", &format!("large_vertices = {vertices}\n{}", filled()));
        let found = parsed.map(|profile| profile.large_vertices).map_err(|error| error.to_string());
        assert_eq!(found, complaint.map_or(Ok(vertices), |text| Err(format!("sandbox.toml:1: `large_vertices`: {text}"))));
    }

    #[rstest]
    #[case::less(90)]
    #[case::the_same(30 * 60)]
    fn a_run_may_be_given_less_time(#[case] secs: u64) {
        let budget = Duration::from_secs(secs);
        assert_eq!(profile().with_budget(budget), Ok(Profile { budget, ..profile() }));
    }

    #[test]
    fn no_run_is_given_more_time_than_the_profile_has() {
        let lowered = profile().with_budget(Duration::from_mins(10)).unwrap();
        assert_eq!(
            lowered.with_budget(Duration::from_secs(601)).unwrap_err(),
            "`--budget` can only lower the profile's `budget_minutes`, which is 10: ask for less, or raise it in the profile"
        );
        assert!(profile().with_budget(Duration::from_mins(31)).is_err());
    }

    #[test]
    fn a_file_that_is_not_there_says_how_to_make_it() {
        let error = Profile::read(Path::new("nowhere/sandbox.toml")).unwrap_err().to_string();
        assert!(error.starts_with("nowhere/sandbox.toml: cannot be read: "), "{error}");
        assert!(error.ends_with(": copy tests/external/live/profile.sample.toml there, and fill it in"), "{error}");
    }
}

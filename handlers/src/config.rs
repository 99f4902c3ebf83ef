//! The settings of the functions that ask Neptune, read once from environment variables that the caller passes in.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use neptune_text::parse_duration;

use crate::config_error::ConfigError;
use crate::connect_to::ConnectTo;
use crate::credentials::{CredentialEndpoint, FULL_URI, TOKEN};
use crate::endpoint::{DefaultPort, Endpoint, NEPTUNE_PORT};
use crate::retry::RetryPolicy;
use crate::sign::Signer;
use crate::text::excerpt;

/// The variable of AWS's SDKs. A URL in it that names no port means the scheme's own.
const SDK_ENDPOINT: &str = "AWS_ENDPOINT_URL_NEPTUNEDATA";
/// Names in use for the same thing; the first one that is set counts.
const ENDPOINTS: [&str; 4] = [SDK_ENDPOINT, "NEPTUNE_ENDPOINT", "NEPTUNE_CLUSTER_ENDPOINT", "NeptuneEndpoint"];
const PORTS: [&str; 2] = ["NEPTUNE_PORT", "NEPTUNE_CLUSTER_PORT"];
/// The explicit names come first: Lambda always sets `AWS_REGION`, to the function's own region.
const REGIONS: [&str; 4] = ["SERVICE_REGION", "Region", "AWS_REGION", "AWS_DEFAULT_REGION"];

/// The longest time-out. No Lambda function runs longer.
const LONGEST: Duration = Duration::from_mins(15);
/// The most attempts. More would only add load to a cluster that has problems.
const MOST_ATTEMPTS: u32 = 20;

/// Where Neptune is, and the time-outs and retries of requests to it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the loader listens.
    pub endpoint: Endpoint,
    /// Where to open connections, instead of looking the endpoint's name up: a tunnel or a balancer in front of it, say. Names in TLS,
    /// `Host` and signatures stay the endpoint's.
    pub connect_to: Option<ConnectTo>,
    /// Signs every request; `None` sends them unsigned.
    pub signer: Option<Signer>,
    /// The role with which Neptune reads the files of a load that names none.
    pub load_role: Option<String>,
    /// The region of a load that names none: the cluster's.
    pub region: Option<String>,
    /// Certificates to trust besides Amazon's roots.
    pub ca_file: Option<PathBuf>,
    /// Time to open a connection. Default 2 s.
    pub connect_timeout: Duration,
    /// Time for one request, connecting and reading included. Default 5 s.
    pub request_timeout: Duration,
    /// Time for all requests of one invocation. Default 8 s.
    pub time_budget: Duration,
    /// How failed requests are repeated.
    pub retry: RetryPolicy,
    /// Where signatures take their time from. Default: the system's clock.
    pub clock: fn() -> SystemTime,
}

impl Config {
    /// The settings for an endpoint, everything else at its default and requests unsigned.
    fn for_endpoint(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            connect_to: None,
            signer: None,
            load_role: None,
            region: None,
            ca_file: None,
            connect_timeout: Duration::from_secs(2),
            request_timeout: Duration::from_secs(5),
            time_budget: Duration::from_secs(8),
            retry: RetryPolicy::default(),
            clock: SystemTime::now,
        }
    }

    /// Reads the settings from environment variables; a blank variable counts as unset.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong, and what to set.
    pub fn from_variables(variables: &HashMap<String, String>) -> Result<Self, ConfigError> {
        let env = Variables(variables);
        let mut config = Self::for_endpoint(endpoint(&env)?);
        config.connect_to = connect_to(&env, &config.endpoint)?;
        config.signer = signer(&env)?;
        config.load_role = env.get("NEPTUNE_LOAD_ROLE_ARN").map(str::to_owned);
        config.region = env.first(&REGIONS).map(|(_, region)| region.to_owned());
        config.ca_file = env.get("NEPTUNE_CA_FILE").map(PathBuf::from);
        for (name, setting) in [
            ("NEPTUNE_CONNECT_TIMEOUT", &mut config.connect_timeout),
            ("NEPTUNE_REQUEST_TIMEOUT", &mut config.request_timeout),
            ("NEPTUNE_TIME_BUDGET", &mut config.time_budget),
        ] {
            if let Some(text) = env.get(name) {
                *setting = time(name, text)?;
            }
        }
        if let Some(text) = env.get("NEPTUNE_MAX_ATTEMPTS") {
            config.retry.max_attempts =
                text.parse().ok().filter(|attempts| (1..=MOST_ATTEMPTS).contains(attempts)).ok_or_else(|| {
                    ConfigError::invalid("NEPTUNE_MAX_ATTEMPTS", text, "is no number of attempts; write 1 to 20")
                })?;
        }
        Ok(config)
    }
}

/// Variables in which blank means unset.
pub(crate) struct Variables<'a>(pub(crate) &'a HashMap<String, String>);

impl<'a> Variables<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub(crate) fn first(&self, names: &[&'static str]) -> Option<(&'static str, &'a str)> {
        names.iter().find_map(|name| self.get(name).map(|value| (*name, value)))
    }
}

fn endpoint(env: &Variables<'_>) -> Result<Endpoint, ConfigError> {
    let (variable, text) = env.first(&ENDPOINTS).ok_or(ConfigError::Missing {
        variable: "NEPTUNE_ENDPOINT",
        remedy: "set it to the cluster's host name, such as `my-cluster.cluster-abc.eu-west-1.neptune.amazonaws.com`",
    })?;
    let default_port = match variable {
        SDK_ENDPOINT if text.contains("://") => DefaultPort::OfScheme,
        _ => DefaultPort::Is(port(env)?),
    };
    // The value is not quoted: what is wrong with it may be that it carries a password.
    Endpoint::parse(text, default_port).map_err(|problem| ConfigError::Invalid { variable, problem })
}

fn port(env: &Variables<'_>) -> Result<u16, ConfigError> {
    let Some((variable, text)) = env.first(&PORTS) else { return Ok(NEPTUNE_PORT) };
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| ConfigError::invalid(variable, text, "is no port; write a number from 1 to 65535, such as 8182"))
}

fn connect_to(env: &Variables<'_>, endpoint: &Endpoint) -> Result<Option<ConnectTo>, ConfigError> {
    const NAME: &str = "NEPTUNE_CONNECT_TO";
    let Some(text) = env.get(NAME) else { return Ok(None) };
    let way = ConnectTo::parse(text).map_err(|problem| ConfigError::invalid(NAME, text, problem))?;
    if endpoint.is_named() {
        return Ok(Some(way));
    }
    let problem =
        "takes the place of an endpoint's name, and the endpoint is an IP address; name the cluster in NEPTUNE_ENDPOINT";
    Err(ConfigError::invalid(NAME, text, problem))
}

fn signer(env: &Variables<'_>) -> Result<Option<Signer>, ConfigError> {
    let keys = (env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY"));
    // Lambda gives a function that it restores from a snapshot an endpoint for its keys, and no keys (documented).
    let endpoint = env.get(FULL_URI).filter(|_| keys == (None, None));
    match env.get("NEPTUNE_IAM_AUTH").map(str::to_ascii_lowercase).as_deref() {
        Some("off") => return Ok(None),
        None | Some("auto") if keys == (None, None) && endpoint.is_none() => return Ok(None),
        None | Some("auto" | "on") => {}
        Some(other) => {
            return Err(ConfigError::invalid("NEPTUNE_IAM_AUTH", other, "is no choice; write `auto`, `on` or `off`"));
        }
    }
    let missing = |variable, remedy| ConfigError::Missing { variable, remedy };
    let region = || {
        let found = env.first(&REGIONS).map(|(_, region)| region);
        found.ok_or_else(|| {
            missing("AWS_REGION", "requests are signed for the cluster's region; set it, or NEPTUNE_IAM_AUTH=off")
        })
    };
    if let Some(url) = endpoint {
        return Ok(Some(Signer::from_endpoint(CredentialEndpoint::new(url, env.get(TOKEN))?, region()?)));
    }
    let remedy = "requests cannot be signed without it; give the function a role, or set NEPTUNE_IAM_AUTH=off";
    let id = keys.0.ok_or_else(|| missing("AWS_ACCESS_KEY_ID", remedy))?;
    let secret = keys.1.ok_or_else(|| missing("AWS_SECRET_ACCESS_KEY", remedy))?;
    Ok(Some(Signer::new(id, secret, env.get("AWS_SESSION_TOKEN"), region()?)))
}

/// Reads `250ms`, `1.5s` or `1m`: more than zero, at most 15 minutes.
fn time(variable: &'static str, text: &str) -> Result<Duration, ConfigError> {
    let text = excerpt(text, 100);
    match parse_duration(&text) {
        Ok(time) if !time.is_zero() && time <= LONGEST => Ok(time),
        Ok(_) => Err(ConfigError::invalid(variable, &text, "is out of range: write more than zero and at most `15m`")),
        Err(error) => Err(ConfigError::Invalid { variable, problem: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::error::{ErrorName, StatusError};

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_variables(&variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn one_variable_is_enough() {
        let config = config(&[("NEPTUNE_ENDPOINT", "db.example.com")]).unwrap();
        assert_eq!(config.endpoint.to_string(), "https://db.example.com:8182");
        assert!(config.signer.is_none() && config.ca_file.is_none() && config.connect_to.is_none());
        let times = [config.connect_timeout, config.request_timeout, config.time_budget].map(|time| time.as_secs());
        assert_eq!(times, [2, 5, 8]);
        assert_eq!(config.retry.max_attempts, 3);
    }

    #[rstest]
    #[case::sdk_first(
        &[("NEPTUNE_ENDPOINT", "b"), ("AWS_ENDPOINT_URL_NEPTUNEDATA", "http://a")], "http://a"
    )]
    #[case::sdk_url_ignores_the_port(&[("AWS_ENDPOINT_URL_NEPTUNEDATA", "https://a"), ("NEPTUNE_PORT", "1")], "https://a")]
    #[case::sdk_with_a_bare_host(&[("AWS_ENDPOINT_URL_NEPTUNEDATA", "a")], "https://a:8182")]
    #[case::blank_means_unset(&[("NEPTUNE_ENDPOINT", " "), ("NeptuneEndpoint", "https://c:1/")], "https://c:1")]
    #[case::cluster_endpoint(&[("NEPTUNE_CLUSTER_ENDPOINT", "b"), ("NEPTUNE_CLUSTER_PORT", "9000")], "https://b:9000")]
    #[case::port_for_a_url(&[("NEPTUNE_ENDPOINT", "http://b"), ("NEPTUNE_PORT", "9000")], "http://b:9000")]
    #[case::own_port_wins(&[("NEPTUNE_ENDPOINT", "b:1"), ("NEPTUNE_PORT", "9000")], "https://b:1")]
    fn the_first_endpoint_counts(#[case] variables: &[(&str, &str)], #[case] endpoint: &str) {
        assert_eq!(config(variables).unwrap().endpoint.to_string(), endpoint);
    }

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-secret")];

    #[rstest]
    #[case::auto_without_keys(&[], None)]
    #[case::auto_with_keys(&[KEYS[0], KEYS[1], ("AWS_REGION", "eu-west-1")], Some("eu-west-1"))]
    #[case::off(&[KEYS[0], KEYS[1], ("NEPTUNE_IAM_AUTH", "OFF")], None)]
    #[case::on(&[KEYS[0], KEYS[1], ("NEPTUNE_IAM_AUTH", "on"), ("AWS_DEFAULT_REGION", "a")], Some("a"))]
    #[case::explicit_region_first(&[KEYS[0], KEYS[1], ("AWS_REGION", "a"), ("Region", "b")], Some("b"))]
    fn requests_are_signed_when_there_are_keys(#[case] variables: &[(&str, &str)], #[case] region: Option<&str>) {
        let signer = config(&[variables, &[("NEPTUNE_ENDPOINT", "db")]].concat()).unwrap().signer;
        let shown = signer.map(|signer| format!("{signer:?}"));
        assert_eq!(shown, region.map(|region| format!("Signer {{ region: {region:?}, .. }}")));
    }

    #[rstest]
    #[case::no_endpoint(&[], "NEPTUNE_ENDPOINT is not set; set it to the cluster's host name")]
    #[case::password(&[("NeptuneEndpoint", "https://u:hunter2@db")], "NeptuneEndpoint carries a user name or password")]
    #[case::port(&[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_PORT", "0")], "NEPTUNE_PORT `0` is no port")]
    #[case::time(&[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_TIME_BUDGET", "8")], "NEPTUNE_TIME_BUDGET `8` has no unit: write `8s`")]
    #[case::zero(
        &[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_TIME_BUDGET", "0s")],
        "NEPTUNE_TIME_BUDGET `0s` is out of range: write more than zero and at most `15m`"
    )]
    #[case::attempts(&[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_MAX_ATTEMPTS", "0")], "NEPTUNE_MAX_ATTEMPTS `0` is no number")]
    #[case::auth(&[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_IAM_AUTH", "yes")], "NEPTUNE_IAM_AUTH `yes` is no choice")]
    #[case::no_port_for_a_name(
        &[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_CONNECT_TO", "balancer")],
        "NEPTUNE_CONNECT_TO `balancer` is no name or address with a port; write both, such as `127.0.0.1:9182`"
    )]
    #[case::a_path_of_neptunes(
        &[("AWS_ENDPOINT_URL_NEPTUNEDATA", "https://db:8182/loader")],
        "AWS_ENDPOINT_URL_NEPTUNEDATA ends in `/loader`, which is one of Neptune's paths"
    )]
    #[case::no_port_to_connect_to(
        &[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_CONNECT_TO", "127.0.0.1:0")],
        "NEPTUNE_CONNECT_TO `127.0.0.1:0` is no name or address with a port"
    )]
    #[case::no_name_to_keep(
        &[("NEPTUNE_ENDPOINT", "https://[::1]:8182"), ("NEPTUNE_CONNECT_TO", "127.0.0.1:9182")],
        "NEPTUNE_CONNECT_TO `127.0.0.1:9182` takes the place of an endpoint's name, and the endpoint is an IP address; name"
    )]
    #[case::no_keys(&[("NEPTUNE_ENDPOINT", "db"), ("NEPTUNE_IAM_AUTH", "on")], "AWS_ACCESS_KEY_ID is not set")]
    #[case::half_a_key(&[("NEPTUNE_ENDPOINT", "db"), KEYS[0]], "AWS_SECRET_ACCESS_KEY is not set")]
    #[case::no_region(&[("NEPTUNE_ENDPOINT", "db"), KEYS[0], KEYS[1]], "AWS_REGION is not set")]
    fn errors_name_the_variable_and_the_remedy(#[case] variables: &[(&str, &str)], #[case] message: &str) {
        let error = StatusError::from(config(variables).unwrap_err());
        assert_eq!(error.name, ErrorName::ConfigurationError);
        assert!(error.message.starts_with(message), "{}", error.message);
        assert!(!error.message.contains("hunter2"));
    }

    #[rstest]
    #[case::milliseconds("250ms", Some(250))]
    #[case::seconds("5s", Some(5_000))]
    #[case::minutes("15m", Some(900_000))]
    #[case::too_long("16m", None)]
    #[case::zero("0s", None)]
    #[case::bare("5", None)]
    #[case::fraction("1.5s", Some(1_500))]
    #[case::too_fine("0.1ms", None)]
    #[case::negative("-1s", None)]
    #[case::spaced("5 s", Some(5_000))]
    #[case::huge("99999999999s", None)]
    fn times_carry_their_unit(#[case] text: &str, #[case] millis: Option<u64>) {
        assert_eq!(time("NEPTUNE_TIME_BUDGET", text).ok(), millis.map(Duration::from_millis));
    }

    #[test]
    fn debug_shows_no_credential() {
        let variables =
            [KEYS[0], KEYS[1], ("AWS_SESSION_TOKEN", "session-token"), ("AWS_REGION", "a"), ("NEPTUNE_ENDPOINT", "db")];
        let shown = format!("{:?}", config(&variables).unwrap());
        for secret in ["AKIDEXAMPLE", "secret-secret", "session-token"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_time_text_panics(text in ".*") {
            let _ = time("NEPTUNE_TIME_BUDGET", &text);
        }
    }
}

//! Where S3 is, and what requests are signed with, from environment variables.

use std::collections::HashMap;
use std::fs;

use super::error::FileError;
use crate::config::Variables;
use crate::config_error::ConfigError;
use crate::credentials::{CredentialEndpoint, FULL_URI, TOKEN};
use crate::endpoint::{DefaultPort, Endpoint};
use crate::sign::Signer;
use crate::tls;

/// As AWS's SDKs know it; the first that is set counts.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// As AWS's SDKs know it: a PEM file with certificates to trust besides Amazon's roots.
const CA_FILE: &str = "AWS_CA_BUNDLE";
const MEMORY: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// What the environment says.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) endpoint: Endpoint,
    pub(super) signer: Signer,
    pub(super) roots: Vec<reqwest::Certificate>,
    /// How much memory the function has, in bytes.
    pub(super) memory: usize,
}

impl Setup {
    /// # Errors
    /// `ConfigurationError` names the variable that is missing or wrong.
    pub(super) fn from_variables(variables: &HashMap<String, String>) -> Result<Self, FileError> {
        let env = Variables(variables);
        let region = env.first(&REGIONS).map(|(_, region)| region);
        let region = region.ok_or(missing("AWS_REGION", "requests are signed for the region of the bucket; set it"))?;
        let of_aws = format!("https://s3.{region}.amazonaws.com");
        let (variable, endpoint) = env.first(&ENDPOINTS).unwrap_or((ENDPOINTS[0], &of_aws));
        let endpoint = Endpoint::parse(endpoint, DefaultPort::OfScheme);
        Ok(Self {
            endpoint: endpoint.map_err(|problem| ConfigError::Invalid { variable, problem })?,
            signer: signer(&env, region)?,
            roots: roots(&env)?,
            // Lambda always sets it; elsewhere, this is what a small machine has.
            memory: env.get(MEMORY).and_then(|text| text.parse().ok()).unwrap_or(1024_usize).saturating_mul(1024 * 1024),
        })
    }
}

fn signer(env: &Variables<'_>, region: &str) -> Result<Signer, ConfigError> {
    let keys = (env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY"));
    match (keys, env.get(FULL_URI)) {
        ((Some(id), Some(secret)), _) => Ok(Signer::new(id, secret, env.get("AWS_SESSION_TOKEN"), region)),
        ((None, None), Some(url)) => Ok(Signer::from_endpoint(CredentialEndpoint::new(url, env.get(TOKEN))?, region)),
        _ => {
            let remedy =
                "requests to S3 cannot be signed without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; give the function a role";
            Err(missing(if keys.0.is_some() { "AWS_SECRET_ACCESS_KEY" } else { "AWS_ACCESS_KEY_ID" }, remedy))
        }
    }
}

fn roots(env: &Variables<'_>) -> Result<Vec<reqwest::Certificate>, ConfigError> {
    let invalid = |problem: String| ConfigError::Invalid { variable: CA_FILE, problem };
    let extra = env.get(CA_FILE).map(fs::read).transpose().map_err(|error| invalid(format!("cannot be read: {error}")))?;
    tls::trusted_roots(extra.as_deref()).map_err(|problem| invalid(problem.to_owned()))
}

fn missing(variable: &'static str, remedy: &'static str) -> ConfigError {
    ConfigError::Missing { variable, remedy }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::error::FileErrorName;
    use super::*;

    const ROLE: [(&str, &str); 3] =
        [("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-secret")];

    fn setup(variables: &[(&str, &str)]) -> Result<Setup, FileError> {
        Setup::from_variables(&variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[rstest]
    #[case::of_aws(&[], "https://s3.eu-west-1.amazonaws.com")]
    #[case::another(&[("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000"), ("AWS_ENDPOINT_URL", "http://b")], "http://127.0.0.1:9000")]
    fn a_role_is_enough(#[case] more: &[(&str, &str)], #[case] endpoint: &str) {
        let setup = setup(&[&ROLE[..], more].concat()).unwrap();
        assert_eq!(setup.endpoint.to_string(), endpoint);
        assert!(!format!("{setup:?}").contains("secret-secret"));
    }

    #[rstest]
    #[case::no_region(&ROLE[1..], "AWS_REGION is not set")]
    #[case::half_a_key(&ROLE[..2], "AWS_SECRET_ACCESS_KEY is not set")]
    #[case::no_url(&[ROLE[0], ROLE[1], ROLE[2], ("AWS_ENDPOINT_URL_S3", "ftp://x")], "AWS_ENDPOINT_URL_S3 has the scheme")]
    fn errors_name_the_variable(#[case] variables: &[(&str, &str)], #[case] message: &str) {
        let error = setup(variables).unwrap_err();
        assert_eq!(error.name, FileErrorName::ConfigurationError);
        assert!(error.message.starts_with(message), "{error}");
    }
}

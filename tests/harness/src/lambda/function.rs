//! What is deployed: a name, a binary and its configuration.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, as in the ARN.
    pub name: String,
    /// The executable, absolute. Lambda knows it as `bootstrap`.
    pub binary: PathBuf,
    /// The function's own environment variables. They win over those of Lambda, so that a test can set a region.
    ///
    /// Lambda passes credentials to a function. The harness has none, so a function that signs needs them from here.
    pub environment: BTreeMap<String, String>,
}

impl Function {
    /// The whole environment of a process of this function. Nothing of the harness's own environment is in it.
    ///
    /// The names are the documented ones of an OS-only runtime.
    pub(super) fn variables(&self, runtime_api: SocketAddr) -> BTreeMap<String, String> {
        let task_root = self.binary.parent().map_or_else(String::new, |folder| folder.display().to_string());
        let of_lambda = [
            ("AWS_DEFAULT_REGION", self.region().to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name)),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "1970/01/01/[$LATEST]00000000000000000000000000000000".to_owned()),
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
            ("AWS_REGION", self.region().to_owned()),
            ("LAMBDA_TASK_ROOT", task_root),
            ("LANG", "en_US.UTF-8".to_owned()),
            ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
            ("TZ", ":UTC".to_owned()),
            ("_HANDLER", "bootstrap".to_owned()),
        ];
        let mut variables: BTreeMap<_, _> = of_lambda.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        variables.extend(self.environment.clone());
        variables
    }

    /// The ARN that a caller of the unqualified function name uses. The account is AWS's example account.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:123456789012:function:{}", self.region(), self.name)
    }

    fn region(&self) -> &str {
        self.environment.get("AWS_REGION").map_or("us-east-1", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(environment: &[(&str, &str)]) -> Function {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Function { name: "probe".to_owned(), binary: PathBuf::from("/var/task/bootstrap"), environment }
    }

    #[test]
    fn the_region_of_the_function_is_in_its_arn_and_its_variables() {
        let function = function(&[("AWS_REGION", "eu-west-1"), ("SETTING", "on")]);
        assert_eq!(function.arn(), "arn:aws:lambda:eu-west-1:123456789012:function:probe");
        let variables = function.variables(SocketAddr::from(([127, 0, 0, 1], 9001)));
        assert_eq!(variables["AWS_REGION"], "eu-west-1");
        assert_eq!(variables["AWS_DEFAULT_REGION"], "eu-west-1");
        assert_eq!(variables["SETTING"], "on");
        assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:9001");
        assert_eq!(variables["LAMBDA_TASK_ROOT"], "/var/task");
    }
}

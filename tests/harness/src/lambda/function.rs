//! What is deployed: a name, a binary and its configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::CommandLine;

/// The access key that a command gets unless its function's environment has one: Lambda passes credentials, and many clients send nothing
/// without any. It is no real key; AWS's documentation uses it.
const THROW_AWAY_KEY: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")];

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, as in the ARN.
    pub name: String,
    /// What is started.
    pub program: Program,
    /// The function's own environment variables. They win over those of Lambda, so that a test can set a region.
    ///
    /// Lambda passes credentials to a function. The harness has none, so an executable that signs needs them from here.
    pub environment: BTreeMap<String, String>,
}

/// What is started for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// An executable, absolute, which needs nothing but the operating system. Lambda knows it as `bootstrap`. It gets none of the variables of
    /// this process, as in Lambda.
    Executable(PathBuf),
    /// A command of the machine, such as `python -m awslambdaric app.handler`. It gets what its interpreter needs of the caller's variables,
    /// and all processes that it starts end with it.
    Command(CommandLine),
}

impl Program {
    /// `_HANDLER` and `LAMBDA_TASK_ROOT`, which runtime clients read.
    ///
    /// In a container image, `_HANDLER` is what stands behind the entry point: the argument by which runtime clients get the handler.
    fn handler_and_root(&self) -> (String, String) {
        match self {
            Self::Executable(path) => {
                let folder = path.parent().map_or_else(String::new, |folder| folder.display().to_string());
                ("bootstrap".to_owned(), folder)
            }
            Self::Command(command) => (command.last_word().to_owned(), command.caller().folder().display().to_string()),
        }
    }

    /// The variables that it has beside those of an OS-only runtime, or in place of them.
    fn variables(&self) -> BTreeMap<String, String> {
        match self {
            Self::Executable(_) => BTreeMap::new(),
            Self::Command(command) => {
                let key = THROW_AWAY_KEY.map(|(name, value)| (name.to_owned(), value.to_owned()));
                command.caller().variables().clone().into_iter().chain(key).collect()
            }
        }
    }
}

impl From<PathBuf> for Program {
    fn from(executable: PathBuf) -> Self {
        Self::Executable(executable)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Executable(path) => path.display().fmt(f),
            Self::Command(command) => command.fmt(f),
        }
    }
}

impl Function {
    /// The whole environment of a process of this function: Lambda's variables, what its program adds, and its own.
    ///
    /// The names are the documented ones of an OS-only runtime.
    pub(super) fn variables(&self, runtime_api: SocketAddr) -> BTreeMap<String, String> {
        let (handler, task_root) = self.program.handler_and_root();
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
            ("_HANDLER", handler),
        ];
        let mut variables: BTreeMap<_, _> = of_lambda.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        variables.extend(self.program.variables());
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
    use crate::lambda::Caller;

    fn function(program: impl Into<Program>, environment: &[(&str, &str)]) -> Function {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Function { name: "probe".to_owned(), program: program.into(), environment }
    }

    #[test]
    fn the_region_of_the_function_is_in_its_arn_and_its_variables() {
        let executable = PathBuf::from("/var/task/bootstrap");
        let function = function(executable, &[("AWS_REGION", "eu-west-1"), ("SETTING", "on")]);
        assert_eq!(function.arn(), "arn:aws:lambda:eu-west-1:123456789012:function:probe");
        let variables = function.variables(SocketAddr::from(([127, 0, 0, 1], 9001)));
        assert_eq!(variables["AWS_REGION"], "eu-west-1");
        assert_eq!(variables["AWS_DEFAULT_REGION"], "eu-west-1");
        assert_eq!(variables["SETTING"], "on");
        assert_eq!(variables["AWS_LAMBDA_RUNTIME_API"], "127.0.0.1:9001");
        assert_eq!(variables["LAMBDA_TASK_ROOT"], "/var/task");
    }
    #[test]
    fn a_command_finds_its_interpreter_and_a_handler_and_its_own_variables_win() {
        let words = |text: &str| ["PATH", "HOME", "CARGO_HOME"].map(|name| (name.to_owned(), text.to_owned()));
        let caller = Caller::new("/home/me/app", words("/home/me"));
        let command = CommandLine::parse("python -m awslambdaric app.handler", &caller).unwrap();
        let variables = function(Program::Command(command), &[("AWS_ACCESS_KEY_ID", "AKIDOTHER")])
            .variables(SocketAddr::from(([127, 0, 0, 1], 9001)));
        let of = |name: &str| variables.get(name).map(String::as_str);
        assert_eq!((of("_HANDLER"), of("LAMBDA_TASK_ROOT")), (Some("app.handler"), Some("/home/me/app")));
        assert_eq!((of("PATH"), of("HOME"), of("CARGO_HOME")), (Some("/home/me"), Some("/home/me"), None));
        assert_eq!(of("AWS_ACCESS_KEY_ID"), Some("AKIDOTHER"));
        assert!(of("AWS_SECRET_ACCESS_KEY").is_some());
    }
}

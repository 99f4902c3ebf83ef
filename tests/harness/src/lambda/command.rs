//! A command that runs a function, as a user types it, and what it takes over from the one who typed it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fmt, io};

/// The caller's variables that a command gets: what interpreters and their version managers need to find themselves and their packages, and
/// where files may be written.
///
/// None of them configures AWS, a proxy or the function: the result would depend on the machine, and a request could reach a real account.
/// Those of cargo and of this project are left out with all others. A command that needs another one sets it: `env NAME=value python …`.
const INHERITED: [&str; 24] = [
    "CONDA_PREFIX",
    "DOTNET_ROOT",
    "DYLD_LIBRARY_PATH",
    "GEM_HOME",
    "GEM_PATH",
    "HOME",
    "JAVA_HOME",
    "LD_LIBRARY_PATH",
    "LOGNAME",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NVM_DIR",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "RBENV_ROOT",
    "RUBYLIB",
    "TMPDIR",
    "USER",
    "VIRTUAL_ENV",
    "VOLTA_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];
/// The same by how they begin: Python alone has dozens.
const INHERITED_BEGINNINGS: [&str; 3] = ["ASDF_", "MISE_", "PYTHON"];

/// Where a command was typed: a folder, and the variables that commands there get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    program: String,
    arguments: Vec<String>,
    caller: Caller,
}

/// Why a text is not a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is no word in it.
    #[error("there is no command: write a program with its arguments, such as `python -m awslambdaric app.handler`")]
    Empty,
    /// A quotation mark has no partner, or nothing follows a backslash.
    #[error("a quotation mark is not closed, or nothing follows a backslash")]
    Unclosed,
}

impl Caller {
    /// A caller in this folder, with those of the variables that commands get.
    pub fn new(folder: impl Into<PathBuf>, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let is_inherited =
            |name: &str| INHERITED.contains(&name) || INHERITED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning));
        let variables = variables.into_iter().filter(|(name, _)| is_inherited(name)).collect();
        Self { folder: folder.into(), variables }
    }

    /// The caller of this process. Variables that are not Unicode are left out.
    ///
    /// # Errors
    /// The working folder is gone.
    pub fn of_this_process() -> io::Result<Self> {
        let variables = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self::new(env::current_dir()?, variables))
    }

    /// The same caller in another folder.
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ..self }
    }

    /// The folder, in which commands are started.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }
}

impl CommandLine {
    /// Splits a text into words as a POSIX shell does: at blanks, with single and double quotation marks and backslashes, and up to a `#` that
    /// begins a word. Nothing is expanded: no variables, no `~`, no wildcards; and there are no pipes. For those, write `sh -c '…'`.
    ///
    /// # Errors
    /// There is no word in it, or a quotation mark is not closed.
    pub fn parse(text: &str, caller: &Caller) -> Result<Self, CommandError> {
        let mut words = shlex::split(text).ok_or(CommandError::Unclosed)?.into_iter();
        let program = words.next().filter(|program| !program.is_empty()).ok_or(CommandError::Empty)?;
        Ok(Self { program, arguments: words.collect(), caller: caller.clone() })
    }

    /// The program: a path, or a name to be looked up in `PATH`. A path that is not absolute begins in the caller's folder.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Its arguments.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(super) fn last_word(&self) -> &str {
        self.arguments.last().unwrap_or(&self.program)
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<String>, CommandError> {
        let command = CommandLine::parse(text, &Caller::new("/", []))?;
        Ok([vec![command.program().to_owned()], command.arguments().to_vec()].concat())
    }

    #[test]
    fn a_command_is_split_as_a_shell_splits_it() {
        assert_eq!(words("python -m 'my app' \"a b\" c\\ d").unwrap(), ["python", "-m", "my app", "a b", "c d"]);
        assert_eq!(words("echo $HOME ~ *.py").unwrap(), ["echo", "$HOME", "~", "*.py"]);
        for text in ["", "  ", "''"] {
            assert_eq!(words(text).unwrap_err(), CommandError::Empty, "{text:?}");
        }
        for text in ["python 'a", "python \\", "\"a"] {
            assert_eq!(words(text).unwrap_err(), CommandError::Unclosed, "{text:?}");
        }
    }

    #[test]
    fn a_command_gets_what_interpreters_need_and_nothing_that_configures_a_function() {
        let given = [
            "PATH",
            "HOME",
            "VIRTUAL_ENV",
            "PYTHONPATH",
            "NODE_PATH",
            "PYENV_ROOT",
            "AWS_PROFILE",
            "AWS_ACCESS_KEY_ID",
            "HTTPS_PROXY",
            "NEPTUNE_ENDPOINT",
            "NEPTUNE_IT_RESULTS",
            "CARGO_MANIFEST_DIR",
            "RUST_LOG",
        ];
        let caller = Caller::new("/", given.map(|name| (name.to_owned(), "x".to_owned())));
        let kept: Vec<_> = caller.variables().keys().map(String::as_str).collect();
        assert_eq!(kept, ["HOME", "NODE_PATH", "PATH", "PYENV_ROOT", "PYTHONPATH", "VIRTUAL_ENV"]);
    }
}

//! What an engine needs on this machine, and how its driver is started.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{fmt, fs, io};

use std::path::Path;

/// What runs a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// moto 5.2.5, in Python. It knows JSONPath and `JSONata`, and the whole history.
    Moto,
    /// aws-local-stepfunctions 3.0.0, in Node. It knows JSONPath only.
    Node,
}

/// Where the tools of the engines are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tools {
    /// The Python that has moto. Default: `python3`.
    pub python: PathBuf,
    /// Node 22 or newer. Default: `node`.
    pub node: PathBuf,
    /// The folder in whose `node_modules`, or in those of the folders above, the package is. Default: the working folder.
    pub node_folder: PathBuf,
}

impl Default for Tools {
    fn default() -> Self {
        Self { python: "python3".into(), node: "node".into(), node_folder: ".".into() }
    }
}

/// The files of a driver, the one that is started first: their names and texts.
type Files = &'static [(&'static str, &'static str)];

const MOTO: Files = &[
    ("driver.py", include_str!("moto/driver.py")),
    ("as_aws.py", include_str!("moto/as_aws.py")),
    ("history.py", include_str!("moto/history.py")),
    ("results.py", include_str!("moto/results.py")),
    ("services.py", include_str!("moto/services.py")),
    ("virtual_time.py", include_str!("moto/virtual_time.py")),
];
const NODE: Files = &[
    ("driver.mjs", include_str!("node/driver.mjs")),
    ("clock.mjs", include_str!("node/clock.mjs")),
    ("data_limit.mjs", include_str!("node/data_limit.mjs")),
    ("execution.mjs", include_str!("node/execution.mjs")),
    ("history.mjs", include_str!("node/history.mjs")),
    ("host.mjs", include_str!("node/host.mjs")),
];

impl EngineKind {
    /// The command that installs what it needs.
    pub fn install(self) -> &'static str {
        match self {
            Self::Moto => "python3 -m pip install 'moto[stepfunctions]==5.2.5' jsonata-python==0.7.1",
            Self::Node => "npm install node@22 aws-local-stepfunctions@3.0.0 && PATH=\"$PWD/node_modules/.bin:$PATH\"",
        }
    }

    /// Writes the driver into a folder; returns the command that starts it, and lets it listen at this socket.
    pub(crate) fn driver(self, tools: &Tools, folder: &Path, socket: &Path) -> io::Result<Command> {
        let (program, files): (_, Files) = match self {
            Self::Moto => (&tools.python, MOTO),
            Self::Node => (&tools.node, NODE),
        };
        for (name, text) in files {
            fs::write(folder.join(name), text)?;
        }
        let mut command = Command::new(program);
        command.arg(folder.join(files[0].0)).arg(socket);
        if self == Self::Node {
            command.arg(std::path::absolute(&tools.node_folder)?);
        }
        for variable in
            ["AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "NODE_OPTIONS"]
        {
            command.env_remove(variable);
        }
        command.envs([
            // moto reads times in the zone of the machine.
            ("TZ", "UTC"),
            ("NO_PROXY", "*"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ]);
        // The driver ends when its standard input does: with the process that has started it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Moto => "moto",
            Self::Node => "node",
        })
    }
}

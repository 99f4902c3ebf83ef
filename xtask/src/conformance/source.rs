//! Where the service model comes from: a file, or the botocore that python3 has.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Prints botocore's version on a line, then its newest model of the service.
const SCRIPT: &str = "
import botocore, botocore.loaders, glob, gzip, os, sys
loader = botocore.loaders.Loader()
version = loader.determine_latest_version('neptunedata', 'service-2')
path = os.path.join(loader.BUILTIN_DATA_PATH, 'neptunedata', version, 'service-2.json')
read = gzip.open if os.path.exists(path + '.gz') else open
text = read(path + '.gz' if read is gzip.open else path, 'rb').read()
sys.stdout.buffer.write(botocore.__version__.encode() + b'\\n' + text)
";

/// A service model as AWS ships it.
pub(super) struct Source {
    /// The release of botocore that it is part of, if that is known.
    pub(super) botocore: Option<String>,
    /// The JSON.
    pub(super) text: Vec<u8>,
}

impl Source {
    /// Reads a file, unpacked or as botocore packs it (`.gz`).
    pub(super) fn from_file(path: &Path) -> Result<Self> {
        let text = if path.extension().is_some_and(|kind| kind == "gz") {
            fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            output(Command::new("gzip").args(["--decompress", "--stdout"]).arg(path))?
        } else {
            fs::read(path).with_context(|| format!("cannot read {}", path.display()))?
        };
        Ok(Self { botocore: None, text })
    }

    /// Asks python3.
    pub(super) fn from_python() -> Result<Self> {
        let reported = output(Command::new("python3").args(["-c", SCRIPT]).stderr(Stdio::null()))
            .context("python3 has no botocore with a model of neptunedata: install it, or name the file with --model")?;
        let line = reported.iter().position(|byte| *byte == b'\n').context("python3 reported no version of botocore")?;
        let version = String::from_utf8_lossy(&reported[..line]).into_owned();
        Ok(Self { botocore: Some(version), text: reported[line + 1..].to_vec() })
    }
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}

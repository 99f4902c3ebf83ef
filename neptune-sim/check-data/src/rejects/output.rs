//! A file that is there as soon as something is written to it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use neptune_report::WriteError;

use super::failure::Failure;

/// A file that does not exist yet, and what it begins with.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    start: Vec<u8>,
    file: Option<BufWriter<File>>,
}

impl Output {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, start: Vec::new(), file: None }
    }

    /// Before whatever is written, once.
    pub(super) fn begin_with(&mut self, start: &[u8]) {
        start.clone_into(&mut self.start);
    }

    pub(super) fn write(&mut self, parts: &[&[u8]]) -> Result<(), Failure> {
        let write = |file: &mut BufWriter<File>| parts.iter().try_for_each(|part| file.write_all(part));
        self.file().and_then(write).map_err(|error| self.error(error))
    }

    /// Writes all that is left of an input.
    pub(super) fn write_rest(&mut self, input: &mut dyn Read) -> Result<(), Failure> {
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = match input.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::Read(error)),
            };
            self.write(&[&buffer[..read]])?;
        }
    }

    /// Nothing more is written.
    pub(super) fn end(&mut self) -> Result<(), Failure> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.flush().map_err(|error| self.error(error))
    }

    /// The file, which must be new.
    fn file(&mut self) -> io::Result<&mut BufWriter<File>> {
        if self.file.is_none() {
            fs::create_dir_all(self.path.parent().unwrap_or(Path::new("")))?;
            let mut file = BufWriter::new(File::create_new(&self.path)?);
            file.write_all(&self.start)?;
            self.file = Some(file);
        }
        Ok(self.file.as_mut().expect("it was just made"))
    }

    fn error(&self, source: io::Error) -> Failure {
        Failure::Write(WriteError { path: self.path.clone(), source })
    }
}

//! Opens inputs, and opens those anew that come once only.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use neptune_data::unpacked;

use crate::hint::START;
use crate::inputs::{Input, Unreadable};
use crate::progress::Progress;

/// An input, unpacked.
pub(crate) struct Text {
    /// Its first bytes.
    pub(crate) start: Vec<u8>,
    pub(crate) read: Box<dyn Read + Send>,
}

/// Opens inputs.
#[derive(Debug)]
pub(crate) struct Opener {
    progress: Arc<Progress>,
    /// What came once, where it is needed again.
    kept: HashMap<Input, File>,
}

impl Opener {
    pub(crate) fn new(inputs: &[Input]) -> Self {
        Self { progress: Progress::new(inputs), kept: HashMap::new() }
    }

    /// An input was read to its end.
    pub(crate) fn done(&self, input: &Input) {
        self.progress.done(input);
    }

    /// Keeps what comes once in a file without a name in this folder, so that it can be opened more than once.
    pub(crate) fn keep(&mut self, inputs: &[Input], folder: &Path) -> Result<(), Unreadable> {
        for input in inputs.iter().filter(|input| input.comes_once()) {
            let kept = self.open(input).and_then(|mut read| {
                let mut file = unnamed(folder)?;
                io::copy(&mut read, &mut file)?;
                Ok(file)
            });
            let file = kept.map_err(|error| input.unreadable(error))?;
            self.kept.insert(input.clone(), file);
        }
        Ok(())
    }

    /// Whether an input can be opened only once.
    pub(crate) fn opens_once(&self, input: &Input) -> bool {
        input.comes_once() && !self.kept.contains_key(input)
    }

    /// Opens it at its beginning, and looks at its first bytes.
    pub(crate) fn look(&self, input: &Input) -> io::Result<Text> {
        let (mut read, mut start) = (self.open(input)?, Vec::new());
        read.by_ref().take(START).read_to_end(&mut start)?;
        Ok(Text { read: Box::new(io::Cursor::new(start.clone()).chain(read)), start })
    }

    /// Opens it at its beginning. What is compressed is unpacked.
    pub(crate) fn open(&self, input: &Input) -> io::Result<Box<dyn Read + Send>> {
        if let Some(file) = self.kept.get(input) {
            return again(file).map(|file| Box::new(file) as Box<dyn Read + Send>);
        }
        let bytes: Box<dyn Read + Send> = match input {
            Input::Standard => Box::new(io::stdin()),
            Input::Pipe(path) | Input::File(path) => Box::new(File::open(path)?),
        };
        let name = match input {
            Input::File(path) => Some(path.to_string_lossy()),
            Input::Standard | Input::Pipe(_) => None,
        };
        Ok(Box::new(unpacked(self.progress.count(input, bytes), name.as_deref())?))
    }
}

/// A file that only this process has.
fn unnamed(folder: &Path) -> io::Result<File> {
    let path = folder.join(format!(".standard-input-{}", std::process::id()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

fn again(file: &File) -> io::Result<File> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    Ok(file)
}

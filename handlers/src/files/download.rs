//! An object, for a reader that blocks.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Response;
use tokio::runtime::Handle;

use super::error::FileError;
use super::trouble::broken;

/// Why reading ended that should not have: S3, and not what is in the object.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure(Arc<Mutex<Option<FileError>>>);

impl Failure {
    /// Keeps the first one.
    pub(super) fn note(&self, error: FileError) -> io::Error {
        let text = error.message.clone();
        self.kept().get_or_insert(error);
        io::Error::other(text)
    }

    pub(super) fn take(&self) -> Option<FileError> {
        self.kept().take()
    }

    fn kept(&self) -> MutexGuard<'_, Option<FileError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of an object as they come. To be read on a thread that may block.
pub(super) struct Download {
    response: Response,
    runtime: Handle,
    failure: Failure,
    subject: String,
    piece: io::Cursor<Vec<u8>>,
}

impl Download {
    pub(super) fn new(response: Response, runtime: Handle, failure: Failure, subject: String) -> Self {
        Self { response, runtime, failure, subject, piece: io::Cursor::default() }
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            match self.runtime.block_on(self.response.chunk()) {
                Ok(Some(piece)) => self.piece = io::Cursor::new(piece.to_vec()),
                Ok(None) => return Ok(0),
                Err(error) => return Err(self.failure.note(broken(&self.subject, &error))),
            }
        }
    }
}

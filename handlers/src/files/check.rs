//! The function `check_load_file`.

use std::io;
use std::panic::resume_unwind;

use super::call::Call;
use super::download::{Download, Failure};
use super::error::FileError;
use super::found::{Answer, Shown};
use super::request::{self, Check, Object};
use super::s3::S3;
use crate::logging::{Ending, log_ending};
use crate::panicked::caught;
use crate::text::{cut, visible};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use neptune_data::runs::{Ids, Run};
use neptune_data::table::File;
use neptune_data::{Format, Found, Graph, Totals, rdf, unpacked};
use reqwest::Response;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// How many runs are written at once.
const WRITES: usize = 8;
/// Which part of the memory the ids of one run may take. While they are sorted and written, they are there several times.
const PART_FOR_IDS: usize = 16;

/// Reads one object, and writes what it found and the runs of its ids below the prefix of the report.
///
/// # Errors
/// Any [`FileErrorName`](super::FileErrorName). What is wrong with the object itself is no error: it is in the answer.
pub async fn check(call: Call) -> Result<Value, FileError> {
    let checked = caught(&call.request_id, check_object(&call)).await;
    let (answer, error) = (checked.as_ref().ok(), checked.as_ref().err());
    let key = call.event.pointer("/object/Key").and_then(Value::as_str).map(|key| visible(key, 300));
    log_ending!(
        Ending::of(error.map(|error| error.name.is_retryable())),
        requestId = call.request_id,
        tenantId = call.tenant_id,
        function = "check_load_file",
        key,
        duration_ms = call.duration_ms(),
        verdict = answer.and_then(|answer| answer["verdict"].as_str()),
        totals = answer.map(|answer| answer["totals"].to_string()),
        error_type = error.map(|error| error.name.as_str()),
        error = error.map(|error| cut(&error.message, 1000)),
        "checked"
    );
    checked
}

async fn check_object(call: &Call) -> Result<Value, FileError> {
    let event: Check = request::read(call.readable())?;
    let s3 = call.client.clone()?;
    let Object { key, etag } = &event.object;
    let answer = if key.ends_with('/') {
        // What consoles write for a folder. A load passes over it.
        Answer::default()
    } else {
        let response = s3.open(&event.bucket, key, etag.as_deref()).await?;
        let (runtime, s3, event) = (Handle::current(), s3.clone(), event.clone());
        let read = spawn_blocking(move || Reader { s3, event, runtime, failure: Failure::default() }.read(response));
        read.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))?
    };
    let answer = answer.finish();
    s3.put(&event.report.bucket, &event.report.check(key), answer.to_string().as_bytes()).await?;
    Ok(answer)
}

/// An object that is read, on a thread that may block.
struct Reader {
    s3: S3,
    event: Check,
    runtime: Handle,
    failure: Failure,
}

impl Reader {
    fn read(self, response: Response) -> Result<Answer, FileError> {
        let Check { bucket, object: Object { key, .. }, .. } = &self.event;
        let subject = format!("s3://{bucket}/{}", visible(key, 300));
        let download = Download::new(response, self.runtime.clone(), self.failure.clone(), subject);
        let mut number = 0;
        let mut ids = Ids::new(self.s3.memory() / PART_FOR_IDS, |run| {
            number += 1;
            self.write(&run, number).map_err(|error| self.failure.note(error))
        });
        let mut answer = Answer { files: 1, ..Answer::default() };
        let loaded = self.load(download, &mut ids, &mut |found| answer.found(key, found));
        let written = ids.finish();
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        match loaded.and_then(|totals| written.map(|()| totals)) {
            Ok(totals) => answer.totals = totals,
            Err(error) => answer.error(Shown::unreadable(key, &error.to_string())),
        }
        Ok(answer)
    }

    fn load(&self, download: Download, ids: &mut Ids<'_>, sink: &mut (dyn FnMut(Found<'_>) + Send)) -> io::Result<Totals> {
        let text = unpacked(download, Some(&self.event.object.key))?;
        let (load, graph) = (&self.event.load, &mut Graph::default());
        match load.format() {
            Format::Table(dialect) => File::open(text, dialect)?.load_apart(load.options(), graph, ids, sink),
            Format::Rdf(format) => rdf::load(text, format, &load.rdf(), graph, sink),
        }
    }

    /// Writes a run, a file for each range.
    fn write(&self, run: &Run, number: u64) -> Result<(), FileError> {
        let Check { object: Object { key, .. }, report, ranges, .. } = &self.event;
        let parts = stream::iter(run.split(*ranges, key)).map(Ok);
        let put = |(range, bytes): (u16, Vec<u8>)| async move {
            self.s3.put(&report.bucket, &report.run(range, run, key, number), &bytes).await
        };
        self.runtime.block_on(parts.try_for_each_concurrent(WRITES, put))
    }
}

//! Writes a recording while a proxy runs.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use neptune_loader::SimTime;
use serde::Serialize;
use time::OffsetDateTime;

use super::line::{Answer, Exchange, FORMAT, FiredFault, Title};
use super::queue::{Entry, RecordQueue, Recorded};
use super::redactor::{Redactor, is_the_loaders};
use super::shown::{learn_secrets, shown_body, shown_fault, shown_headers, shown_method};
use crate::upstream::UpstreamAddress;

/// How long an answer waits until its line is written.
const PATIENCE: Duration = Duration::from_secs(2);
/// About what the head of a request and of an answer take while they wait to be written.
const HEAD_BYTES: usize = 1024;
/// The headers of requests that are kept.
const REQUEST_HEADERS: [&str; 3] = ["content-type", "amz-sdk-invocation-id", "amz-sdk-request"];
/// The headers of answers that are kept.
const ANSWER_HEADERS: [&str; 6] =
    ["content-type", "x-amzn-requestid", "x-amzn-errortype", "location", "retry-after", "x-neptune-sim"];

/// A recording that is being written. Clones write the same one.
///
/// Every line is written whole and before its answer is sent, so that the file holds all that a client has seen, even if the process is killed. An answer waits two seconds for that at most; then a warning says so, and answers do not wait until something is written again. What
/// waits meanwhile is bounded: 8,192 exchanges and 32 MiB. What goes beyond is lost and [counted](Recorder::recorded), as is what cannot be
/// written.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<RecordQueue<Ended>>);

/// A recording cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot record to {}: {source}", .path.display())]
pub struct RecorderError {
    path: PathBuf,
    source: io::Error,
}

struct Out {
    path: PathBuf,
    file: Box<dyn Write + Send>,
    redactor: Redactor,
    /// Whether the last line could not be written, or not whole.
    is_broken: bool,
}

impl fmt::Debug for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Out").field("path", &self.path).field("is_broken", &self.is_broken).finish_non_exhaustive()
    }
}

impl Recorder {
    /// Begins a recording at the end of a file, which may hold earlier ones, with its title. On Unix a new file is its owner's alone.
    ///
    /// # Errors
    /// [`RecorderError`] if the file cannot be written.
    pub fn append(path: &Path, upstream: &UpstreamAddress) -> Result<Self, RecorderError> {
        let begun = || {
            let mut options = OpenOptions::new();
            options.create(true).read(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            // A pipe or a device has no end to read.
            let ends_early = ends_early(&mut file).unwrap_or(false);
            Self::to(Box::new(file), path, ends_early, upstream)
        };
        begun().map_err(|source| RecorderError { path: path.to_owned(), source })
    }

    fn to(file: Box<dyn Write + Send>, path: &Path, is_broken: bool, upstream: &UpstreamAddress) -> io::Result<Self> {
        let mut redactor = Redactor::default();
        let scheme = if upstream.is_secure() { "https" } else { "http" };
        let title = Title {
            recording: FORMAT,
            by: concat!("neptune-sim ", env!("CARGO_PKG_VERSION")).to_owned(),
            time: date_text(SystemTime::now()),
            upstream: format!("{scheme}://{}:{}", redactor.host(upstream.host()), upstream.port()),
        };
        let mut out = Out { path: path.to_owned(), file, redactor, is_broken };
        out.line(&title)?;
        let queue = RecordQueue::start(PATIENCE, move |ended: Ended| {
            let exchange = ended.exchange(&mut out.redactor);
            out.tell(&exchange)
        });
        Ok(Self(Arc::new(queue?)))
    }

    /// How many exchanges were written by now, and how many were lost.
    pub fn recorded(&self) -> Recorded {
        self.0.recorded()
    }

    /// Waits at most this long until everything is written, and returns how much that was. What is not written by then counts as lost. It blocks.
    pub fn finish(&self, within: Duration) -> Recorded {
        self.0.finish(within)
    }

    /// Begins to record a request. Its line is written when this is dropped.
    pub(crate) fn begin(&self, number: u64, at: SimTime, head: &Parts) -> Ongoing {
        let (began, time) = (Instant::now(), SystemTime::now());
        let head = Some(head.clone());
        Ongoing { recorder: self.clone(), number, at, began, time, head, noted: Mutex::default() }
    }
}

impl Out {
    /// Writes a line, and warns once if it cannot. Returns whether the line is written.
    fn tell(&mut self, exchange: &Exchange) -> bool {
        let was_broken = self.is_broken;
        let written = self.line(exchange);
        let is_written = written.is_ok();
        match written {
            Err(error) if !was_broken => {
                let file = self.path.display();
                tracing::warn!(%error, %file, number = exchange.number, "cannot record: exchanges are lost until it works again");
            }
            Ok(()) if was_broken => {
                tracing::warn!(file = %self.path.display(), number = exchange.number, "recording goes on");
            }
            Ok(()) | Err(_) => {}
        }
        is_written
    }

    fn line(&mut self, content: &impl Serialize) -> io::Result<()> {
        let mut line = Vec::new();
        if mem::replace(&mut self.is_broken, true) {
            // The file may end with half a line.
            line.push(b'\n');
        }
        serde_json::to_writer(&mut line, content)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.flush()?;
        self.is_broken = false;
        Ok(())
    }
}

/// An exchange that is not over. What is known of it when this is dropped is written, also if the client has gone meanwhile.
#[derive(Debug)]
pub(crate) struct Ongoing {
    recorder: Recorder,
    number: u64,
    at: SimTime,
    began: Instant,
    time: SystemTime,
    /// `None` once it is over.
    head: Option<Parts>,
    noted: Mutex<Noted>,
}

/// An exchange that has ended, with all its names and secrets.
#[derive(Debug)]
struct Ended {
    number: u64,
    at: SimTime,
    took: Duration,
    time: SystemTime,
    head: Parts,
    noted: Noted,
}

impl Entry for Ended {
    fn size(&self) -> usize {
        let Noted { body, answer, .. } = &self.noted;
        HEAD_BYTES + body.len() + answer.as_ref().map_or(0, |(_, _, body)| body.len())
    }
}

/// What came after the head.
#[derive(Debug, Default)]
struct Noted {
    body: Bytes,
    fault: Option<FiredFault>,
    answer: Option<(StatusCode, HeaderMap, Bytes)>,
}

impl Ongoing {
    /// Notes the request's body.
    pub(crate) fn note_body(&self, body: &Bytes) {
        self.noted().body = body.clone();
    }

    /// Notes the fault that fires for the request.
    pub(crate) fn note_fault(&self, fault: FiredFault) {
        self.noted().fault = Some(fault);
    }

    /// Notes the answer.
    pub(crate) fn note_answer(&self, answer: &Response<Bytes>) {
        self.noted().answer = Some((answer.status(), answer.headers().clone(), answer.body().clone()));
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is over. Returns when it is written, or a moment later.
    pub(crate) async fn end(mut self) {
        if let Some(ended) = self.ended() {
            self.recorder.0.write(ended).await;
        }
    }

    fn ended(&mut self) -> Option<Ended> {
        let (head, noted) = (self.head.take()?, mem::take(&mut *self.noted()));
        Some(Ended { number: self.number, at: self.at, took: self.began.elapsed(), time: self.time, head, noted })
    }
}

impl Ended {
    fn exchange(self, redactor: &mut Redactor) -> Exchange {
        let (head, Noted { body, fault, answer }) = (&self.head, self.noted);
        learn_secrets(&head.headers, redactor);
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let is_kept = is_the_loaders(head.uri.path());
        Exchange {
            number: self.number,
            at: millis(self.at.since_start()),
            time: date_text(self.time),
            took: millis(self.took),
            method: shown_method(&head.method),
            target: redactor.target(target),
            headers: shown_headers(&head.headers, &REQUEST_HEADERS, redactor),
            body: shown_body(&body, is_kept, redactor),
            fault: fault.map(|fault| shown_fault(fault, redactor)),
            answer: answer.map(|(status, headers, body)| Answer {
                http: status.as_u16(),
                headers: shown_headers(&headers, &ANSWER_HEADERS, redactor),
                body: shown_body(&body, is_kept, redactor),
            }),
        }
    }
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        if let Some(ended) = self.ended() {
            self.recorder.0.write_later(ended);
        }
    }
}

/// Whether the last line was not written whole, because an earlier process ended too soon.
fn ends_early(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Whole milliseconds, in seconds.
#[expect(clippy::cast_precision_loss, reason = "no recording lasts 285,000 years")]
fn millis(duration: Duration) -> f64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) as f64 / 1000.0
}

/// `2026-11-22T10:00:00.000Z`
fn date_text(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time.max(UNIX_EPOCH));
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, millis) = time.to_hms_milli();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", u8::from(month))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Request;
    use rstest::rstest;

    use super::*;
    use crate::record::Recording;

    const LONG: Duration = Duration::from_mins(1);

    /// A file in memory, whose disk may be full.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, Option<usize>)>>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (written, room) = &mut *self.0.lock().unwrap();
            let count = room.map_or(bytes.len(), |room| room.min(bytes.len()));
            if count == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            written.extend_from_slice(&bytes[..count]);
            *room = room.map(|room| room - count);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Disk {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
        }

        fn set_room(&self, room: Option<usize>) {
            self.0.lock().unwrap().1 = room;
        }
    }

    fn address() -> UpstreamAddress {
        "https://db.cluster-abc.us-east-1.neptune.amazonaws.com".parse().unwrap()
    }

    fn recorder(disk: &Disk) -> Recorder {
        Recorder::to(Box::new(disk.clone()), Path::new("memory"), false, &address()).unwrap()
    }

    fn head(request: axum::http::request::Builder) -> Parts {
        request.body(()).unwrap().into_parts().0
    }

    fn ask(recorder: &Recorder, number: u64) {
        let ongoing = recorder.begin(number, SimTime::START, &head(Request::get("/loader")));
        ongoing.note_answer(&Response::new(Bytes::from_static(b"{}")));
        drop(ongoing);
        recorder.finish(LONG);
    }

    #[test]
    fn an_exchange_is_a_line_without_names() {
        let disk = Disk::default();
        let request = Request::get("/loader/0a237328-afd5-4574-a0bc-c29ce5f54802")
            .header("Host", "db.cluster-abc.us-east-1.neptune.amazonaws.com:8182")
            .header("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/2026, SignedHeaders=host, Signature=0badc0de")
            .header("X-Amz-Security-Token", "IQoJ");
        let recorder = recorder(&disk);
        let ongoing = recorder.begin(7, SimTime::after(Duration::from_micros(1_234_567)), &head(request));
        let answer = Response::builder().status(403).header("Content-Type", "application/json");
        let body = Bytes::from(r#"{"message": "AKIDEXAMPLE signed IQoJ to 0badc0de"}"#);
        ongoing.note_answer(&answer.body(body).unwrap());
        drop(ongoing);
        assert_eq!(recorder.finish(LONG), Recorded { written: 1, lost: 0 });
        let text = disk.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].contains(r#""upstream":"https://host-1:8182""#), "{text}");
        assert!(lines[1].starts_with(r#"{"number":7,"at":1.234,"time":"2"#), "{text}");
        let end = r#""method":"GET","target":"/loader/load-1","answer":{"http":403,"headers":{"content-type":"application/json"},"body":{"json":{"message":"text-1"}}}}"#;
        assert!(lines[1].ends_with(end), "{text}");
    }

    #[test]
    fn a_client_that_leaves_is_in_it_too() {
        let disk = Disk::default();
        let recorder = recorder(&disk);
        drop(recorder.begin(0, SimTime::START, &head(Request::get("/status"))));
        recorder.finish(LONG);
        let recording = Recording::parse(&disk.text()).unwrap();
        assert_eq!((recording.exchanges[0].target.as_str(), &recording.exchanges[0].answer), ("/status", &None));
    }

    #[rstest]
    #[case::nothing_fits(0)]
    #[case::half_a_line_fits(20)]
    fn a_full_disk_costs_the_lines_that_do_not_fit_and_no_others(#[case] room: usize) {
        let disk = Disk::default();
        let recorder = recorder(&disk);
        ask(&recorder, 0);
        disk.set_room(Some(room));
        ask(&recorder, 1);
        ask(&recorder, 2);
        assert_eq!(recorder.recorded(), Recorded { written: 1, lost: 2 });
        disk.set_room(None);
        ask(&recorder, 3);
        let recording = Recording::parse(&disk.text()).unwrap();
        assert_eq!(recording.exchanges.iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(recording.unreadable, u64::from(room > 0));
    }

    #[test]
    fn a_file_goes_on_behind_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.ndjson");
        ask(&Recorder::append(&path, &address()).unwrap(), 0);
        // Killed in the middle of a line.
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 10]).unwrap();
        ask(&Recorder::append(&path, &address()).unwrap(), 0);
        let recording = Recording::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!((recording.exchanges.len(), recording.unreadable, recording.earlier), (1, 0, 1));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let error = Recorder::append(Path::new("/absent/session.ndjson"), &address()).unwrap_err().to_string();
        assert!(error.starts_with("cannot record to /absent/session.ndjson: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.ndjson");
        Recorder::append(&path, &address()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn dates_are_those_of_rfc_3339() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_709_164_800_007);
        assert_eq!(date_text(moment), "2024-02-29T00:00:00.007Z");
    }
}

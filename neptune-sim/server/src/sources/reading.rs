//! A source, read to its end as a load reads it.

use std::io::{self, Read};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use neptune_data::table::{File, Kind, Options};
use neptune_data::{Code, Counter, Format, Found, Graph, NoText, Problem, Stop, Totals, What, rdf, unpacked};
use neptune_loader::{
    Feed, FeedError, FeedErrorCode, FeedErrorCounter, LoadStatus, NewestErrors, ParserConfiguration, Reading, StartFailure,
    StartRequest, Workload,
};
use neptune_text::cut;

use super::bucket::{self, Bucket, Object, ObjectError};

/// How long a text of the error log may be, in bytes: an id or a value may have megabytes.
const MESSAGE_BYTES: usize = 300;
/// How much memory may be taken by what is known of a cluster's graph before no further file is read into it. One that is being read goes on.
const GRAPH_BYTES: usize = 1024 * 1024 * 1024;

/// Reads everything that a load reads, and adds it to a graph. Once `is_stopped`, nothing more is read.
pub(super) fn read(
    bucket: &dyn Bucket,
    load: &Reading,
    graph: &mut Graph,
    is_stopped: &Arc<AtomicBool>,
) -> Result<Workload, StartFailure> {
    let request = &load.request;
    let objects = bucket::list(bucket, request.bucket_and_prefix().1)?;
    let files = objects.len() as u64;
    let is_stopped = Arc::clone(is_stopped);
    let (read, feeds, errors) = (Totals::default(), Vec::new(), NewestErrors::default());
    let mut source = Source { bucket, request, graph, is_stopped, read, feeds, errors };
    let (loaded, rest): (Vec<Object>, Vec<Object>) =
        objects.into_iter().partition(|object| load.loaded.contains(source.name(object)));
    for object in &loaded {
        source.add_feed(object, Totals::default());
    }
    source.read_all(&rest);
    let Source { read, feeds, errors, .. } = source;
    let Totals { records, duplicates, .. } = read;
    Ok(Workload { files, records, duplicates, retries: 0, errors: errors.finish(), feeds })
}

/// The source of a load, and what was read of it so far.
struct Source<'a> {
    bucket: &'a dyn Bucket,
    request: &'a StartRequest,
    graph: &'a mut Graph,
    is_stopped: Arc<AtomicBool>,
    read: Totals,
    feeds: Vec<Feed>,
    errors: NewestErrors,
}

/// Which files are read before which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    VerticesFirst,
    AsListed,
}

impl Source<'_> {
    /// Vertices first, then edges, unless the start says `edgeOnlyLoad` (documented).
    fn read_all(&mut self, objects: &[Object]) {
        let order = if self.request.edge_only_load { Order::AsListed } else { Order::VerticesFirst };
        let mut edges = Vec::new();
        for object in objects {
            if self.is_over() {
                return;
            }
            if !self.read_object(object, order) {
                edges.push(object);
            }
        }
        for object in edges {
            if self.is_over() {
                return;
            }
            self.read_object(object, Order::AsListed);
        }
    }

    fn is_over(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed) || (self.request.fail_on_error && self.errors.total() > 0)
    }

    /// Returns whether it was its turn.
    fn read_object(&mut self, object: &Object, order: Order) -> bool {
        let name = self.name(object).to_owned();
        let read = match self.load(object, &name, order) {
            Ok(Some(read)) => read,
            Ok(None) => return false,
            Err(error) => {
                self.errors.add(error_of_object(&name, &error));
                Totals::default()
            }
        };
        self.add_feed(object, read);
        true
    }

    /// `None` for a file of edges before whose turn others come.
    fn load(&mut self, object: &Object, name: &str, order: Order) -> io::Result<Option<Totals>> {
        if self.graph.bytes() > GRAPH_BYTES {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let input = self.open(object)?;
        let (format, options, rdf_options) = (self.format(), self.options(), self.rdf_options());
        let errors = &mut self.errors;
        let mut sink = |found: Found<'_>| {
            if let What::Error(problem) = found.what() {
                errors.add(error_of_record(name, problem, found.record()));
            }
        };
        let read = match format {
            Format::Table(dialect) => {
                let file = File::open(input, dialect)?;
                if order == Order::VerticesFirst && file.kind() == Some(Kind::Edges) {
                    return Ok(None);
                }
                file.load(options, self.graph, &mut sink)
            }
            Format::Rdf(format) => rdf::load(input, format, &rdf_options, self.graph, &mut sink),
        };
        read.map(Some)
    }

    fn open(&self, object: &Object) -> io::Result<impl Read + use<>> {
        let input = Stoppable { input: self.bucket.open(object)?, is_stopped: Arc::clone(&self.is_stopped) };
        unpacked(input, Some(&object.key))
    }

    fn format(&self) -> Format {
        let StartRequest { format, user_provided_edge_ids, .. } = self.request;
        Format::from_word(format.as_str()).expect("the loader reads all of its formats").with_edge_ids(*user_provided_edge_ids)
    }

    fn options(&self) -> Options {
        Options {
            allow_empty_strings: self.request.parser.allow_empty_strings,
            update_single_cardinality: self.request.update_single_cardinality_properties,
            stop: self.stop(),
            // The others are for polls.
            cores: Some(NonZero::<usize>::MIN),
        }
    }

    fn stop(&self) -> Stop {
        if self.request.fail_on_error { Stop::AtTheFirstError } else { Stop::WithTheLoad }
    }

    fn rdf_options(&self) -> rdf::Options {
        let ParserConfiguration { named_graph_uri, base_uri, .. } = self.request.parser.clone();
        rdf::Options { base_uri, named_graph_uri, stop: self.stop(), ..rdf::Options::default() }
    }

    fn add_feed(&mut self, object: &Object, read: Totals) {
        let Totals { records, duplicates, .. } = read;
        self.feeds.push(Feed { name: self.name(object).into(), before: self.read.records, records, duplicates });
        self.read += read;
    }

    /// What errors call an object: the rest of its key behind the source.
    fn name<'o>(&self, object: &'o Object) -> &'o str {
        object.key.strip_prefix(self.request.bucket_and_prefix().1).unwrap_or(&object.key)
    }
}

/// A stream that ends with an error once nothing more is to be read.
struct Stoppable<R> {
    input: R,
    is_stopped: Arc<AtomicBool>,
}

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_stopped.load(Ordering::Relaxed) { Err(io::Error::other("stopped")) } else { self.input.read(buffer) }
    }
}

fn error_of_record(file: &str, problem: &Problem, record: u64) -> FeedError {
    let counter = match problem.counter() {
        Counter::Parsing => FeedErrorCounter::Parsing,
        Counter::DatatypeMismatch => FeedErrorCounter::DatatypeMismatch,
        Counter::Insert => FeedErrorCounter::Insert,
    };
    let code = match problem.code() {
        Code::Parsing => FeedErrorCode::Parsing,
        Code::MissingVertex => FeedErrorCode::FromOrToVertexMissing,
        Code::IdOfSeveralEdges => FeedErrorCode::IdAssignedToMultipleEdges,
        Code::SingleCardinality => FeedErrorCode::SingleCardinalityViolation,
    };
    FeedError { counter: Some(counter), ..error(code, file, &problem.to_string(), record) }
}

/// The error of a file that could not be read to its end (inferred, but for the codes).
fn error_of_object(file: &str, trouble: &io::Error) -> FeedError {
    let text = trouble.to_string();
    if trouble.kind() == io::ErrorKind::OutOfMemory {
        return error(FeedErrorCode::OutOfMemory, file, "The graph of the simulator is full", 0);
    }
    let inner = trouble.get_ref();
    if let Some(known) = inner.and_then(|inner| inner.downcast_ref()) {
        let (code, text) = match known {
            ObjectError::Denied => (FeedErrorCode::S3AccessDenied, "Access denied to S3 object"),
            ObjectError::Changed => {
                (FeedErrorCode::FileModificationOrDeletion, "The file was modified or deleted after the load started")
            }
        };
        return error(code, file, text, 0);
    }
    if inner.and_then(|inner| inner.downcast_ref::<NoText>()).is_some() {
        return error(FeedErrorCode::Parsing, file, &text, 0);
    }
    FeedError { feed_status: Some(LoadStatus::S3ReadError), ..error(FeedErrorCode::Internal, file, &text, 0) }
}

fn error(code: FeedErrorCode, file: &str, message: &str, record: u64) -> FeedError {
    let message = cut(message, MESSAGE_BYTES);
    FeedError { code, counter: None, message, file: file.to_owned(), record, times: 1, feed_status: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_of_the_loader_is_read() {
        let words = neptune_loader::LoadFormat::ALL.iter().map(|format| format.as_str());
        assert!(words.eq(["csv", "opencypher", "ntriples", "nquads", "rdfxml", "turtle"]));
        assert!(neptune_loader::LoadFormat::ALL.iter().all(|format| Format::from_word(format.as_str()).is_some()));
    }

    #[test]
    fn a_text_of_the_error_log_has_a_largest_length() {
        let long = io::Error::other("x".repeat(10_000));
        assert!(error_of_object("a.csv", &long).message.len() <= MESSAGE_BYTES + "…".len());
    }

    #[test]
    fn no_file_is_read_into_a_graph_that_is_full() {
        let full = error_of_object("a.csv", &io::ErrorKind::OutOfMemory.into());
        assert_eq!((full.code, full.file.as_str()), (FeedErrorCode::OutOfMemory, "a.csv"));
    }
}

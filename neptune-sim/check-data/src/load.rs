//! Reads the files as one load does.

use std::io::Read;

use neptune_data::table::{Column, Dialect, File, Header, Kind, Options};
use neptune_data::{Found, Graph, rdf};

use crate::arguments::Arguments;
use crate::hint::{Context, Ends, Vertices};
use crate::inputs::Input;
use crate::open::{Opener, Text};
use crate::report::Report;

/// A load that is under way.
pub(crate) struct Load<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) inputs: &'a [Input],
    pub(crate) opener: &'a Opener,
    pub(crate) report: &'a mut Report,
    graph: Graph,
    vertices: Vertices,
}

/// A file of vertices or edges that is open, and its first bytes.
struct Table {
    start: Vec<u8>,
    file: File<Box<dyn Read + Send>>,
}

impl<'a> Load<'a> {
    pub(crate) fn new(arguments: &'a Arguments, inputs: &'a [Input], opener: &'a Opener, report: &'a mut Report) -> Self {
        Self { arguments, inputs, opener, report, graph: Graph::default(), vertices: Vertices::default() }
    }

    /// Vertices first, then edges, whatever the order of the files.
    pub(crate) fn tables(mut self, dialect: Dialect) {
        let mut edges = Vec::new();
        for (place, input) in self.inputs.iter().enumerate() {
            let Some(table) = self.open(place, input, dialect) else { continue };
            if table.file.kind() == Some(Kind::Edges) {
                // Files are not kept open, because there may be many.
                edges.push((place, self.opener.opens_once(input).then_some(table)));
            } else {
                self.table(place, table);
            }
        }
        for (place, table) in edges {
            if let Some(table) = table.or_else(|| self.open(place, &self.inputs[place], dialect)) {
                self.table(place, table);
            }
        }
    }

    /// Opens a file. One that cannot be read is noted, and the others are read.
    fn open(&mut self, place: usize, input: &Input, dialect: Dialect) -> Option<Table> {
        let open = |text: Text| Ok(Table { file: File::open(text.read, dialect)?, start: text.start });
        let table = self.opener.look(input).and_then(open);
        table.map_err(|error| self.report.files[place].unreadable = Some(error.to_string())).ok()
    }

    fn table(&mut self, place: usize, Table { start, file }: Table) {
        let options = Options {
            allow_empty_strings: self.arguments.allow_empty_strings,
            update_single_cardinality: self.arguments.update_single_cardinality_properties,
            ..Options::default()
        };
        let ends = file.header().map(|header| self.look_at(header)).unwrap_or_default();
        let graph = &mut self.graph;
        let load = |sink: &mut (dyn FnMut(Found<'_>) + Send)| file.load(options, graph, sink);
        self.report.load(place, load);
        self.opener.done(&self.inputs[place]);
        self.explain(place, &start, ends);
    }

    /// Notes what a file of vertices has, and returns in which spaces one of edges has its ends.
    fn look_at(&mut self, header: &Header) -> Ends {
        self.vertices.have_file |= header.kind == Kind::Vertices;
        let mut ends = Ends::default();
        for column in &header.columns {
            match column {
                Column::Id { space, .. } if header.kind == Kind::Vertices => self.vertices.spaces.push(space.clone()),
                Column::From { space } => ends.from.clone_from(space),
                Column::To { space } => ends.to.clone_from(space),
                _ => {}
            }
        }
        ends
    }

    pub(crate) fn statements(mut self, format: rdf::Format) {
        let options = self.arguments.rdf();
        for (place, input) in self.inputs.iter().enumerate() {
            let mut start = Vec::new();
            let (graph, opener) = (&mut self.graph, self.opener);
            self.report.load(place, |sink| {
                let text = opener.look(input)?;
                start = text.start;
                rdf::load(text.read, format, &options, graph, sink)
            });
            self.opener.done(input);
            self.explain(place, &start, Ends::default());
        }
    }

    /// Adds hints to what was found in a file.
    fn explain(&mut self, place: usize, start: &[u8], ends: Ends) {
        let (graph, vertices, format) = (&self.graph, &self.vertices, self.arguments.format);
        let name = self.inputs[place].name();
        self.report.explain(place, Context::new(&name, start, format, graph, vertices, ends));
    }
}

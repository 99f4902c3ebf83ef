//! The pieces of a document, and which nodes and properties begin and end with them.

use std::collections::HashSet;
use std::hash::RandomState;
use std::io::Read;
use std::rc::Rc;

use oxiri::Iri;

use super::doctype::declare;
use super::element::{Elements, Tag};
use super::end::{End, Near};
use super::entity::Entities;
use super::source::{Piece, Source};
use crate::finding::Warning;

use crate::rdf::chars::Spot;
use crate::rdf::sink::Sink;
use crate::rdf::value::{RDF, Value};
use crate::stream::MAX_RECORD;

/// A document that is read.
pub(super) struct Document<'a, 'l> {
    pub(super) sink: &'a mut Sink<'l>,
    pub(super) elements: Elements,
    pub(super) entities: Entities,
    /// Nodes and properties by turns, from the outermost.
    pub(super) frames: Vec<Frame>,
    /// The last element that began: what it means depends on whether it is empty.
    pub(super) deferred: Option<Tag>,
    pub(super) text: String,
    /// How deep the element is whose content is a text of XML.
    pub(super) literal: Option<usize>,
    /// How deep the element is that has begun last.
    pub(super) depth: usize,
    /// Whether what is read is RDF, and not around it.
    pub(super) is_rdf: bool,
    /// Hashes of what `rdf:ID` has named.
    pub(super) ids: HashSet<u64>,
    pub(super) hashes: RandomState,
    pub(super) blanks: u64,
    pub(super) base: Option<Rc<Iri<String>>>,
    pub(super) language: Option<Rc<str>>,
    pub(super) near: Near,
}

#[derive(Debug)]
pub(super) enum Frame {
    Node {
        resource: Value,
        /// How many `rdf:li` it has had.
        items: u64,
        /// Whether it has no element of its own: `rdf:parseType="Resource"`.
        is_implied: bool,
    },
    Property {
        iri: String,
        reified_as: Option<String>,
        datatype: Option<String>,
        is_collection: bool,
        /// The last node of the list.
        last: Option<Value>,
    },
}

impl<'a, 'l> Document<'a, 'l> {
    pub(super) fn new(sink: &'a mut Sink<'l>) -> Self {
        let elements = Elements::new(&sink.options.base_uri);
        Self {
            sink,
            elements,
            entities: Entities::default(),
            frames: Vec::new(),
            deferred: None,
            text: String::new(),
            literal: None,
            depth: 0,
            is_rdf: false,
            ids: HashSet::new(),
            hashes: RandomState::new(),
            blanks: 0,
            base: None,
            language: None,
            near: Near { spot: Spot { line: 1, column: 1 }, bytes: Vec::new() },
        }
    }

    pub(super) fn read<R: Read>(&mut self, source: &mut Source<R>) -> Result<(), End> {
        let mut has_root = false;
        loop {
            let (piece, near) = match source.read() {
                Ok(Some(read)) => read,
                Ok(None) if self.elements.depth() > 0 => {
                    return Err(End::rdf4j("XML document structures must start and end within the same entity."));
                }
                Ok(None) if !has_root => return Err(End::rdf4j("Premature end of file.")),
                Ok(None) => return Ok(()),
                Err((end, near)) => {
                    self.near = near;
                    return Err(end);
                }
            };
            self.near = near;
            if let Some(near) = source.not_utf8.take() {
                let record = self.sink.records + 1;
                self.sink.log.warn_at(Warning::NotUtf8, |what| near.finding(what, record));
            }
            if self.elements.depth() == 0 {
                outside(&piece, has_root)?;
            }
            has_root |= matches!(piece, Piece::Start(..));
            self.piece(piece)?;
        }
    }

    pub(super) fn piece(&mut self, piece: Piece) -> Result<(), End> {
        match piece {
            Piece::Start(content, is_empty) => {
                self.open(&content)?;
                if is_empty {
                    let name = content.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
                    self.close(name)?;
                }
                Ok(())
            }
            Piece::End(written) => self.close(&written),
            Piece::Text(text) => self.characters(&text),
            Piece::Reference(name) => self.reference(&name),
            Piece::DocType(content) => declare(&content, &mut self.entities),
            Piece::Other => Ok(()),
        }
    }

    fn open(&mut self, content: &str) -> Result<(), End> {
        // Java's XML reader is a tag ahead.
        let mut tag = self.elements.open(content, &mut self.entities, &self.near)?;
        self.report_deferred()?;
        if self.literal.is_some() {
            return self.push_text(&format!("<{content}>"));
        }
        self.text.clear();
        if !self.is_rdf && tag.name.is_rdf("RDF") {
            self.is_rdf = true;
            return Ok(());
        }
        self.is_rdf = true;
        for (name, _) in &mut tag.attributes {
            if name.namespace.is_empty() && ["ID", "about", "resource", "parseType", "type"].contains(&name.local.as_str()) {
                name.namespace = Rc::from(RDF);
            }
            if name.namespace.is_empty() {
                return Err(End::rdf4j(format!("unqualified attribute '{}' not allowed", name.written)));
            }
        }
        self.deferred = Some(tag);
        Ok(())
    }

    fn report_deferred(&mut self) -> Result<(), End> {
        let Some(tag) = self.deferred.take() else { return Ok(()) };
        let near = std::mem::replace(&mut self.near, tag.near.clone());
        self.begin(tag, false)?;
        self.near = near;
        Ok(())
    }

    pub(super) fn characters(&mut self, text: &str) -> Result<(), End> {
        let is_blank = text.trim_matches(|c: char| c <= ' ').is_empty();
        if self.elements.depth() == 0 {
            return Ok(());
        }
        let is_literal = self
            .deferred
            .as_ref()
            .is_some_and(|tag| tag.attributes.iter().any(|(name, value)| name.is_rdf("parseType") && value == "Literal"));
        if is_literal || !is_blank {
            self.report_deferred()?;
        }
        self.push_text(text)
    }

    fn push_text(&mut self, text: &str) -> Result<(), End> {
        if self.text.len() + text.len() > MAX_RECORD {
            return Err(End::TooMuch("A tag or a text is longer than 16 MiB"));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn close(&mut self, written: &str) -> Result<(), End> {
        self.elements.close(written)?;
        let depth = self.elements.depth();
        match (self.literal, self.deferred.take()) {
            (Some(literal), _) if depth >= literal => return self.push_text(&format!("</{written}>")),
            (_, Some(tag)) => {
                self.near = tag.near.clone();
                return self.begin(tag, true);
            }
            _ => {}
        }
        // The end of `rdf:RDF`.
        if self.frames.is_empty() {
            self.text.clear();
            return Ok(());
        }
        let text = std::mem::take(&mut self.text);
        if self.literal.take().is_some() || !text.trim_matches(|c: char| c <= ' ').is_empty() {
            (self.base, self.language) = self.elements.here();
            self.literal(text)?;
        }
        self.end()
    }

    fn literal(&mut self, text: String) -> Result<(), End> {
        let Some(Frame::Property { datatype, .. }) = self.frames.last() else { return Err(End::rdf4j("unexpected literal")) };
        let datatype = datatype.clone();
        let language = datatype.is_none().then(|| self.language.as_deref().map(str::to_owned)).flatten();
        self.state(Value::Literal { text, datatype, language })
    }

    fn begin(&mut self, tag: Tag, is_empty: bool) -> Result<(), End> {
        (self.base, self.language, self.depth) = (tag.base.clone(), tag.language.clone(), tag.depth);
        if matches!(self.frames.last(), None | Some(Frame::Property { .. })) {
            self.node(tag, is_empty)
        } else {
            self.property(tag, is_empty)
        }
    }

    fn end(&mut self) -> Result<(), End> {
        if matches!(self.frames.last(), Some(Frame::Node { is_implied: true, .. })) {
            self.frames.pop();
        }
        if let Some(Frame::Property { is_collection: true, last, .. }) = self.frames.last_mut() {
            let nil = Value::Iri(format!("{RDF}nil"));
            match last.take() {
                None => self.state(nil)?,
                Some(last) => self.add(&last, &format!("{RDF}rest"), &nil),
            }
        }
        self.frames.pop();
        Ok(())
    }
}

/// Fails for what may not stand before the root element, or behind it.
fn outside(piece: &Piece, has_root: bool) -> Result<(), End> {
    let text = match piece {
        Piece::Text(text) if text.trim().is_empty() => return Ok(()),
        Piece::Text(_) | Piece::Reference(_) if has_root => "Content is not allowed in trailing section.",
        Piece::Text(_) | Piece::Reference(_) => "Content is not allowed in prolog.",
        Piece::Start(..) | Piece::End(_) | Piece::DocType(_) if has_root => {
            "The markup in the document following the root element must be well-formed."
        }
        _ => return Ok(()),
    };
    Err(End::rdf4j(text))
}

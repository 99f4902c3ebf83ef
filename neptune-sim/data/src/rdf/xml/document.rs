//! The statements that elements mean.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::rc::Rc;

use oxiri::Iri;

use super::element::{Elements, Name, Tag, is_xml_name};
use super::entity::Entities;
use super::source::{Piece, Source};
use super::{End, Near};
use crate::finding::Warning;
use crate::rdf::chars::Spot;
use crate::rdf::iri::{Flaw, LONG_NAME, MAX_NAME, resolve};
use crate::rdf::sink::Sink;
use crate::rdf::statement::{Statement, Term};
use crate::rdf::value::{RDF, Value};
use crate::stream::MAX_RECORD;

/// A document that is read.
pub(super) struct Document<'a, 'l> {
    sink: &'a mut Sink<'l>,
    elements: Elements,
    entities: Entities,
    /// Nodes and properties by turns, from the outermost.
    frames: Vec<Frame>,
    /// The last element that began: what it means depends on whether it is empty.
    deferred: Option<Tag>,
    text: String,
    /// How deep the element is whose content is a text of XML.
    literal: Option<usize>,
    /// How deep the element is that has begun last.
    depth: usize,
    /// Whether what is read is RDF, and not around it.
    is_rdf: bool,
    /// Hashes of what `rdf:ID` has named.
    ids: HashSet<u64>,
    hashes: RandomState,
    blanks: u64,
    base: Option<Rc<Iri<String>>>,
    language: Option<Rc<str>>,
    pub(super) near: Near,
}

#[derive(Debug)]
enum Frame {
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

/// Names of RDF that stand for properties and classes.
const USABLE: [&str; 15] = [
    "Seq",
    "Bag",
    "Alt",
    "Statement",
    "Property",
    "List",
    "subject",
    "predicate",
    "object",
    "type",
    "value",
    "first",
    "rest",
    "nil",
    "li",
];
const RESERVED: [&str; 8] = ["Description", "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype"];
const GONE: [&str; 3] = ["bagID", "aboutEach", "aboutEachPrefix"];

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
            if self.elements.depth() == 0 {
                outside(&piece, has_root)?;
            }
            has_root |= matches!(piece, Piece::Start(..));
            self.piece(piece)?;
        }
    }

    fn piece(&mut self, piece: Piece) -> Result<(), End> {
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
            Piece::Reference(name) => {
                let mut text = String::new();
                self.entities.push(&name, &mut text)?;
                self.characters(&text)
            }
            Piece::DocType(content) => self.entities.declare(&content),
            Piece::Other => Ok(()),
        }
    }

    fn open(&mut self, content: &str) -> Result<(), End> {
        // Java's XML reader is a tag ahead.
        let mut tag = self.elements.open(content, &self.entities, &self.near)?;
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

    fn characters(&mut self, text: &str) -> Result<(), End> {
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

    /// An element for a subject or an object.
    fn node(&mut self, mut tag: Tag, is_empty: bool) -> Result<(), End> {
        check_name(&tag.name, "node element", &["li"])?;
        let node = self.resource(&mut tag, ["ID", "about", "nodeID"])?;
        match self.frames.last() {
            Some(Frame::Property { is_collection: true, .. }) => self.item(&node)?,
            Some(_) => self.state(node.clone())?,
            None => {}
        }
        let rdf_type = format!("{RDF}type");
        if !tag.name.is_rdf("Description") {
            let class = if tag.name.namespace.is_empty() {
                self.resolved(format!("#{}", tag.name.local))?
            } else {
                self.checked(tag.name.iri())?
            };
            self.add(&node, &rdf_type, &Value::Iri(class));
        }
        self.typed(&node, &mut tag)?;
        check_attributes(&tag)?;
        self.values(&node, &tag)?;
        if !is_empty {
            self.frames.push(Frame::Node { resource: node, items: 0, is_implied: false });
        }
        Ok(())
    }

    /// The attribute `rdf:type`.
    fn typed(&mut self, node: &Value, tag: &mut Tag) -> Result<(), End> {
        if let Some(class) = tag.take("type") {
            let class = self.resolved(class)?;
            self.add(node, &format!("{RDF}type"), &Value::Iri(class));
        }
        Ok(())
    }

    /// Attributes that are properties.
    fn values(&mut self, node: &Value, tag: &Tag) -> Result<(), End> {
        for (name, value) in &tag.attributes {
            let predicate = self.checked(name.iri())?;
            let language = self.language.as_deref().map(str::to_owned);
            self.add(node, &predicate, &Value::Literal { text: value.clone(), datatype: None, language });
        }
        Ok(())
    }

    /// What a node, or the object of a property, is known by.
    fn resource(&mut self, tag: &mut Tag, names: [&str; 3]) -> Result<Value, End> {
        let [id, iri, blank] = names.map(|name| if name.is_empty() { None } else { tag.take(name) });
        let given = [&id, &iri, &blank].into_iter().filter(|value| value.is_some()).count();
        if given > 1 {
            return Err(End::rdf4j(if names[0].is_empty() {
                "Only one of the attributes rdf:resource or rdf:nodeID can be used here"
            } else {
                "Only one of the attributes rdf:ID, rdf:about or rdf:nodeID can be used here"
            }));
        }
        match (id, iri, blank) {
            (Some(id), ..) => self.named(&id).map(Value::Iri),
            (_, Some(iri), _) => self.resolved(iri).map(Value::Iri),
            (_, _, Some(name)) => {
                check_xml_name(&name)?;
                Ok(Value::Blank(name))
            }
            _ => Ok(self.new_blank()),
        }
    }

    /// The IRI of an `rdf:ID`, which a document has once.
    fn named(&mut self, id: &str) -> Result<String, End> {
        check_xml_name(id)?;
        let iri = self.resolved(format!("#{id}"))?;
        if self.ids.insert(self.hashes.hash_one(&iri)) {
            Ok(iri)
        } else {
            Err(End::rdf4j(format!("ID '{id}' has already been defined")))
        }
    }

    /// An element for a property.
    fn property(&mut self, mut tag: Tag, is_empty: bool) -> Result<(), End> {
        check_name(&tag.name, "property element", &[])?;
        if tag.name.namespace.is_empty() {
            return Err(End::rdf4j(format!("unqualified property element <{}> not allowed", tag.name.written)));
        }
        let mut iri = self.checked(tag.name.iri())?;
        if let (true, Some(Frame::Node { items, .. })) = (tag.name.is_rdf("li"), self.frames.last_mut()) {
            *items += 1;
            iri = format!("{RDF}_{items}");
        }
        let reified_as = tag.take("ID").map(|id| self.named(&id)).transpose()?;
        self.frames.push(Frame::Property { iri, reified_as, datatype: None, is_collection: false, last: None });
        match tag.take("parseType") {
            Some(parse_type) => {
                no_more(&tag)?;
                self.parsed_as(&parse_type, is_empty)?;
            }
            None if is_empty => self.empty_property(tag)?,
            None => {
                let of_property = tag.take("datatype").map(|datatype| self.resolved(datatype)).transpose()?;
                no_more(&tag)?;
                if let Some(Frame::Property { datatype, .. }) = self.frames.last_mut() {
                    *datatype = of_property;
                }
            }
        }
        if is_empty {
            self.frames.pop();
        }
        Ok(())
    }

    /// A property with `rdf:parseType`.
    fn parsed_as(&mut self, parse_type: &str, is_empty: bool) -> Result<(), End> {
        let xml = Value::Literal { text: String::new(), datatype: Some(format!("{RDF}XMLLiteral")), language: None };
        match (parse_type, is_empty) {
            ("Resource", _) => {
                let resource = self.new_blank();
                self.state(resource.clone())?;
                if !is_empty {
                    self.frames.push(Frame::Node { resource, items: 0, is_implied: true });
                }
            }
            ("Collection", true) => self.state(Value::Iri(format!("{RDF}nil")))?,
            ("Collection", false) => {
                if let Some(Frame::Property { is_collection, .. }) = self.frames.last_mut() {
                    *is_collection = true;
                }
            }
            (_, true) => self.state(xml)?,
            (_, false) => {
                if let Some(Frame::Property { datatype, .. }) = self.frames.last_mut() {
                    *datatype = Some(format!("{RDF}XMLLiteral"));
                }
                self.literal = Some(self.depth);
            }
        }
        Ok(())
    }

    fn empty_property(&mut self, mut tag: Tag) -> Result<(), End> {
        let is_text = tag.attributes.iter().all(|(name, _)| name.is_rdf("datatype"));
        if is_text {
            let datatype = tag.take("datatype").map(|datatype| self.resolved(datatype)).transpose()?;
            let language = datatype.is_none().then(|| self.language.as_deref().map(str::to_owned)).flatten();
            return self.state(Value::Literal { text: String::new(), datatype, language });
        }
        let object = self.resource(&mut tag, ["", "resource", "nodeID"])?;
        check_attributes(&tag)?;
        self.state(object.clone())?;
        self.typed(&object, &mut tag)?;
        self.values(&object, &tag)
    }

    /// Adds a node to the list of the property.
    fn item(&mut self, node: &Value) -> Result<(), End> {
        let list = self.new_blank();
        let Some(Frame::Property { last, .. }) = self.frames.last_mut() else { return Ok(()) };
        match last.replace(list.clone()) {
            None => self.state(list.clone())?,
            Some(before) => self.add(&before, &format!("{RDF}rest"), &list),
        }
        self.add(&list, &format!("{RDF}first"), node);
        Ok(())
    }

    /// States the property of the innermost frame, with this object, of the node around it.
    fn state(&mut self, object: Value) -> Result<(), End> {
        let [.., Frame::Node { resource, .. }, Frame::Property { iri, reified_as, .. }] = &self.frames[..] else {
            return Err(End::rdf4j("unexpected literal"));
        };
        let (subject, predicate, reified_as) = (resource.clone(), iri.clone(), reified_as.clone());
        self.add(&subject, &predicate, &object);
        let Some(statement) = reified_as.map(Value::Iri) else { return Ok(()) };
        let parts = [("subject", subject), ("predicate", Value::Iri(predicate)), ("object", object)];
        self.add(&statement, &format!("{RDF}type"), &Value::Iri(format!("{RDF}Statement")));
        for (name, part) in parts {
            self.add(&statement, &format!("{RDF}{name}"), &part);
        }
        Ok(())
    }

    fn add(&mut self, subject: &Value, predicate: &str, object: &Value) {
        let (near, record) = (&self.near, self.sink.records + 1);
        let statement =
            Statement { subject: subject.term(), predicate: Term::Iri(predicate.into()), object: object.term(), graph: None };
        self.sink.add(statement, |what| near.finding(what, record));
    }

    fn new_blank(&mut self) -> Value {
        self.blanks += 1;
        // No name in a document has a blank in it.
        Value::Blank(format!("{} ", self.blanks))
    }

    fn resolved(&mut self, iri: String) -> Result<String, End> {
        let is_relative = !iri.contains(':');
        let iri = resolve(iri, self.base.as_deref()).map_err(End::rdf4j)?;
        if is_relative && self.sink.options.verify_uri_syntax { Ok(iri) } else { self.checked(iri) }
    }

    fn checked(&mut self, iri: String) -> Result<String, End> {
        if iri.len() > 2 * MAX_NAME {
            return Err(End::TooMuch(LONG_NAME));
        }
        match Flaw::of(&iri) {
            Some(flaw) if self.sink.options.verify_uri_syntax => return Err(End::rdf4j(flaw.text(&iri))),
            Some(Flaw { kind, .. }) => {
                let (near, record) = (&self.near, self.sink.records + 1);
                self.sink.log.warn_at(Warning::Iri { flaw: kind }, |what| near.finding(what, record));
            }
            None => {}
        }
        if iri.contains(':') { Ok(iri) } else { Err(End::rdf4j(format!("Not a valid (absolute) IRI: {iri}"))) }
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

/// Fails for a name of RDF that may not stand there.
fn check_name(name: &Name, place: &str, also: &[&str]) -> Result<(), End> {
    let local = name.local.as_str();
    let is_reserved = RESERVED.contains(&local) && !(local == "Description" && place == "node element");
    if !name.is_of_rdf() || (USABLE.contains(&local) && !also.contains(&local)) {
        return Ok(());
    }
    if is_reserved || also.contains(&local) {
        return Err(End::rdf4j(format!("<{}> not allowed as {place}", name.written)));
    }
    if GONE.contains(&local) {
        return Err(End::rdf4j(format!("{} is no longer a valid RDF name", name.written)));
    }
    Ok(())
}

/// Fails for a name of RDF that no attribute may have there.
fn check_attributes(tag: &Tag) -> Result<(), End> {
    for (name, _) in tag.attributes.iter().filter(|(name, _)| name.is_of_rdf()) {
        let local = name.local.as_str();
        if RESERVED.contains(&local) || local == "li" {
            return Err(End::rdf4j(format!("'{}' not allowed as attribute name", name.written)));
        }
        if GONE.contains(&local) {
            return Err(End::rdf4j(format!("{} is no longer a valid RDF name", name.written)));
        }
    }
    Ok(())
}

fn no_more(tag: &Tag) -> Result<(), End> {
    match tag.attributes.first() {
        Some((name, _)) => Err(End::rdf4j(format!("unexpected attribute '{}'", name.written))),
        None => Ok(()),
    }
}

/// Fails for what is no `NCName`.
fn check_xml_name(name: &str) -> Result<(), End> {
    if is_xml_name(name) {
        return Ok(());
    }
    Err(End::rdf4j(format!("Not an XML Name: {name}")))
}

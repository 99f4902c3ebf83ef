//! The statements that nodes and properties mean.

use std::hash::BuildHasher as _;

use super::document::{Document, Frame};
use super::element::Tag;
use super::end::End;
use super::names::{check_attributes, check_name, check_xml_name, no_more};
use crate::finding::Warning;
use crate::rdf::iri::{Flaw, LONG_NAME, MAX_NAME, resolve};
use crate::rdf::statement::{Statement, Term};
use crate::rdf::value::{RDF, Value};

impl Document<'_, '_> {
    /// An element for a subject or an object.
    pub(super) fn node(&mut self, mut tag: Tag, is_empty: bool) -> Result<(), End> {
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
    pub(super) fn typed(&mut self, node: &Value, tag: &mut Tag) -> Result<(), End> {
        if let Some(class) = tag.take("type") {
            let class = self.resolved(class)?;
            self.add(node, &format!("{RDF}type"), &Value::Iri(class));
        }
        Ok(())
    }

    /// Attributes that are properties.
    pub(super) fn values(&mut self, node: &Value, tag: &Tag) -> Result<(), End> {
        for (name, value) in &tag.attributes {
            let predicate = self.checked(name.iri())?;
            let language = self.language.as_deref().map(str::to_owned);
            self.add(node, &predicate, &Value::Literal { text: value.clone(), datatype: None, language });
        }
        Ok(())
    }

    /// What a node, or the object of a property, is known by.
    pub(super) fn resource(&mut self, tag: &mut Tag, names: [&str; 3]) -> Result<Value, End> {
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
    pub(super) fn named(&mut self, id: &str) -> Result<String, End> {
        check_xml_name(id)?;
        let iri = self.resolved(format!("#{id}"))?;
        if self.ids.insert(self.hashes.hash_one(&iri)) {
            Ok(iri)
        } else {
            Err(End::rdf4j(format!("ID '{id}' has already been defined")))
        }
    }

    /// An element for a property.
    pub(super) fn property(&mut self, mut tag: Tag, is_empty: bool) -> Result<(), End> {
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
    pub(super) fn parsed_as(&mut self, parse_type: &str, is_empty: bool) -> Result<(), End> {
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

    pub(super) fn empty_property(&mut self, mut tag: Tag) -> Result<(), End> {
        let is_text = tag.attributes.iter().all(|(name, _)| name.is_rdf("datatype"));
        if is_text {
            // RDF4J resolves the datatype of a text against the base, and not that of an empty element.
            let datatype = tag.take("datatype").map(|datatype| self.checked(datatype)).transpose()?;
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
    pub(super) fn item(&mut self, node: &Value) -> Result<(), End> {
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
    pub(super) fn state(&mut self, object: Value) -> Result<(), End> {
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

    pub(super) fn add(&mut self, subject: &Value, predicate: &str, object: &Value) {
        let (near, record) = (&self.near, self.sink.records + 1);
        let statement =
            Statement { subject: subject.term(), predicate: Term::Iri(predicate.into()), object: object.term(), graph: None };
        self.sink.add(statement, |what| near.finding(what, record));
    }

    pub(super) fn new_blank(&mut self) -> Value {
        self.blanks += 1;
        // No name in a document has a blank in it.
        Value::Blank(format!("{} ", self.blanks))
    }

    pub(super) fn resolved(&mut self, iri: String) -> Result<String, End> {
        let is_relative = !iri.contains(':');
        let iri = resolve(iri, self.base.as_deref()).map_err(End::rdf4j)?;
        if is_relative {
            let (near, record) = (&self.near, self.sink.records + 1);
            self.sink.note_own_base(&iri, |what| near.finding(what, record));
        }
        if is_relative && self.sink.options.verify_uri_syntax { Ok(iri) } else { self.checked(iri) }
    }

    pub(super) fn checked(&mut self, iri: String) -> Result<String, End> {
        if iri.len() > 2 * MAX_NAME {
            return Err(End::TooMuch(LONG_NAME));
        }
        match Flaw::of(&iri) {
            Some(flaw) if flaw.is_refused(self.sink.options.verify_uri_syntax) => return Err(End::rdf4j(flaw.text(&iri))),
            Some(Flaw { kind, .. }) => {
                let (near, record) = (&self.near, self.sink.records + 1);
                self.sink.log.warn_at(Warning::Iri { flaw: kind }, |what| near.finding(what, record));
            }
            None => {}
        }
        if iri.contains(':') { Ok(iri) } else { Err(End::rdf4j(format!("Not a valid (absolute) IRI: {iri}"))) }
    }
}

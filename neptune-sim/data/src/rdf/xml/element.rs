//! Elements: their names, namespaces and attributes.

use std::collections::HashSet;
use std::rc::Rc;

use oxiri::Iri;
use quick_xml::events::attributes::Attributes;

use super::end::{End, Near};
use super::entity::Entities;
use crate::problem::Provenance;
use crate::rdf::iri::{LONG_NAME, MAX_NAME};
use crate::rdf::value::RDF;

/// How deep elements may be nested.
const MAX_DEPTH: usize = 256;
/// How many attributes an element may have, and how many prefixes it may know. Each name is looked for among them.
const MAX_NAMES: usize = 1000;
/// How long the tags of all open elements may be together, in bytes.
const MAX_OPEN: usize = 16 * 1024 * 1024;

/// A name with the namespace of its prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// As it is written.
    pub(super) written: String,
    pub(super) namespace: Rc<str>,
    pub(super) local: String,
}

impl Name {
    /// Whether it is this one of RDF's own.
    pub(super) fn is_rdf(&self, local: &str) -> bool {
        self.local == local && self.is_of_rdf()
    }

    pub(super) fn is_of_rdf(&self) -> bool {
        &*self.namespace == RDF
    }

    pub(super) fn iri(&self) -> String {
        format!("{}{}", self.namespace, self.local)
    }
}

/// What is known in an element from its begin on.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The name in the tag.
    pub(super) written: String,
    /// `None` if it is no absolute IRI.
    pub(super) base: Option<Rc<Iri<String>>>,
    pub(super) language: Option<Rc<str>>,
    /// How many namespaces are known before it.
    bindings: usize,
    bytes: usize,
}

/// The begin of an element.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: Name,
    /// Without those of XML itself.
    pub(super) attributes: Vec<(Name, String)>,
    pub(super) base: Option<Rc<Iri<String>>>,
    pub(super) language: Option<Rc<str>>,
    /// How many elements are open, with this one.
    pub(super) depth: usize,
    pub(super) near: Near,
}

impl Tag {
    /// Takes the value of this attribute of RDF out.
    pub(super) fn take(&mut self, local: &str) -> Option<String> {
        let at = self.attributes.iter().position(|(name, _)| name.is_rdf(local))?;
        Some(self.attributes.remove(at).1)
    }
}

/// The elements that are open.
#[derive(Debug)]
pub(super) struct Elements {
    base: Option<Rc<Iri<String>>>,
    open: Vec<Scope>,
    /// Prefixes and their namespaces, the innermost last.
    bindings: Vec<(String, Rc<str>)>,
    bytes: usize,
}

impl Elements {
    pub(super) fn new(base: &str) -> Self {
        let bindings = vec![("xml".to_owned(), Rc::from("http://www.w3.org/XML/1998/namespace"))];
        Self { base: Iri::parse(base.to_owned()).ok().map(Rc::new), open: Vec::new(), bindings, bytes: 0 }
    }

    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The base and the language here.
    pub(super) fn here(&self) -> (Option<Rc<Iri<String>>>, Option<Rc<str>>) {
        self.open.last().map_or((self.base.clone(), None), |scope| (scope.base.clone(), scope.language.clone()))
    }

    /// The name of the innermost element.
    pub(super) fn innermost(&self) -> &str {
        self.open.last().map_or("", |scope| &scope.written)
    }

    /// Opens an element: `content` is what is in its tag.
    pub(super) fn open(&mut self, content: &str, entities: &mut Entities, near: &Near) -> Result<Tag, End> {
        let length = content.find(|c: char| c.is_ascii_whitespace()).unwrap_or(content.len());
        let written = content[..length].to_owned();
        let (base, language) = self.here();
        self.bytes += content.len();
        if self.open.len() >= MAX_DEPTH {
            return Err(End::TooMuch("Elements are nested deeper than 256 levels"));
        }
        if self.bytes > MAX_OPEN {
            return Err(End::TooMuch("The tags of open elements take more than 16 MiB"));
        }
        let mut scope = Scope { written: written.clone(), base, language, bindings: self.bindings.len(), bytes: content.len() };
        let attributes = self.attributes(content, length, entities, &mut scope)?;
        for name in std::iter::once(&written).chain(attributes.iter().map(|(key, _)| key)) {
            if !name.split(':').all(is_xml_name) || name.split(':').count() > 2 {
                return Err(End::Fault(format!("`{name}` is no name of XML"), Provenance::Ours));
            }
        }
        let name = self.name(&written, true).ok_or_else(|| {
            let prefix = written.split(':').next().unwrap_or_default();
            End::rdf4j(format!("The prefix \"{prefix}\" for element \"{written}\" is not bound."))
        })?;
        let attributes = attributes.into_iter().map(|(key, value)| {
            let name = self.name(&key, false).ok_or_else(|| {
                let prefix = key.split(':').next().unwrap_or_default();
                let of = format!("attribute \"{key}\" associated with an element type \"{written}\"");
                End::rdf4j(format!("The prefix \"{prefix}\" for {of} is not bound."))
            })?;
            Ok((name, value))
        });
        let attributes = attributes.collect::<Result<Vec<(Name, String)>, End>>()?;
        check_each_once(&attributes, &written)?;
        let (base, language) = (scope.base.clone(), scope.language.clone());
        self.open.push(scope);
        Ok(Tag { name, attributes, base, language, depth: self.open.len(), near: near.clone() })
    }

    /// The attributes in a tag. Those of XML go into the scope.
    fn attributes(
        &mut self,
        content: &str,
        at: usize,
        entities: &mut Entities,
        scope: &mut Scope,
    ) -> Result<Vec<(String, String)>, End> {
        let mut others = Vec::new();
        if lacks_blank(&content[at..]) {
            let element = &scope.written;
            let said =
                format!("Element type \"{element}\" must be followed by either attribute specifications, \">\" or \"/>\".");
            return Err(End::rdf4j(said));
        }
        for attribute in Attributes::new(content, at).with_checks(false) {
            let attribute = attribute.map_err(|error| End::Fault(error.to_string(), Provenance::Ours))?;
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = entities.expand(&String::from_utf8_lossy(&attribute.value), &key, &scope.written)?;
            match key.as_str() {
                "xml:base" => scope.base = base(&value, scope.base.as_deref()),
                "xml:lang" => scope.language = (!value.is_empty()).then(|| Rc::from(value)),
                "xmlns" => self.bind("", &value)?,
                key if key.starts_with("xmlns:") => self.bind(&key["xmlns:".len()..], &value)?,
                key if key.starts_with("xml") && (key.starts_with("xml:") || !key.contains(':')) => {}
                _ if others.len() == MAX_NAMES => return Err(End::TooMuch("An element has more than 1,000 attributes")),
                _ => others.push((key, value)),
            }
        }
        Ok(others)
    }

    fn bind(&mut self, prefix: &str, namespace: &str) -> Result<(), End> {
        if namespace.is_empty() && !prefix.is_empty() {
            let attribute = format!("prefix=\"xmlns\",localpart=\"{prefix}\",rawname=\"xmlns:{prefix}\"");
            let said =
                format!("The value of the attribute \"{attribute}\" is invalid. Prefixed namespace bindings may not be empty.");
            return Err(End::rdf4j(said));
        }
        if namespace.len() > MAX_NAME {
            return Err(End::TooMuch(LONG_NAME));
        }
        if self.bindings.len() > MAX_NAMES {
            return Err(End::TooMuch("More than 1,000 prefixes are declared for one element"));
        }
        self.bindings.push((prefix.to_owned(), Rc::from(namespace)));
        Ok(())
    }

    fn name(&self, written: &str, is_element: bool) -> Option<Name> {
        let (prefix, local) = written.split_once(':').map_or((None, written), |(prefix, local)| (Some(prefix), local));
        let bound =
            |wanted: &str| self.bindings.iter().rev().find(|(prefix, _)| prefix == wanted).map(|(_, iri)| Rc::clone(iri));
        let namespace = match prefix {
            Some(prefix) => bound(prefix)?,
            None if is_element => bound("").unwrap_or_default(),
            None => Rc::default(),
        };
        Some(Name { written: written.to_owned(), namespace, local: local.to_owned() })
    }

    /// Closes the innermost element.
    pub(super) fn close(&mut self, written: &str) -> Result<(), End> {
        let Some(scope) = self.open.pop() else {
            return Err(End::rdf4j("The markup in the document following the root element must be well-formed."));
        };
        if scope.written != written.trim_end() {
            let name = scope.written;
            return Err(End::rdf4j(format!(
                "The element type \"{name}\" must be terminated by the matching end-tag \"</{name}>\"."
            )));
        }
        self.bindings.truncate(scope.bindings);
        self.bytes -= scope.bytes;
        Ok(())
    }
}

/// Fails for an attribute that is there twice.
fn check_each_once(attributes: &[(Name, String)], element: &str) -> Result<(), End> {
    let mut known = HashSet::new();
    let twice = attributes.iter().find(|(name, _)| !known.insert((&name.namespace, &name.local)));
    let Some((Name { local, namespace, .. }, _)) = twice else { return Ok(()) };
    let bound = if namespace.is_empty() { String::new() } else { format!(" bound to namespace \"{namespace}\"") };
    Err(End::rdf4j(format!("Attribute \"{local}\"{bound} was already specified for element \"{element}\".")))
}

/// Whether an attribute follows the quote behind the value of another.
fn lacks_blank(attributes: &str) -> bool {
    let mut rest = attributes;
    while let Some(open) = rest.find(['"', '\'']) {
        let (quote, value) = rest[open..].split_at(1);
        let Some((_, behind)) = value.split_once(quote) else { return false };
        if !behind.is_empty() && !behind.starts_with([' ', '\t', '\n', '\r', '/']) {
            return true;
        }
        rest = behind;
    }
    false
}

/// A base that is written in another's scope.
fn base(iri: &str, outer: Option<&Iri<String>>) -> Option<Rc<Iri<String>>> {
    let absolute = Iri::parse(iri.to_owned()).ok();
    absolute.or_else(|| outer.map(|outer| outer.resolve_unchecked(iri))).map(Rc::new)
}

/// Whether a text is an `NCName`.
pub(super) fn is_xml_name(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    begins && chars.all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\u{b7}'))
}

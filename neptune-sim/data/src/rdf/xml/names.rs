//! Names that RDF/XML knows, and those that it does not allow.

use super::element::{Name, Tag, is_xml_name};
use super::end::End;

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

/// Fails for a name of RDF that may not stand there.
pub(super) fn check_name(name: &Name, place: &str, also: &[&str]) -> Result<(), End> {
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
pub(super) fn check_attributes(tag: &Tag) -> Result<(), End> {
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

pub(super) fn no_more(tag: &Tag) -> Result<(), End> {
    match tag.attributes.first() {
        Some((name, _)) => Err(End::rdf4j(format!("unexpected attribute '{}'", name.written))),
        None => Ok(()),
    }
}

/// Fails for what is no `NCName`.
pub(super) fn check_xml_name(name: &str) -> Result<(), End> {
    if is_xml_name(name) {
        return Ok(());
    }
    Err(End::rdf4j(format!("Not an XML Name: {name}")))
}

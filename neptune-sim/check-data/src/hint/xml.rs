//! Faults of RDF/XML, in the words of RDF4J's reader and of Java's reader of XML.

/// What helps against a fault in this part of a document.
pub(super) fn of_xml(text: &str, line: &str) -> Option<&'static str> {
    match text {
        "Content is not allowed in prolog." if line.to_ascii_lowercase().contains("utf-16") => {
            Some("the file says that it is UTF-16, and is not: write `encoding=\"UTF-8\"`")
        }
        "The string \"--\" is not permitted within comments." => Some("leave the second hyphen out, or the comment"),
        _ if text.starts_with("The character sequence \"]]>\"") => Some("write `]]>` as `]]&gt;`"),
        _ if text.starts_with("Invalid byte ") => Some("write the file as UTF-8"),
        "XML document structures must start and end within the same entity." => {
            Some("the file is cut off, or a tag is not closed: write or upload it again")
        }
        "The markup in the document following the root element must be well-formed." => {
            Some("a document has one root element: put all into one rdf:RDF, or into files of their own")
        }
        "unexpected attribute 'rdf:resource'" | "unexpected attribute 'rdf:nodeID'" => {
            Some("an element has either a value in it or an attribute that names it: leave one of them out")
        }
        _ if text.starts_with("unqualified attribute") => Some("give the attribute a prefix, as in `rdf:about`"),
        "Premature end of file." => Some("the file is empty: leave it out, or write or upload it again"),
        _ if text.ends_with("by the matching end-tag \"</") || text.contains("must be terminated by the matching end-tag") => {
            Some("a tag ends another element than the last that is open: close them in the order in which they stand")
        }
        _ if text.starts_with("An invalid XML character") => {
            Some("leave the character out: XML has no control characters but line ends and tabs")
        }
        "unexpected literal" => Some("text stands in the element of a property, and not between two of them"),
        _ if is_less_than(text, line) => Some("write a `<` that is none of a tag as `&lt;`"),
        _ if text.contains("attribute key must be") => Some("write an attribute as `name=\"value\"`"),
        _ if text.ends_with("is in another file, which is never fetched") => Some("write into the file what stands there"),
        _ if text.starts_with("Recursive entity") => Some("declare the entity as the text that it stands for"),
        _ if text.starts_with("JAXP00010001") => Some(
            "write names in full in place of entities such as `&owl;`, or split the file: Java's XML reader takes 64,000 of them",
        ),
        _ if text.starts_with("The entity \"") => {
            Some("XML knows &lt; &gt; &amp; &quot; and &apos;; write others as characters, or declare them in the DOCTYPE")
        }
        _ if text.contains("parameter entity reference") => Some("write a `%` in the text of an entity as `&#37;`"),
        _ if text.starts_with("The entity name must") || text.starts_with("The reference to entity") => {
            Some("write `&` as `&amp;`")
        }
        _ if text.ends_with("is not bound.") => Some("declare the prefix in the root element: `xmlns:name=\"http://…\"`"),
        _ if text.starts_with("Not an XML Name") && text.contains(": _:") => {
            Some("the name has no colon: OWL API writes `_:genid25` where `genid25` belongs")
        }
        _ if text.starts_with("The processing instruction target") => {
            Some("`<?xml …?>` is the very first of a file: remove what stands before it; two documents are two files")
        }
        _ if text.starts_with("Not an XML Name") => Some(
            "rdf:ID and rdf:nodeID have letters, digits, `.`, `-` and `_`, and begin with a letter or `_`; rdf:about takes any IRI",
        ),
        _ if text.ends_with("has already been defined") => {
            Some("rdf:ID names a thing once; refer to it with rdf:about=\"#name\"")
        }
        _ if text.starts_with("unqualified property element") => {
            Some("give the element a namespace: a prefix, or `xmlns` on the root")
        }
        _ if text.ends_with("is no longer a valid RDF name") => Some("leave it out: RDF has dropped it"),
        _ => None,
    }
}

/// Whether a `<` is taken for the beginning of a tag, and stands before what no tag begins with.
fn is_less_than(text: &str, line: &str) -> bool {
    let starts_tag = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '!' | '?' | ':');
    let is_lone = line.split('<').skip(1).any(|behind| !behind.starts_with(starts_tag) && !behind.is_empty());
    let is_of_tag =
        text.ends_with("is no name of XML") || text.contains("attribute key") || text.contains("is not well-formed");
    text.contains("must not contain the '<' character") || is_of_tag && is_lone
}

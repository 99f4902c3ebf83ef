//! Documents of RDF/XML: how many statements are loaded before the end, and what is said of the fault that ends them.

use std::io::{Cursor, Read as _};

use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Finding, Found, Graph, Problem, Provenance, Totals, Warning, What};
use rstest::rstest;

fn read(input: impl std::io::Read, graph: &mut Graph) -> (Totals, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sink = |found: Found<'_>| findings.push(found.finding());
    let totals = load(input, Format::RdfXml, &Options::default(), graph, &mut sink).expect("bytes can be read");
    (totals, findings)
}

const BEGIN: &str =
    "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e/\">\n";

/// The document of which this begins on the third line.
fn document(content: &str) -> String {
    format!("{BEGIN}{content}\n</rdf:RDF>\n")
}

/// The same with a document type.
fn document_of(document_type: &str, content: &str) -> String {
    let (declaration, root) = BEGIN.split_once('\n').expect("two lines");
    format!("{declaration}\n{document_type}{root}{content}\n</rdf:RDF>\n")
}

/// How many statements of a document are loaded, and its fault.
fn loaded(text: &str) -> (u64, Option<(String, u64, usize)>) {
    let (totals, findings) = read(text.as_bytes(), &mut Graph::default());
    let fault = findings.iter().find_map(|finding| match &finding.what {
        What::Error(problem) => Some((problem.to_string(), finding.line, finding.column)),
        What::Warning(_) => None,
    });
    (totals.records - totals.parsing_errors, fault)
}

#[rstest]
#[case::a_text("<rdf:Description rdf:about=\"http://e/a\"><e:p>x</e:p></rdf:Description>", 1)]
#[case::a_class("<e:C rdf:about=\"http://e/a\" e:p=\"x\" rdf:type=\"http://e/D\"/>", 3)]
#[case::an_unknown_name_of_rdf("<rdf:Foo rdf:about=\"http://e/a\"/>", 1)]
#[case::names_without_a_prefix("<rdf:Description about=\"http://e/a\"><e:p resource=\"http://e/b\"/></rdf:Description>", 1)]
#[case::items_and_a_list(
    "<rdf:Description><rdf:li>1</rdf:li><e:p rdf:parseType=\"Collection\"><e:C/><rdf:Description/></e:p></rdf:Description>",
    7
)]
#[case::an_empty_list("<rdf:Description><e:p rdf:parseType=\"Collection\"></e:p></rdf:Description>", 1)]
#[case::two_nodes_in_a_property("<rdf:Description><e:p><rdf:Description/><rdf:Description/></e:p></rdf:Description>", 2)]
#[case::text_before_a_node("<rdf:Description><e:p>text <rdf:Description/></e:p></rdf:Description>", 1)]
#[case::a_text_of_xml("<rdf:Description><e:p rdf:parseType=\"Literal\">a <b>c</b><d/></e:p></rdf:Description>", 1)]
#[case::a_resource("<rdf:Description><e:p rdf:parseType=\"Resource\"><e:q>x</e:q><e:q/></e:p></rdf:Description>", 3)]
#[case::reified("<rdf:Description><e:p rdf:ID=\"s\">x</e:p></rdf:Description>", 5)]
#[case::no_check_of_values(
    "<rdf:Description><e:p rdf:datatype=\"http://www.w3.org/2001/XMLSchema#integer\">abc</e:p></rdf:Description>",
    1
)]
#[case::characters("<rdf:Description><e:p>x &amp; &#65; <![CDATA[<y>]]></e:p></rdf:Description><!-- x --><?x y?>", 1)]
#[case::an_odd_iri("<rdf:Description rdf:about=\"http://e/a b|\"><e:p/></rdf:Description>", 1)]
fn these_are_loaded(#[case] content: &str, #[case] statements: u64) {
    assert_eq!(loaded(&document(content)), (statements, None));
}

#[rstest]
#[case::the_same_id(
    "<rdf:Description rdf:ID=\"a\"><e:p>x</e:p></rdf:Description>\n  <rdf:Description rdf:ID=\"a\"/>", 1,
    "ID 'a' has already been defined", (4, 3)
)]
#[case::an_id_of_digits("<rdf:Description rdf:ID=\"1a\"/>", 0, "Not an XML Name: 1a", (3, 1))]
#[case::about_each("<rdf:Description rdf:aboutEach=\"http://e/a\"/>", 0, "rdf:aboutEach is no longer a valid RDF name", (3, 1))]
#[case::two_names(
    "<rdf:Description rdf:about=\"e:a\" rdf:ID=\"b\"/>", 0,
    "Only one of the attributes rdf:ID, rdf:about or rdf:nodeID can be used here", (3, 1)
)]
#[case::no_namespace("<rdf:Description><p>x</p></rdf:Description>", 0, "unqualified property element <p> not allowed", (3, 18))]
#[case::an_attribute_without_one("<rdf:Description q=\"x\"/>", 0, "unqualified attribute 'q' not allowed", (3, 1))]
#[case::an_item_as_node("<rdf:li/>", 0, "<rdf:li> not allowed as node element", (3, 1))]
#[case::an_attribute_too_many(
    "<rdf:Description><e:p e:q=\"x\">y</e:p></rdf:Description>", 0, "unexpected attribute 'e:q'", (3, 18)
)]
#[case::text_between_properties("<rdf:Description><e:p>x</e:p>y</rdf:Description>", 1, "unexpected literal", (3, 31))]
#[case::an_unknown_entity(
    "<rdf:Description><e:p>a&nbsp;b</e:p></rdf:Description>", 0,
    "The entity \"nbsp\" was referenced, but not declared.", (3, 24)
)]
#[case::an_unknown_prefix("<f:C/>", 0, "The prefix \"f\" for element \"f:C\" is not bound.", (3, 1))]
#[case::another_end(
    "<rdf:Description><e:p>x</e:q></rdf:Description>", 0,
    "The element type \"e:p\" must be terminated by the matching end-tag \"</e:p>\".", (3, 24)
)]
#[case::a_relative_datatype_of_nothing(
    "<rdf:Description><e:p rdf:datatype=\"int\"/></rdf:Description>", 0, "Not a valid (absolute) IRI: int", (3, 18)
)]
fn a_fault_ends_the_file(#[case] content: &str, #[case] statements: u64, #[case] text: &str, #[case] place: (u64, usize)) {
    assert_eq!(loaded(&document(content)), (statements, Some((text.to_owned(), place.0, place.1))));
}

#[test]
fn a_file_that_is_cut_off_has_lost_what_is_not_there() {
    let text = document("<rdf:Description><e:p>x</e:p></rdf:Description>\n<rdf:Description");
    let (statements, fault) = loaded(&text[..text.len() - 12]);
    let expected = "XML document structures must start and end within the same entity.";
    assert_eq!((statements, fault.map(|(text, line, _)| (text, line))), (1, Some((expected.to_owned(), 4))));
}

#[test]
fn the_root_may_be_left_out_and_nothing_follows_it() {
    let node = "<e:C xmlns:e=\"http://e/\"><e:p>x</e:p></e:C>";
    assert_eq!(loaded(node), (2, None));
    let fault = loaded(&format!("{node}\n<x/>")).1.expect("it is no XML");
    assert_eq!(fault, ("The markup in the document following the root element must be well-formed.".to_owned(), 2, 1));
}

#[test]
fn bases_languages_and_entities_are_those_of_the_scope() {
    let mut graph = Graph::default();
    let types = "<!DOCTYPE rdf:RDF [ <!ENTITY e \"http://e/\"> <!ENTITY f '&e;f'> ]>\n";
    let content = "<e:C rdf:about=\"&e;a\" xml:lang=\"en\"><e:p>&f;</e:p><e:p xml:lang=\"\" xml:base=\"http://b/c#d\" rdf:resource=\"#x\"/></e:C>";
    assert_eq!(read(document_of(types, content).as_bytes(), &mut graph).0.records, 3);
    let same = "<http://e/a> <http://e/p> \"http://e/f\"@en .\n<http://e/a> <http://e/p> <http://b/c#x> .\n";
    let totals = load(same.as_bytes(), Format::NTriples, &Options::default(), &mut graph, &mut |_| {}).expect("bytes");
    assert_eq!(totals.duplicates, 2);
}

/// What RDF4J 3.7.7 says of the first four.
#[rstest]
#[case::in_a_text(
    "<e:C><e:p>a\u{1}</e:p></e:C>",
    "An invalid XML character (Unicode: 0x1) was found in the element content of the document."
)]
#[case::nothing(
    "<e:C><e:p>a\0</e:p></e:C>",
    "An invalid XML character (Unicode: 0x0) was found in the element content of the document."
)]
#[case::by_its_number("<e:C><e:p>a&#x1;</e:p></e:C>", "Character reference \"&#x1\" is an invalid XML character.")]
#[case::a_late_declaration(
    "<?xml version='1.0'?><e:C/>",
    "The processing instruction target matching \"[xX][mM][lL]\" is not allowed."
)]
#[case::in_an_attribute("<e:C e:p='a\u{b}'/>", "An invalid XML character (Unicode: 0xb) was found in the markup.")]
#[case::no_character(
    "<e:C><e:p>a\u{ffff}</e:p></e:C>",
    "An invalid XML character (Unicode: 0xffff) was found in the element content of the document."
)]
fn what_is_no_xml_ends_the_document(#[case] content: &str, #[case] expected: &str) {
    let (_, fault) = loaded(&document(content));
    let (text, line, _) = fault.expect("it is no XML");
    assert_eq!((text.as_str(), line), (expected, 3));
}

#[test]
fn words_that_are_not_rdf4js_are_marked() {
    let (_, findings) = read(document("<rdf:Description rdf:about=x/>").as_bytes(), &mut Graph::default());
    let What::Error(Problem::Document { words, .. }) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(*words, Provenance::Ours);
}

#[rstest]
#[case::latin_1(b"Andr\xe9 B", 2, 3)]
#[case::a_latin_1_letter_before_a_tag(b"\xe9", 2, 3)]
#[case::a_byte_that_begins_nothing(b"\x80x", 1, 1)]
#[case::a_byte_of_no_character(b"\xff", 1, 1)]
#[case::two_bytes(b"\xc3(", 2, 2)]
#[case::four_bytes(b"\xf0\x9f\x98(", 4, 4)]
#[case::a_longer_form_of_a_character(b"\xc0\x80", 1, 1)]
#[case::half_of_a_pair(b"\xed\xa0\x80", 2, 3)]
fn bytes_that_are_no_utf8_end_the_document(#[case] bytes: &[u8], #[case] wrong: usize, #[case] of: usize) {
    let text = [BEGIN.as_bytes(), b"<e:C/><e:C><e:p>", bytes, b"</e:p></e:C></rdf:RDF>"].concat();
    let (_, findings) = read(&text[..], &mut Graph::default());
    let What::Error(Problem::Document { text, .. }) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(*text, format!("Invalid byte {wrong} of {of}-byte UTF-8 sequence."));
}

#[test]
fn bytes_of_another_encoding_that_is_named_are_warned_about() {
    let begin =
        format!("<?xml version='1.0' encoding='ISO-8859-1'?>{}", BEGIN.split_once("?>").map_or(BEGIN, |(_, rest)| rest));
    let text = [begin.as_bytes(), b"<e:C/><e:C><e:p>\xff</e:p></e:C></rdf:RDF>"].concat();
    let (totals, findings) = read(&text[..], &mut Graph::default());
    assert_eq!(totals.errors(), 0);
    let warning = findings.iter().find(|finding| finding.what == What::Warning(Warning::NotUtf8));
    assert_eq!(warning.map(|finding| (finding.record, finding.times)), Some((3, 1)), "{findings:?}");
}

/// A document with this text, in this encoding.
fn in_encoding(name: &str, text: &[u8]) -> Vec<u8> {
    let begin = BEGIN.split_once("?>").map_or(BEGIN, |(_, rest)| rest);
    let begin = format!("<?xml version='1.0' encoding='{name}'?>{begin}<e:C rdf:about='e:a'><e:p>");
    [begin.as_bytes(), text, b"</e:p></e:C></rdf:RDF>"].concat()
}

/// As RDF4J reads them. That they are the same letters is seen from the duplicate.
#[rstest]
#[case::latin_1("ISO-8859-1", b"\xE9", "é")]
#[case::latin_1_by_another_name("latin1", b"\xE9", "é")]
#[case::latin_9("iso-8859-15", b"\xA4", "€")]
#[case::windows("windows-1252", b"\x80", "€")]
#[case::shift_jis("Shift_JIS", b"\x82\xA0", "あ")]
#[case::gbk("GBK", b"\xC4\xE3", "你")]
#[case::ascii("us-ascii", b"x", "x")]
#[case::no_letter_in_another_encoding("ISO-8859-1", b"x", "x")]
fn a_document_is_read_in_the_encoding_that_it_declares(#[case] name: &str, #[case] bytes: &[u8], #[case] letter: &str) {
    let mut graph = Graph::default();
    read(&in_encoding("UTF-8", letter.as_bytes())[..], &mut graph);
    let (totals, findings) = read(&in_encoding(name, bytes)[..], &mut graph);
    assert_eq!((totals.records, totals.duplicates, totals.errors()), (2, 2, 0), "{findings:?}");
    let is_warned = findings.iter().any(|finding| finding.what == What::Warning(Warning::NotUtf8));
    assert_eq!(is_warned, !letter.is_ascii(), "{findings:?}");
}

#[rstest]
#[case::with_a_mark(true, true)]
#[case::with_a_mark_at_the_end_that_is_high(true, false)]
#[case::without_one(false, true)]
#[case::without_one_and_high_first(false, false)]
fn a_document_of_two_bytes_a_letter_is_read(#[case] has_mark: bool, #[case] is_little: bool) {
    let text = String::from_utf8(in_encoding("UTF-16", b"x")).expect("text");
    let mark = if has_mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
    let mut graph = Graph::default();
    read(&in_encoding("UTF-8", b"x")[..], &mut graph);
    let (totals, findings) = read(&bytes[..], &mut graph);
    assert_eq!((totals.records, totals.duplicates), (2, 2), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.what == What::Warning(Warning::NotUtf8)), "{findings:?}");
}

#[test]
fn ascii_has_128_characters() {
    let (_, findings) = read(&in_encoding("us-ascii", b"\xE9")[..], &mut Graph::default());
    let What::Error(Problem::Document { text, words, .. }) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(
        (text.as_str(), *words),
        ("Byte \"233\" is not a member of the (7-bit) ASCII character set.", Provenance::Rdf4j)
    );
}

/// Java knows it.
#[test]
fn a_document_in_an_encoding_that_is_not_known_is_read_as_utf8() {
    let (totals, findings) = read(&in_encoding("cp850", b"\x82")[..], &mut Graph::default());
    assert_eq!(totals.errors(), 0, "{findings:?}");
    assert!(findings.iter().any(|finding| finding.what == What::Warning(Warning::NotUtf8)), "{findings:?}");
}

#[test]
fn bytes_of_one_each_are_no_utf16() {
    let text = "<?xml version='1.0' encoding='utf-16'?><e:C xmlns:e='e:'/>";
    let (_, findings) = read(text.as_bytes(), &mut Graph::default());
    let What::Error(Problem::Document { text, .. }) = &findings[0].what else { panic!("{findings:?}") };
    assert_eq!(text, "Content is not allowed in prolog.");
}

/// Each of them would take all memory.
#[rstest]
#[case::a_text("<e:C><e:p>", "x", "A tag or a text is longer than 16 MiB")]
#[case::pieces_of_a_text("<e:C><e:p>", "xxxxxxxxxxxxxxxxxxxx<!-- -->", "A tag or a text is longer than 16 MiB")]
#[case::a_tag("<e:C", " ", "A tag or a text is longer than 16 MiB")]
#[case::a_comment("<!--", "x", "A tag or a text is longer than 16 MiB")]
#[case::elements("", "<e:C><e:p>", "Elements are nested deeper than 256 levels")]
#[case::elements_in_a_text_of_xml("<e:C><e:p rdf:parseType='Literal'>", "<b>", "Elements are nested deeper than 256 levels")]
fn nothing_is_endless(#[case] start: &str, #[case] more: &str, #[case] expected: &str) {
    let start = format!("{BEGIN}{start}");
    let endless = start.as_bytes().chain(Cursor::new(more.repeat(30 * 1024 * 1024 / more.len())));
    let (_, findings) = read(endless, &mut Graph::default());
    let Some(What::Error(problem)) = findings.first().map(|finding| &finding.what) else { panic!("{findings:?}") };
    assert_eq!(problem.to_string(), expected);
}

/// What is said of a document with these entities, which refers to the entity `a0`.
fn said_of_entities(entities: &str) -> String {
    let text = document_of(&format!("<!DOCTYPE rdf:RDF [ {entities} ]>"), "<e:C><e:p>&a0;</e:p></e:C>");
    loaded(&text).1.map(|(text, ..)| text).unwrap_or_default()
}

#[rstest]
#[case::that_multiply(9, 10, "JAXP00010001: The parser has encountered more than \"64000\" entity expansions")]
#[case::that_stand_in_each_other(64, 1, "Entities are nested deeper than 64 levels")]
fn entities_cannot_multiply_without_end(#[case] levels: usize, #[case] times: usize, #[case] expected: &str) {
    let entity = |level: usize| format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level + 1).repeat(times));
    let types: String = (0..levels).map(entity).chain([format!("<!ENTITY a{levels} \"lol\">")]).collect();
    assert!(said_of_entities(&types).starts_with(expected));
}

#[test]
fn entities_are_so_long_together() {
    let million = "x".repeat(1024 * 1024 - 2);
    assert_eq!(said_of_entities(&format!("<!ENTITY a0 \"{million}\">")), "");
    let expected = "The entities of the file take more than 1 MiB";
    assert_eq!(said_of_entities(&format!("<!ENTITY a0 \"{million}x\">")), expected);
    assert_eq!(said_of_entities(&format!("<!ENTITY a0 \"{million}\"> <!ENTITY b ''>")), expected);
    let types = format!("<!DOCTYPE rdf:RDF [ <!ENTITY a \"{million}\"> ]>");
    let read = |content: String| loaded(&document_of(&types, &content)).1.map(|(text, ..)| text);
    let expected = Some("A tag or a text is longer than 16 MiB".to_owned());
    assert_eq!(read(format!("<e:C e:p='{}'/>", "&a;".repeat(17))), expected);
    assert_eq!(read(format!("<e:C><e:p>{}</e:p></e:C>", "&a;".repeat(17))), expected);
    let expected = Some("What stands for the entities of the file is longer than 50,000,000 bytes".to_owned());
    assert_eq!(read("<e:C><e:p>&a;</e:p></e:C>".repeat(48)), expected);
}

/// Each name in a tag is looked for among the others, which would take hours for a million.
#[rstest]
#[case::attributes("e:a", "An element has more than 1,000 attributes")]
#[case::prefixes("xmlns:a", "More than 1,000 prefixes are declared for one element")]
fn an_element_has_so_many_names(#[case] name: &str, #[case] expected: &str) {
    let names: Vec<String> = (0..1001).map(|number| format!(" {name}{number}='e:'")).collect();
    let (_, fault) = loaded(&document(&format!("<e:C{}/>", names.concat())));
    assert_eq!(fault.map(|(text, ..)| text), Some(expected.to_owned()));
}

/// RDF4J 3.7.7 says so, too.
#[rstest]
#[case::in_a_comment("<!-- <!ENTITY a \"1\"> -->", "The entity \"a\" was referenced, but not declared.")]
#[case::in_an_instruction("<?x <!ENTITY a \"1\">?>", "The entity \"a\" was referenced, but not declared.")]
#[case::in_another_value("<!ENTITY b '<!ENTITY a \"1\">'>", "The entity \"a\" was referenced, but not declared.")]
#[case::for_declarations("<!ENTITY % a 'x'>", "The entity \"a\" was referenced, but not declared.")]
#[case::a_percent_sign(
    "<!ENTITY a 'http://e/a%20b'>",
    "The entity name must immediately follow the '%' in the parameter entity reference."
)]
#[case::a_name_behind_a_percent_sign(
    "<!ENTITY a '5%abc d'>",
    "The parameter entity reference \"%abc;\" must end with the ';' delimiter."
)]
#[case::an_entity_for_declarations_in_a_value(
    "<!ENTITY a '%p;'>",
    "The parameter entity reference \"%p;\" cannot occur within markup in the internal subset of the DTD."
)]
#[case::no_name("<!ENTITY 1a 'x'>", "The name of the entity is required in the entity declaration.")]
#[case::no_blank(
    "<!ENTITY a'x'>",
    "White space is required between the entity name \"a\" and the definition in the entity declaration."
)]
#[case::more_behind_the_value("<!ENTITY a 'x' y>", "The declaration for the entity \"a\" must end with '>'.")]
fn what_is_no_declaration_of_an_entity_declares_none(#[case] types: &str, #[case] expected: &str) {
    let text = document_of(&format!("<!DOCTYPE rdf:RDF [ {types} ]>"), "<e:C e:p='&a;'/>");
    assert_eq!(loaded(&text).1.map(|(text, ..)| text), Some(expected.to_owned()));
}

#[rstest]
#[case::by_an_address("<!DOCTYPE rdf:RDF SYSTEM 'file:///[a].dtd' [<!ENTITY a 'x'>]>")]
#[case::with_quotes("<!DOCTYPE rdf:RDF [<!ENTITY b \"it's > '<'\"> <!ENTITY a 'say \"x\"'>]>")]
#[case::behind_a_comment("<!DOCTYPE rdf:RDF [<!-- it's --> <!ENTITY a 'x'>]>")]
#[case::with_a_number("<!DOCTYPE rdf:RDF [<!ENTITY a 'a&#37;20b'>]>")]
fn an_entity_is_declared_as_xml_says(#[case] types: &str) {
    assert_eq!(loaded(&document_of(types, "<e:C e:p='&a;'/>")), (2, None));
}

/// What stands for an entity is looked for when it is used (XML 1.0, section 4.4.5), as RDF4J does.
#[rstest]
#[case::declared_later("<!ENTITY a '&b;1'> <!ENTITY b '&c;2'> <!ENTITY c 'e:3'>", "<e:C e:p='&a;'><e:q>&a;</e:q></e:C>", 3)]
#[case::not_used("<!ENTITY a '&none;'> <!ENTITY b '&c;'> <!ENTITY c '&b;'>", "<e:C/>", 1)]
#[case::declared_by_another("<!ENTITY % q '<!ENTITY a \"x\">'> <!ENTITY % p '&#37;q;'> %p; %none;", "<e:C e:p='&a;'/>", 2)]
#[case::a_property("<!ENTITY a '<e:q>&b;</e:q>'> <!ENTITY b 'x'>", "<e:C>&a;&a;</e:C>", 3)]
#[case::a_node("<!ENTITY a '<e:C/>'>", "<e:C><e:p>&a;</e:p></e:C>&a;", 4)]
#[case::a_comment("<!ENTITY a '<!-- b -->'>", "<e:C><e:p>x&a;</e:p></e:C>", 2)]
#[case::raw("<!ENTITY a '<![CDATA[<]]>'>", "<e:C><e:p>&a;</e:p></e:C>", 2)]
#[case::a_less_than_sign("<!ENTITY a '&lt;'> <!ENTITY b '&#38;#60;'>", "<e:C e:p='&a;&b;'><e:p>&a;&b;</e:p></e:C>", 3)]
#[case::the_first_counts("<!ENTITY a ''> <!ENTITY a '<'>", "<e:C e:p='&a;'/>", 2)]
fn what_stands_for_an_entity_is_read_where_it_is_used(#[case] types: &str, #[case] content: &str, #[case] statements: u64) {
    assert_eq!(loaded(&document_of(&format!("<!DOCTYPE rdf:RDF [ {types} ]>"), content)), (statements, None));
}

#[rstest]
#[case::in_a_circle("&b;", "Recursive entity reference \"a0\". (Reference path: a0 -> b -> a0),")]
#[case::that_opens_only("<e:p>", "XML document structures must start and end within the same entity.")]
#[case::that_closes_only("</e:p><e:p>", "The element \"e:p\" must start and end within the same entity.")]
#[case::with_half_of_a_tag("x&#60;y", "XML document structures must start and end within the same entity.")]
#[case::that_is_not_there("&none;", "The entity \"none\" was referenced, but not declared.")]
#[case::in_another_file("&file;", "The entity \"file\" is in another file, which is never fetched")]
fn an_entity_is_refused_where_it_is_used(#[case] value: &str, #[case] expected: &str) {
    let others = "<!ENTITY b '&a0;'> <!ENTITY file SYSTEM 'x.txt'>";
    assert_eq!(said_of_entities(&format!("<!ENTITY a0 '{value}'> {others}")), expected);
}

#[test]
fn no_tag_comes_into_an_attribute_through_an_entity() {
    let text = document_of("<!DOCTYPE rdf:RDF [ <!ENTITY a 'x&b;'> <!ENTITY b '<i/>'> ]>", "<e:C e:p='&a;'/>");
    let expected = "The value of attribute \"e:p\" associated with an element type \"e:C\" must not contain the '<' character.";
    assert_eq!(loaded(&text).1.map(|(text, ..)| text), Some(expected.to_owned()));
}

#[test]
fn entities_for_declarations_go_in_no_circle() {
    let expected = "Recursive entity reference \"%p\". (Reference path: %p -> %q -> %p),";
    assert_eq!(said_of_entities("<!ENTITY % p '&#37;q;'> <!ENTITY % q '&#37;p;'> %p;"), expected);
}

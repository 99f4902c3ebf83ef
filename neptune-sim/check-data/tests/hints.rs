//! Hints that name the cause, where another one is near.

mod common;

use common::{check, flat, folder};
use rstest::rstest;

/// What is said of a file in this format: one part of it, and nothing that would help against something else.
#[rstest]
#[case::a_zone_of_java(
    "csv",
    "~id,a:Date\n1,2024-05-06T07:08:09Z[UTC]\n",
    "leave out the zone in brackets and write `2024-05-06T07:08:09Z`",
    "join"
)]
#[case::another_zone_of_java(
    "csv",
    "~id,a:Date\n1,2024-05-06T07:08:09+02:00[Europe/Berlin]\n",
    "convert the time to UTC, leave out the zone in brackets",
    "join"
)]
#[case::days_in_brackets("csv", "~id,a:Date[]\n1,[2024-05-06;2024-05-07]\n", "join the values", "zone")]
#[case::an_error_of_s3(
    "rdfxml",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    "this is an error that S3",
    "namespace"
)]
#[case::a_web_page(
    "rdfxml",
    "<!DOCTYPE html>\n<html><head><title>x</title></head><body></body></html>",
    "this is a web page",
    "namespace"
)]
#[case::xhtml(
    "rdfxml",
    "<?xml version=\"1.0\"?>\n<!DOCTYPE html SYSTEM \"x.dtd\">\n<html xmlns=\"http://e/\"><head><title>x</title></head></html>",
    "this is a web page",
    "namespace"
)]
#[case::graphml(
    "rdfxml",
    "<?xml version=\"1.0\"?>\n<graphml><graph id=\"G\"><node id=\"a\"/></graph></graphml>",
    "this is GraphML",
    "namespace"
)]
#[case::results_of_sparql(
    "rdfxml",
    "<?xml version=\"1.0\"?>\n<sparql xmlns=\"http://www.w3.org/2005/sparql-results#\">\n<head><variable name=\"s\"/></head><results/></sparql>",
    "the results of a SPARQL query",
    "namespace"
)]
#[case::an_element_that_is_called_so(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://e/'><Error><Code>x</Code></Error><x:y/></r:RDF>",
    "declare the prefix",
    "S3"
)]
#[case::no_namespace("rdfxml", "<a:b xmlns:a='e:'><c>x</c></a:b>", "give the element a namespace", "S3")]
#[case::quads_with_texts("turtle", "<http://e/a> <http://e/p> \"x\" <http://e/g> .\n", "the format `nquads`", "ends with")]
#[case::quads_with_long_iris(
    "turtle",
    "<http://example.org/people/1> <http://xmlns.com/foaf/0.1/name> <http://example.org/names/1> <http://example.org/graphs/of/people> .\n",
    "the format `nquads`",
    "ends with"
)]
#[case::quads_with_a_language("turtle", "<http://e/a> <http://e/p> \"x\"@en _:g .\n", "the format `nquads`", "ends with")]
#[case::no_full_stop(
    "turtle",
    "<http://e/a> <http://e/p> \"x\"\n<http://e/b> <http://e/p> \"x\" .\n",
    "a statement ends with ` .`",
    "nquads"
)]
#[case::no_full_stop_in_a_line(
    "turtle",
    "<http://e/a> <http://e/p> \"x\" <http://e/b> <http://e/p> \"x\" .\n",
    "a statement ends with ` .`",
    "nquads"
)]
#[case::a_graph_of_trig("turtle", "@prefix e: <http://e/> .\nGRAPH e:g { e:a e:p e:b . }\n", "is TriG", "declare")]
#[case::a_graph_of_trig_without_a_blank("turtle", "GRAPH<http://e/g> { <e:a> <e:p> <e:b> . }\n", "is TriG", "declare")]
#[case::a_graph_of_trig_in_small_letters("turtle", "graph <http://e/g> { <e:a> <e:p> <e:b> . }\n", "is TriG", "declare")]
#[case::bare_nan("turtle", "<e:a> <e:p> NaN .\n", "`\"NaN\"^^<", "\"INF\"")]
#[case::bare_inf("turtle", "<e:a> <e:p> INF .\n", "`\"INF\"^^<", "\"NaN\"")]
#[case::bare_inf_below_zero("turtle", "<e:a> <e:p> -INF .\n", "`\"-INF\"^^<", "\"INF\"")]
#[case::bare_inf_in_a_list("turtle", "<e:a> <e:p> 1.0, -INF, 2.0 .\n", "`\"-INF\"^^<", "\"INF\"")]
#[case::single("opencypher", ":ID,n:Int(single)\n", "leave out `(single)`", "name:Type(single)")]
#[case::set("opencypher", ":ID,s:Short(set)\n", "leave out `(set)`", "name:Type(single)")]
#[case::a_comma_in_a_name("opencypher", ":ID,\"a,b:Int\"\n", "no comma in it", "Type[]")]
#[case::a_comma_in_a_name_of_gremlin("csv", "~id,\"a,b:Int\"\n", "no comma in it", "Type[]")]
#[case::a_line_break_in_a_name("csv", "~id,\"a\nb\"\n", "no line break in it", "Type[]")]
#[case::a_length("opencypher", ":ID,a:varchar(20)\n", "write String", "Type[]")]
#[case::a_length_of_gremlin("csv", "~id,a:varchar(20)\n", "write String", "Type[]")]
#[case::options_of_neo4j("opencypher", ":ID(P){label:Person}\n", "leave out `{label:Person}`", "Type[]")]
#[case::a_colon_of_opencypher("opencypher", ":ID,a:b:Int\n", "write a colon in a name as `\\:`", "Type[]")]
#[case::a_list_of_gremlin("csv", "~id,a:Int(list)\n", "a cardinality is `(single)` or `(set)`", "write Int;")]
#[case::brackets_before_the_set("csv", "~id,m:Int[](set)\n", "write `m:Int(set)[]`", "openCypher")]
#[case::brackets_before_single("csv", "~id,l:Int[](single)\n", "what is `(single)` cannot be an array", "openCypher")]
#[case::brackets_twice("csv", "~id,m:Int[][]\n", "write `m:Int[]`", "openCypher")]
#[case::brackets_on_an_edge("csv", "~id,~from,~to,m:Int[](set)\n", "a property of an edge has one value", "(set)[]")]
#[case::two_returns("csv", "~id,n\r\r\nv1,x\r\r\n", "newline=\"\"", "a column is")]
#[case::two_returns_behind_a_label("csv", "~id,~label\r\r\nv1,x\r\r\n", "newline=\"\"", "did you mean")]
#[case::two_returns_behind_an_id("csv", "~id\r\r\nv1\r\r\n", "newline=\"\"", "write the column")]
#[case::two_returns_behind_a_quote("csv", "\"~id\",\"n\"\r\r\n\"v1\",\"x\"\r\r\n", "newline=\"\"", "is doubled")]
#[case::two_returns_behind_a_number("csv", "~id,n:Int\r\r\nv1,5\r\r\n", "newline=\"\"", "digits")]
#[case::two_returns_behind_a_text("csv", "~id,n:String\r\r\nv1,x\r\r\n", "newline=\"\"", "leave the carriage")]
#[case::a_return_in_quotes("csv", "~id,n\nv1,\"x\r\"\n", "leave the carriage return out", "newline")]
#[case::two_returns_of_opencypher("opencypher", ":ID,name\r\r\n1,x\r\r\n", "newline=\"\"", "a column is")]
#[case::two_returns_behind_a_cardinality("csv", "~id,n:Int(single)\r\r\nv1,5\r\r\n", "newline=\"\"", "the types are")]
#[case::two_returns_behind_true("csv", "~id,n:Bool\r\r\nv1,true\r\r\n", "newline=\"\"", "write `true`")]
#[case::two_returns_behind_a_type("csv", "~id,n:int64\r\r\nv1,x\r\r\n", "write Long", "newline")]
#[case::semicolons("csv", "~id;~label\nv1;x\n", "in pandas `sep`, in polars `separator`", "pandas and polars")]
#[case::a_label_of_a_relationship(
    "opencypher",
    ":ID,:START_ID,:END_ID,:LABEL\n",
    "write the column as `:TYPE`",
    "columns of this kind"
)]
#[case::a_label_beside_a_type("opencypher", ":ID,:START_ID,:END_ID,:TYPE,:Label\n", "leave the column out", "did you mean")]
#[case::a_relationship_with_another_column(
    "opencypher",
    ":ID,:START_ID,:END_ID,:WEIGHTING\n",
    "the columns of this kind are",
    ":LABEL"
)]
#[case::an_empty_label("opencypher", ":ID,:LABEL\n1,\"\"\n", "name a label", "default")]
#[case::an_empty_type("opencypher", ":ID,:START_ID,:END_ID,:TYPE\n1,2,3,\"\"\n", "name a type", "name a label")]
#[case::an_empty_label_of_gremlin("csv", "~id,~label\n1,\"\"\n", "for the default label", "name a")]
#[case::a_tab_before_an_id("csv", "\t~id,~label\n1,x\n", "a tab stands beside `~id`", "as `~id`")]
#[case::a_tab_before_a_label("csv", "~id,\t~label\n1,x\n", "a tab stands beside `~label`", "first_name")]
#[case::a_tab_behind_a_label("csv", "~id,~label\t\n1,x\n", "a tab stands beside `~label`", "did you mean")]
#[case::a_hard_blank_before_an_id(
    "csv",
    "\u{a0}~id,~label\n1,x\n",
    "a character that is not shown stands beside `~id`",
    "as `~id`"
)]
#[case::a_tab_alone_behind_an_id("csv", "~id\t\n1\n", "a tab stands beside `~id`", "by tabs")]
#[case::a_list_of_csv42("csv", "~id,\"[\"\"tags:String[]\"\"]\"\n1,x\n", "write `tags:String[]`: csv42", "the types are")]
#[case::null_of_json_2_csv("csv", "~id,name:String\n1,null\n", "emptyFieldValue", "pandas")]
#[case::none_of_python("csv", "~id,name\n1,None\n", "if value is None", "json-2-csv")]
#[case::null_of_postgres("opencypher", ":ID,name:String\n1,\\N\n", "if there is no value, leave the cell empty", "json-2-csv")]
#[case::an_escaped_dot("csv", "~id,address\\.city:String\n1,x\n", "escapeHeaderNestedDots", "`\\:`")]
#[case::an_object_of_javascript("nquads", "<e:a> <e:p> \"1\"^^<[object Object]> .\n", "JavaScript", "`%20`")]
#[case::a_number_of_rdflib(
    "nquads",
    "<e:a> <e:p> \"inf\"^^<http://www.w3.org/2001/XMLSchema#double> .\n",
    "`-INF`: rdflib",
    "1.5E3"
)]
#[case::a_number_out_of_its_range(
    "ntriples",
    "<e:a> <e:p> \"128\"^^<http://www.w3.org/2001/XMLSchema#byte> .\n",
    "out of the range of xsd:byte",
    "digits"
)]
#[case::a_number_with_another_sign(
    "ntriples",
    "<e:a> <e:p> \"0\"^^<http://www.w3.org/2001/XMLSchema#positiveInteger> .\n",
    "write xsd:integer",
    "digits"
)]
#[case::json_ld(
    "nquads",
    "{\n  \"@context\": {\n    \"name\": \"http://e/name\"\n  },\n  \"@id\": \"http://e/a\"\n}\n",
    "this is JSON-LD",
    "no subject"
)]
#[case::json_ld_in_a_list("turtle", "[\n  {\n    \"@id\": \"http://e/a\"\n  }\n]\n", "this is JSON-LD", "TriG")]
#[case::rdf_json("ntriples", "{ \"http://e/a\": { \"http://e/p\": [] } }\n", "this is RDF/JSON", "TriG")]
#[case::a_graph_with_an_iri("nquads", "<http://e/g> {\n<http://e/a> <http://e/p> 1 .\n}\n", "this is TriG", "no object")]
#[case::rules_in_turtle(
    "turtle",
    "@prefix e: <e:> .\ne:a e:p e:b .\n{ ?x e:p ?y } => { ?y e:c ?x } .\n",
    "N3 with rules",
    "TriG"
)]
#[case::variables_of_n3("turtle", "@prefix e: <e:> .\n@forAll e:x .\n", "N3 with rules", "declare")]
#[case::results_as_csv("turtle", "s,p,o\r\nhttp://e/a,http://e/p,x\r\n", "results of a SPARQL query", "declare")]
#[case::trix("rdfxml", "<TriX xmlns='http://www.w3.org/2004/03/trix/trix-1/'><graph/></TriX>", "this is TriX", "IRIs")]
#[case::less_than(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a xmlns='e:'><p>a < b</p></a></r:RDF>",
    "as `&lt;`",
    "&amp;"
)]
#[case::less_than_a_number(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a xmlns='e:'><p>a<5</p></a></r:RDF>",
    "as `&lt;`",
    "&amp;"
)]
#[case::less_than_in_an_attribute("rdfxml", "<a xmlns='e:' b='a<b'/>", "as `&lt;`", "&amp;")]
#[case::an_attribute_without_a_value("rdfxml", "<a xmlns='e:' b/>", "write an attribute as", "as `&lt;`")]
#[case::yaml("csv", "---\n- id: v1\n", "a file of vertices", "sqlcmd")]
#[case::a_table_of_hive("csv", "t.~id,t.~label\nv1,x\n", "use.unique.column.names", "a file of vertices")]
#[case::a_zero_byte_in_a_number("csv", "~id,n:Int\n1,41\0\n", "U+0000", "digits")]
#[case::a_subject_alone("ntriples", "<e:a> .\n", "no predicate", "graph")]
#[case::a_label_of_opencypher("csv", "~id,:LABEL\n", "write the column as `~label`", "give the column")]
#[case::ends_of_nebula("csv", ":SRC_VID,:DST_VID\n", "write the column as `~from`", "give the column")]
#[case::an_id_of_nebula("csv", "\":VID(string)\",name\n", "write the column `:VID(string)` as `~id`", "give the column")]
#[case::a_rank_of_nebula("opencypher", ":ID,:START_ID,:END_ID,:RANK\n", "only NebulaGraph", "of this kind")]
#[case::ends_of_opencypher("opencypher", ":ID,:FROM,:TO\n", "write the column as `:START_ID`", "of this kind")]
#[case::a_start_of_opencypher("opencypher", ":ID,:START,:END_ID\n", "write the column as `:START_ID`", "of this kind")]
#[case::a_blank_in_an_id("csv", "~ id,~ label\n", "write the column as `~id`, without a blank", "Case matters")]
#[case::a_blank_before_a_type("csv", "~id,age : Int\n", "write the column as `age:Int`", "first_name")]
#[case::curly_quotes_round_columns("csv", "“~id”,“~label”\n", "the straight quote", "a file of vertices")]
#[case::backquotes_round_columns("csv", "`~id`,`~label`\n", "the straight quote", "a file of vertices")]
#[case::names_of_r("csv", "X.id,X.from,X.to\nv1,a,b\n", "check.names = FALSE", "write the column")]
#[case::variables_of_a_query("csv", "n.id,n.name\n1,x\n", "write the column `n.id` as `~id`", "a file of vertices")]
#[case::edges_without_an_id("csv", "~from,~to,~label\na,b,c\n", "an id for each edge", "first line is a row")]
#[case::a_row_in_quotes("csv", "~id,name\n\"v1,x\"\n", "the whole row stands in quotes", "missing cell")]
#[case::semicolons_among_rows("csv", "~id,name\nv1;x\n", "the header has them", "missing cell")]
#[case::the_rest_of_a_value("csv", "~id,name\nv1,first\nsecond\n", "the rest of a value", "the header has")]
#[case::a_type_first("csv", "~id,String:name\n", "`name:String`", "the types are")]
#[case::an_array_of_sql("csv", "~id,a:array<string>\n", "`name:String[]`", "the types are")]
#[case::a_type_that_may_be_null("csv", "~id,a:Int64?\n", "write Long", "Type[]")]
#[case::a_type_of_java("opencypher", ":ID,a:ZonedDateTime\n", "write Date", "Type[]")]
#[case::keys_of_arangodb("csv", "_key,_from,_to\n1,a,b\n", "write the column `_key` as `~id`", "a file of vertices")]
#[case::ids_of_arangodb("csv", "_key,_id,name\n1,people/1,a\n", "write the column `_id` as `~id`", "_key")]
#[case::bytes_of_python("csv", "~id,n\nv1,b'Ann'\n", "value.decode", "joined with")]
#[case::an_optional_value("csv", "~id,n\nv1,Optional[Ann]\n", "orElse", "joined with")]
#[case::an_array_of_spark("csv", "~id,a:String[]\n1,\"ArrayBuffer(a, b)\"\n", "in Spark concat_ws", "in Python")]
#[case::an_array_of_spark_of_numbers("csv", "~id,a:Int[]\n1,\"WrappedArray(1, 2)\"\n", "in Spark concat_ws", "in Python")]
#[case::a_value_of_mongodb("csv", "~id,n\n\"{\"\"$oid\"\":\"\"507f\"\"}\",x\n", "MongoDB writes a value", "joined with")]
#[case::a_value_of_dynamodb("csv", "~id,n\nv1,\"{\"\"S\"\": \"\"Ann\"\"}\"\n", "DynamoDB writes a value", "joined with")]
#[case::a_node_of_neo4j("csv", "~id,n\nv1,\"(:Person {name: \"\"Ann\"\"})\"\n", "RETURN n.name", "joined with")]
#[case::a_relationship_of_neo4j("csv", "~id,~label\nv1,[:KNOWS {a: 1}]\n", "RETURN n.name", "join")]
#[case::a_uuid_of_python("csv", "~id,n\nv1,UUID('3f2504e0')\n", "write str(value)", "joined with")]
#[case::labels_with_bars("csv", "~id,~label\n1,biolink:Agent|biolink:Person\n", "write `;` between them", "colon")]
#[case::labels_with_commas("opencypher", ":ID,:LABEL\n1,\"Person,Admin\"\n", "write `;` between them", "comma for")]
#[case::words_with_commas("csv", "~id,a:string[]\n1,\"a,b\"\n", "write `;` between them", "array_to_string")]
#[case::words_with_commas_and_blanks("csv", "~id,a:string[]\n1,\"a, b, c\"\n", "write `;` between them", "array_to_string")]
#[case::a_formula_in_a_text("csv", "~id,a\n1,#REF!\n", "a formula has failed", "pandas")]
#[case::a_zero_byte("csv", "~id,a\n1,x\0\n", "fixed length", "UTF-8")]
#[case::a_zero_byte_in_an_id("csv", "~id\n1\n\0\0\0\n", "fixed length", "UTF-8")]
#[case::a_mark_before_an_id("csv", "~id,~label\n\u{feff}v1,p\n", "where files were put together", "header")]
#[case::a_shortened_id("csv", "~id,~label\n1.23E+11,p\n", "digits are lost", "decimal")]
#[case::a_comment_among_rows("csv", "~id,~label\n# people\n", "CSV has no comments", "for each")]
#[case::a_conflict_of_git("csv", "~id,~label\n<<<<<<< HEAD\nv1,p\n", "git has left", "for each")]
#[case::a_verb_of_go("csv", "~id,n\nv1,%!d(string=x)\n", "with %v", "joined with")]
#[case::rows_of_words("csv", "v1,person,Ann\n", "If its first line is a row", "rename")]
#[case::no_date_of_mysql("csv", "~id,d:Date\nv1,0000-00-00\n", "leave the cell empty", "calendar")]
#[case::no_date_of_go("csv", "~id,d:Date\nv1,0001-01-01 00:00:00 +0000 UTC\n", "leave the cell empty", "RFC3339")]
#[case::a_number_of_rows_of_oracle("csv", "~id,n\nv1,x\n\n2 rows selected.\n", "SET FEEDBACK OFF", "comma")]
#[case::a_word_for_nothing("nquads", "<e:a> <e:p> undefined .\n", "leave the statement out", "prefixes")]
#[case::a_text_for_a_graph("nquads", "<e:a> <e:p> \"x\" \"g\" .\n", "a graph is an IRI", "four terms")]
#[case::a_part_by_size("ntriples", "p> \"x\" .\n<e:a> <e:p> \"y\" .\n", "split -l", "Turtle")]
#[case::a_slash_in_a_name("turtle", "@prefix e: <e:> .\ne:a/b e:p e:c .\n", "is written `\\/`", "ends with")]
#[case::a_bracket_in_a_name("turtle", "@prefix e: <e:> .\ne:a e:p e:b(c) .\n", "is written `\\/`", "ends with")]
#[case::no_digits_of_an_exponent("turtle", "<e:a> <e:p> 1.0E , 2 .\n", "the digits of the exponent", "ends with")]
#[case::no_object("turtle", "<e:a> <e:p> 1, .\n", "leave the `,` out", "ends with")]
#[case::a_triple_term("turtle", "<<( <e:a> <e:p> <e:b> )>> <e:q> 1 .\n", "RDF-star", "%20")]
#[case::hextuples("nquads", "[\"http://e/a\",\"http://e/p\",\"x\",\"\",\"\",\"\"]\n", "HexTuples", "Turtle")]
#[case::a_year_of_wikidata(
    "ntriples",
    "<e:a> <e:p> \"1850-00-00T00:00:00Z\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n",
    "Wikidata writes `00`",
    "10:15:30"
)]
#[case::a_decimal_comma("turtle", "<e:a> <e:p> \"1,5\"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n", "`1234.50`", "rdflib")]
#[case::a_day_of_rdf_xml(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description r:about='e:a'><p xmlns='e:' r:datatype='http://www.w3.org/2001/XMLSchema#date'>12/31/2020</p></r:Description></r:RDF>",
    "a day as `2024-02-29`",
    "digits"
)]
#[case::a_default_graph("nquads", "<e:a> <e:p> \"x\" DEFAULT .\n", "leave `DEFAULT` out", "quote")]
#[case::hyphens_of_sqlcmd("csv", "~id,name:String\n---,----\nv1,x\n", "sqlcmd draws a line", "comma")]
#[case::hyphens_under_a_number("csv", "~id,n:Int\n---,-----\nv1,1\n", "sqlcmd draws a line", "leave the cell empty")]
#[case::hyphens_of_edges("csv", "~id,~from,~to\n---,-----,---\n", "sqlcmd draws a line", "none of these files")]
#[case::hyphens_of_opencypher("opencypher", ":ID,:LABEL\n---,------\n", "sqlcmd draws a line", "comma")]
#[case::a_number_of_rows("csv", "~id,n\nv1,x\n\n(2 rows affected)\n", "this is the number of rows", "comma")]
#[case::single_quotes_round_columns("csv", "'~id','name:String'\n'v1','x'\n", "only `\"` quotes", "the types are")]
#[case::single_quotes_round_ids("csv", "~id,n\n'v1',x\n", "only `\"` quotes", "comma")]
#[case::single_quotes_round_labels("opencypher", ":ID,:LABEL\n1,'x'\n", "only `\"` quotes", "comma")]
#[case::single_quotes_round_ends("csv", "~id,~from,~to\ne1,'v1','v1'\n", "only `\"` quotes", "comma")]
#[case::single_quotes_round_numbers("csv", "~id,n:Int\nv1,'1'\n", "only `\"` quotes", "digits")]
#[case::single_quotes_round_truth("csv", "~id,n:Bool\nv1,'true'\n", "only `\"` quotes", "write `true`")]
#[case::hive("csv", "~id\u{1}~label\nv1\u{1}x\n", "as Hive does", "the columns of this kind")]
#[case::rows_of_hive("csv", "v1\u{1}x\u{1}41\n", "as Hive does", "a file of vertices")]
#[case::bars_of_redshift("csv", "~id|~label\nv1|x\n", "Redshift UNLOAD", "the columns of this kind")]
#[case::two_signs("csv", "~id,a:Long\n1,--1\n", "write one sign", "`_`")]
#[case::many_digits("csv", "~id,a:Long\n1,9999999999999999999999999999999999999999999\n", "no type is wider than Long", "`_`")]
#[case::commas_in_a_list("csv", "~id,a:Int[]\n1,\"1,2\"\n", "join the values", "decimal point")]
#[case::commas_in_a_list_of_days("csv", "~id,\"a:Date[]\"\n1,\"2024-05-06,2024-05-07\"\n", "join the values", "the forms are")]
#[case::a_comma_in_a_list_of_decimals("csv", "~id,a:Double[]\n1,\"1,5\"\n", "`1.5;2.5`", "in Python")]
#[case::a_comma_in_a_number("csv", "~id,a:Int\n1,\"1,2\"\n", "a decimal point", "join")]
#[case::a_day_that_is_not_there("csv", "~id,a:Date\n1,2024-06-31T10:00\n", "not in the calendar", "write `2024")]
#[case::seconds("csv", "~id,a:Date\n1,1709201730\n", "as seconds since 1970", "csv-stringify")]
#[case::apoc_in_quotes("csv", "\"_id\",\"_labels\",\"_start\",\"_end\",\"_type\"\n", "what APOC exports", "`~id`")]
#[case::written_twice("csv", "\"\"\"~id\"\"\",\"\"\"~label\"\"\"\n", "a writer of CSV twice", "write the column")]
#[case::a_line_in_quotes("csv", "\"~id,~label\"\n", "the whole line stands in quotes", "write the column")]
#[case::another_header("csv", "~id,~label\na,b\n~id,~label\n", "where files were put together", "comma")]
#[case::a_header_behind_a_mark("csv", "~id,~label\na,b\n\u{feff}~id,~label\n", "where files were put together", "comma")]
#[case::rows_without_a_header("csv", "1,\\N,x\n2,b,\\N\n", "the first line looks like data", "json-2-csv")]
#[case::names_of_rows_of_r("csv", "\"\",\"~id\"\n\"1\",\"a\"\n", "row.names = FALSE", "comma")]
#[case::true_of_r("csv", "~id,a:Bool\n1,TRUE\n", "in R tolower", "pandas")]
#[case::a_missing_bool("csv", "~id,a:Bool\n1,NULL\n", "leave the cell empty", "`true`")]
#[case::a_blank_node_of_owl_api(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description r:nodeID='_:genid25'/></r:RDF>",
    "OWL API writes",
    "begin with a letter"
)]
#[case::a_vertex_among_edges("csv", "~id,~from,~to\na,,\n", "a vertex belongs in a file", "comma")]
#[case::results_of_a_query("nquads", "{\"head\": {\"vars\": [\"s\"]}}\n", "results of a SPARQL query", "JSON-LD")]
#[case::an_update("ntriples", "INSERT DATA {\n", "an update of SPARQL", "Turtle")]
#[case::star_in_turtle("turtle", "<< <e:a> <e:p> <e:c> >> <e:q> 1 .\n", "RDF-star", "%20")]
#[case::an_annotation("turtle", "<e:a> <e:p> <e:c> {| <e:q> 1 |} .\n", "RDF-star", "TriG")]
#[case::quotes_in_a_text_of_turtle("turtle", "<e:a> <e:p> \"He said \"hi\"\" .\n", "a quote in a text is written", "braces")]
#[case::thousands("csv", "~id,a:Int\n1,\"1,234\"\n", "nothing between thousands", "`1234.5`")]
#[case::an_open_quote_at_the_end("csv", "~id,a\n1,\"x", "nothing closes it", "0 lines")]
#[case::a_formula("csv", "~id,a\n1,=\"00123\"\n", "leave out the `=`", "PySpark")]
#[case::a_vector("csv", "~id,a:Vector\n1,x\n", "Neptune Analytics", "the types are")]
#[case::an_array_of_postgres("csv", "~id,a:String[]\n1,\"{a,b}\"\n", "join the values", "comma")]
#[case::an_array_of_java("csv", "~id,a:String[]\n1,[Ljava.lang.String;@5e91993f\n", "join the values", "comma")]
#[case::an_array_of_c_sharp("csv", "~id,a\n1,System.String[]\n", "the values that are in it", "comma")]
#[case::an_id_for_nothing("csv", "~id,a\nnull,x\n", "if there is no value, leave the cell empty", "comma")]
#[case::labels_of_apoc("opencypher", ":ID,:LABEL\n1,:Person:Admin\n", "`Person;Admin`", "comma")]
#[case::two_documents("rdfxml", "\n<?xml version='1.0'?><a xmlns='e:'/>", "the very first", "namespace")]
#[case::utf_16_in_name_only(
    "rdfxml",
    "<?xml version='1.0' encoding='utf-16'?>\n<a xmlns='e:'/>",
    "write `encoding=\"UTF-8\"`",
    "remove"
)]
#[case::hyphens_in_a_comment("rdfxml", "<a xmlns='e:'><!-- b--c --></a>", "the second hyphen", "cut off")]
#[case::an_entity_in_another_file(
    "rdfxml",
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'x.txt'>]><a xmlns='e:' b='&x;'/>",
    "write into the file",
    "declare"
)]
#[case::an_entity_in_itself(
    "rdfxml",
    "<!DOCTYPE a [<!ENTITY x '&x;'>]><a xmlns='e:' b='&x;'/>",
    "declare the entity",
    "DOCTYPE"
)]
#[case::a_blank_node_of_virtuoso("ntriples", "<nodeID://b1> <e:p> <e:b> .\n", "Virtuoso's", "hexadecimal")]
#[case::a_blank_node_in_brackets("turtle", "<_:b1> <e:p> <e:b> .\n", "without `<` and `>`", "hexadecimal")]
#[case::a_prefix_in_brackets("nquads", "<e:a> <rdf:type> <e:b> .\n", "22-rdf-syntax-ns#type", "hexadecimal")]
#[case::a_datatype_of_dgraph("ntriples", "<e:a> <e:p> \"x\"^^<xs:string> .\n", "write the whole IRI", "hexadecimal")]
#[case::a_uid_of_dgraph("ntriples", "<0x1> <e:p> <e:b> .\n", "Dgraph writes its uids", "with its scheme")]
#[case::a_facet_of_dgraph("ntriples", "_:a <e:p> _:b (since=2006) .\n", "facets", "Turtle")]
#[case::a_word_for_no_graph("nquads", "<e:a> <e:p> \"x\" null .\n", "leave the word out", "quote")]
#[case::a_blank_before_a_language("ntriples", "<e:a> <e:p> \"x\" @en .\n", "no blank stands", "`\\\"`")]
#[case::a_language_and_a_datatype("ntriples", "<e:a> <e:p> \"x\"@en^^<e:t> .\n", "leave one of them out", "quote")]
#[case::a_predicate_in_quotes("ntriples", "<e:a> \"p\" <e:b> .\n", "and no text", "subject")]
#[case::statements_in_quotes("ntriples", "\"<e:a> <e:p> \"\"x\"\" .\"\n", "a writer of CSV", "subject")]
#[case::csv_of_statements("nquads", "\"http://e/a\",\"http://e/p\",\"x\"\n", "this is CSV", "subject")]
#[case::iris_without_brackets("ntriples", "http://e/a http://e/p \"x\" .\n", "stands in `<>`", "Turtle")]
#[case::an_object_without_brackets("ntriples", "<e:a> <e:p> http://e/b .\n", "stands in `<>`", "Turtle")]
#[case::a_mark_among_lines("ntriples", "<e:a> <e:p> <e:b> .\n\u{feff}<e:a> <e:p> <e:c> .\n", "byte order mark", "split")]
#[case::brackets_of_html("ntriples", "<e:a> <e:p> &lt;http://e/b&gt; .\n", "out of HTML", "Turtle")]
#[case::a_line_of_html("ntriples", "&lt;e:a&gt; &lt;e:p&gt; <e:b> .\n", "out of HTML", "split")]
#[case::curly_quotes_of_lines("ntriples", "<e:a> <e:p> “x” .\n", "the straight quote", "Turtle")]
#[case::a_bare_day("turtle", "<e:a> <e:p> 2024-02-29 .\n", "XMLSchema#date", "ends with")]
#[case::true_of_python("turtle", "<e:a> <e:p> True .\n", "in small letters", "colon")]
#[case::none_in_turtle("turtle", "<e:a> <e:p> None .\n", "leave the statement out", "colon")]
#[case::a_blank_in_a_name("turtle", "@prefix e: <e:> .\ne:John Smith e:p e:b .\n", "no blank in it", "ends with")]
#[case::an_ampersand_in_a_name("turtle", "@prefix e: <e:> .\ne:a&b e:p e:b .\n", "with a backslash", "N3")]
#[case::a_prefix_without_its_colon("turtle", "@prefix e <e:> .\n", "ends with a colon", "blank")]
#[case::a_prefix_in_large_letters("turtle", "@PREFIX e: <e:> .\n", "in small letters", "colon")]
#[case::a_full_stop_of_sparql("turtle", "PREFIX e: <http://e/> .\ne:a e:p e:b .\n", "have no full stop", "colon")]
#[case::a_semicolon_for_a_full_stop(
    "turtle",
    "@prefix e: <e:> .\ne:a e:p e:b ;\ne:c e:p e:d .\n",
    "the same subject goes on",
    "quote"
)]
#[case::a_variable("turtle", "@prefix e: <e:> .\n?x e:p e:b .\n", "are N3's", "backslash")]
#[case::the_same_of_n3("turtle", "@prefix e: <e:> .\ne:a = e:b .\n", "owl:sameAs", "backslash")]
#[case::a_path_of_n3("turtle", "@prefix e: <e:> .\ne:a!e:p e:q e:b .\n", "are N3's", "backslash")]
#[case::an_equals_sign_in_a_name("turtle", "@prefix e: <e:> .\ne:a=b e:p e:b .\n", "with a backslash", "N3")]
#[case::a_list_that_is_open("turtle", "<e:a> <e:p> ( <e:b> <e:c> .\n", "write `)`", "leave the `,` out")]
#[case::a_bracket_that_is_open("turtle", "<e:a> <e:p> [ <e:q> <e:b> .\n", "write `]`", "no object")]
#[case::a_comment_with_slashes("turtle", "// people\n<e:a> <e:p> 1 .\n", "begins with `#`", "a bracket in a name")]
#[case::a_query("turtle", "PREFIX e: <e:>\nSELECT * WHERE { ?s ?p ?o }\n", "a query of SPARQL", "colon")]
#[case::a_text_as_a_subject("turtle", "\"x\" <e:p> <e:b> .\n", "and no subject", "predicate")]
#[case::a_text_as_a_predicate("turtle", "<e:a> \"p\" <e:b> .\n", "and no text", "subject")]
#[case::a_blank_predicate_of_turtle("turtle", "<e:a> _:p <e:b> .\n", "no blank node", "text")]
#[case::a_datatype_in_quotes("turtle", "<e:a> <e:p> \"1\"^^\"xsd:int\" .\n", "without quotes", "predicate")]
#[case::one_caret("turtle", "<e:a> <e:p> \"1\"^<e:t> .\n", "two `^`", "ends with")]
#[case::no_object_before_a_semicolon("turtle", "<e:a> <e:p> ; <e:q> 1 .\n", "one of them is missing", "leave the `,` out")]
#[case::words_of_n3("turtle", "@prefix e: <e:> .\ne:a is e:p of e:b .\n", "are N3's", "no blank in it")]
#[case::a_large_a("turtle", "@prefix e: <e:> .\ne:a A e:b .\n", "a small letter", "no blank in it")]
#[case::two_roots("rdfxml", "<a xmlns='e:'/><b xmlns='e:'/>", "one root element", "in the order")]
#[case::a_namespace_without_its_mark(
    "rdfxml",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns\"><rdf:Description rdf:about=\"e:a\"/></rdf:RDF>",
    "ends with `#`",
    "give the nodes"
)]
#[case::an_attribute_without_a_prefix("rdfxml", "<a xmlns='e:' b='c'/>", "as in `rdf:about`", "namespace")]
#[case::svg("rdfxml", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>", "of another kind", "give the nodes")]
#[case::an_empty_document("rdfxml", "", "the file is empty", "cut off")]
#[case::another_end_tag("rdfxml", "<a xmlns='e:'><b></a>", "in the order", "cut off")]
#[case::a_control_character("rdfxml", "<a xmlns='e:'><b>\u{b}</b></a>", "leave the character out", "cut off")]
#[case::an_ampersand_in_an_iri("ntriples", "<http://e/?a=1&amp;b=2> <e:p> <e:b> .\n", "`&` for `&amp;`", "hexadecimal")]
#[case::an_ampersand_in_an_iri_of_turtle("turtle", "<http://e/?a=1&amp;b=2> <e:p> <e:b> .\n", "`&` for `&amp;`", "hexadecimal")]
#[case::a_blank_that_does_not_break("csv", "~id,a:Int\n1,41\u{a0}\n", "U+00A0", "in quotes")]
#[case::a_character_without_a_width("csv", "~id,a:Double\n1,\u{200b}4.2\n", "U+200B", "in quotes")]
#[case::blanks_in_quotes("csv", "~id,a:Int\n1,\"41 \"\n", "blanks in quotes", "U+00")]
#[case::a_place_as_a_zone(
    "csv",
    "~id,a:Date\n1,2024-05-06 07:08:09.000 Europe/Berlin\n",
    "convert the time to UTC",
    "the forms"
)]
#[case::a_name_with_a_blank(
    "rdfxml",
    "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><r:Description r:ID='a b'/></r:RDF>",
    "have letters, digits",
    "OWL API"
)]
#[case::labels_in_brackets("csv", "~id,~label\n1,\"[person, admin]\"\n", "join the values", "colon")]
#[case::an_id_of_mongodb("csv", "~id,~label\nObjectId(507f1f77bcf86cd799439011),p\n", "what is in the brackets", "join")]
#[case::a_version_in_turtle("turtle", "VERSION \"1.2\"\n<e:a> <e:p> 1 .\n", "RDF 1.2", "bracket")]
#[case::a_version_as_a_directive("turtle", "@version \"1.2\" .\n<e:a> <e:p> 1 .\n", "RDF 1.2", "bracket")]
#[case::a_version_in_lines("ntriples", "VERSION \"1.2\"\n<e:a> <e:p> <e:b> .\n", "RDF 1.2", "Turtle")]
#[case::a_statement_as_an_object("ntriples", "<e:a> <e:p> <<( <e:a> <e:p> <e:b> )>> .\n", "RDF-star", "%20")]
#[case::an_iri_without_its_brackets("turtle", "http://e/a <e:p> <e:b> .\n", "stands in `<>`", "split")]
#[case::a_prefix_that_begins_like_one("turtle", "httpd:a <e:p> <e:b> .\n", "@prefix", "stands in `<>`")]
#[case::labels_of_the_ends_of_an_edge("csv", "~id,~label,~from,~to,~fromLabels\n", "neptune-export", "of this kind")]
#[case::a_point_of_neo4j("opencypher", ":ID,loc:point{crs:wgs-84}\n1,x\n", "coordinates", "colon in a name")]
#[case::a_percent_sign_in_an_entity("rdfxml", "<!DOCTYPE a [<!ENTITY x 'e:a%20b'>]><a xmlns='e:'/>", "as `&#37;`", "amp")]
#[case::an_ampersand_before_a_name("rdfxml", "<a xmlns='e:' b='?x=1&y=2'/>", "`&amp;`", "declare")]
#[case::a_relative_iri("turtle", "<thing1> <http://e/p> 1 .\n", "--base-uri of this check", "%20")]
#[case::a_missing_value_as_a_text("nquads", "<http://e/a> <http://e/p> \"nan\" .\n", "leave the statement out", "write `NaN`")]
#[case::a_missing_value_in_turtle("turtle", "<http://e/a> <http://e/p> \"None\" .\n", "leave the statement out", "format")]
#[case::blank_lines("csv", "\n\n\n", "nothing but blank lines", "without a byte")]
#[case::only_a_mark("csv", "\u{feff}", "nothing but a byte order mark", "without a byte")]
#[case::no_byte("csv", "", "a file without a byte", "nothing but")]
fn a_hint_names_the_cause_and_no_other(#[case] format: &str, #[case] text: &str, #[case] expected: &str, #[case] other: &str) {
    let folder = folder(&[("a.txt", text)]);
    let said = flat(&check(folder.path(), &["--format", format]).1);
    let hints: Vec<&str> = said.split("hint: ").skip(1).map(|rest| rest.split("a.txt:").next().unwrap_or_default()).collect();
    assert!(hints.iter().any(|hint| hint.contains(expected)), "{said}");
    assert!(!hints.iter().any(|hint| hint.contains(other)), "{said}");
    each_beginning_is_checked(format, text);
}

/// A file may be cut off anywhere: a cause is then known by less, or by nothing.
fn each_beginning_is_checked(format: &str, text: &str) {
    let beginnings: Vec<(String, &str)> =
        text.char_indices().take(40).map(|(end, _)| (format!("{end}.txt"), &text[..end])).collect();
    let files: Vec<(&str, &str)> = beginnings.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    if files.is_empty() {
        return;
    }
    let said = check(folder(&files).path(), &["--format", format, "--max-errors", "1000"]).1;
    assert!(said.contains(" in 1 file") || said.contains(&format!(" in {} files", files.len())), "{said}");
}

/// A second part of `split -l` has no header, whatever its first row looks like.
#[rstest]
#[case::letters("xab", "of `split`")]
#[case::letters_behind_a_name("people-ab", "of `split`")]
#[case::a_number("people.csv.002", "of `split`")]
#[case::a_number_of_hive("000001_0", "of `split`")]
#[case::a_whole_file("people.csv", "This one lacks `~id`")]
fn a_part_without_a_header_is_known_by_its_name(#[case] name: &str, #[case] expected: &str) {
    let folder = folder(&[(name, "v3,person,Cid\nv4,person,Dee\n")]);
    let said = flat(&check(folder.path(), &[]).1);
    assert!(said.contains(expected), "{said}");
}

/// A vertex that is there, of an edge that names another one.
#[rstest]
#[case::a_key_of_arangodb("people/1", "1", "a vertex `1`: what stands before it")]
#[case::a_prefix("e:1", "1", "a vertex `1`: what stands before it")]
#[case::braces("{3F25-04E0}", "3F25-04E0", "braces are a part")]
#[case::two_ends("v1;v2", "v1\nv2", "a row for each")]
#[case::two_ends_with_a_bar("v1|v2", "v1\nv2", "a row for each")]
#[case::shortened("1.23457E+11", "123456789012", "digits are lost")]
#[case::nothing_like_it("a;b", "v1", "load the vertices first")]
fn an_edge_is_told_which_vertex_was_meant(#[case] end: &str, #[case] vertices: &str, #[case] expected: &str) {
    let folder = folder(&[("e.csv", &format!("~id,~from,~to\ne1,{end},{end}\n")), ("v.csv", &format!("~id\n{vertices}\n"))]);
    let said = flat(&check(folder.path(), &[]).1);
    assert!(said.contains("is not present") && said.contains(expected), "{said}");
}

/// The same is said of vertices and edges, in both formats, with ids and without.
#[rstest]
#[case::vertices("csv", "~id,~label\nTEXT,TEXT\n", &["~id", "~label"])]
#[case::edges("csv", "~id,~from,~to,~label\nTEXT,TEXT,TEXT,TEXT\n", &["~id", "~from", "~to", "~label"])]
#[case::nodes("opencypher", ":ID,:LABEL\nTEXT,TEXT\n", &[":ID", ":LABEL"])]
#[case::relationships("opencypher", ":ID,:START_ID,:END_ID,:TYPE\nTEXT,TEXT,TEXT,TEXT\n", &[":ID", ":START_ID", ":END_ID", ":TYPE"])]
#[case::without_ids("opencypher --generated-edge-ids", ":START_ID,:END_ID,:TYPE\nTEXT,TEXT,TEXT\n", &[":START_ID", ":END_ID", ":TYPE"])]
fn ids_and_labels_have_the_same_remarks_everywhere(#[case] options: &str, #[case] text: &str, #[case] columns: &[&str]) {
    let options: Vec<&str> = std::iter::once("--format").chain(options.split(' ')).collect();
    for (odd, remark) in
        [("null", "no missing value"), ("None", "no missing value"), ("'x'", "single quotes"), ("[object Object]", "prints")]
    {
        let folder = folder(&[("a.csv", &text.replace("TEXT", odd))]);
        let said = flat(&check(folder.path(), &options).1);
        for column in columns {
            let warning = format!("warning: `{odd}` in the column `{column}`");
            assert!(said.contains(&warning) && said.contains(remark), "{warning}: {said}");
        }
    }
    let folder = folder(&[("a.csv", &text.replace("TEXT", ":Person"))]);
    assert!(flat(&check(folder.path(), &options).1).contains("the label `:Person` is one label, with its colons"));
}

/// The largest numbers of each type, and the first ones beyond them.
#[rstest]
#[case("Byte", "byte", 8)]
#[case("Short", "short", 16)]
#[case("Int", "int", 32)]
#[case("Long", "long", 64)]
fn whole_numbers_have_the_same_limits_everywhere(#[case] of: &str, #[case] datatype: &str, #[case] bits: u32) {
    let most: i128 = (1 << (bits - 1)) - 1;
    for (number, is_taken) in [(most, true), (-most - 1, true), (most + 1, false), (-most - 2, false)] {
        let vertex = format!("~id,n:{of}\nv1,{number}\n");
        let node = format!(":ID,n:{of}\nv1,{number}\n");
        let statement = format!("<e:a> <e:p> \"{number}\"^^<http://www.w3.org/2001/XMLSchema#{datatype}> .\n");
        for (format, text, finding) in [
            ("csv", &vertex, "is not a valid"),
            ("opencypher", &node, "is not a valid"),
            ("ntriples", &statement, "is no xsd:"),
            ("turtle", &statement, "is no xsd:"),
        ] {
            let folder = folder(&[("a.txt", text)]);
            let said = flat(&check(folder.path(), &["--format", format]).1);
            assert_eq!(said.contains(finding), !is_taken, "{format} {number}: {said}");
            assert_eq!(said.contains("out of the range of"), !is_taken, "{format} {number}: {said}");
        }
    }
}

#[rstest]
#[case::a_name("~id,name\n1,Null\n")]
#[case::two_hyphens("~id,name\n--,x\n")]
#[case::an_apostrophe("~id,name\n1,'tis\n")]
#[case::a_text_in_single_quotes("~id,name\n1,'Yes'\n")]
#[case::a_colon("~id,a\\:b:String\n1,x\n")]
#[case::an_empty_cell("~id,name\n1,\n")]
#[case::a_name_with_a_comma("~id,name:String[]\n1,\"Smith, Ann\"\n")]
#[case::a_sentence_with_commas("~id,name:String[]\n1,\"one two, three, four\"\n")]
#[case::numbers_with_commas("~id,name:String[]\n1,\"1,234\"\n")]
#[case::words_in_a_text("~id,name\n1,\"a,b,c\"\n")]
#[case::a_short_number_with_an_exponent("~id,name\n1,1.5E+10\n")]
#[case::an_id_that_ends_like_a_number("~id,name\nGRADE+12,x\n")]
#[case::a_word_that_may_be_a_value("~id,country\n1,NA\n")]
#[case::a_text_in_brackets("~id,name\n1,[x]\n")]
fn what_is_near_a_cause_and_is_none_has_no_warning(#[case] text: &str) {
    let folder = folder(&[("a.csv", text)]);
    let said = flat(&check(folder.path(), &[]).1);
    assert!(!said.contains("warning: "), "{said}");
}

#[rstest]
#[case::in_a_language("\"None\"@en")]
#[case::of_a_datatype("\"null\"^^<http://www.w3.org/2001/XMLSchema#string>")]
#[case::in_a_sentence("\"None of these\"")]
fn a_word_for_a_missing_value_that_is_meant_has_no_warning(#[case] object: &str) {
    let folder = folder(&[("a.nt", &format!("<e:a> <e:p> {object} .\n"))]);
    let said = flat(&check(folder.path(), &["--format", "ntriples"]).1);
    assert!(!said.contains("warning: "), "{said}");
}

#[rstest]
#[case::statements("ntriples", b"<e:a> <e:p> \"\xE9\" .\n")]
#[case::turtle("turtle", b"<e:a> <e:p> \"\xE9\" .\n")]
#[case::a_cell("csv", b"~id,a\n1,\xE9\n")]
#[case::a_header("csv", b"~id,a\xE9\n1,x\n")]
fn bytes_that_are_no_utf_8_are_in_a_text(#[case] format: &str, #[case] bytes: &[u8]) {
    let folder = folder(&[]);
    std::fs::write(folder.path().join("a.txt"), bytes).expect("the folder can be written to");
    let said = flat(&check(folder.path(), &["--format", format]).1);
    assert!(said.contains("warning: the text has bytes that are no UTF-8"), "{said}");
}

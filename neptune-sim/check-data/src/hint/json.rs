//! What a file of JSON holds. None is a load file, and programs that write graphs write many kinds.

/// What the beginning of a file of JSON says of it, and what helps. `None` if it is none.
pub(super) fn of_json(text: &str, is_table: bool) -> Option<&'static str> {
    if text.starts_with("[\"") && text.lines().next().is_some_and(|line| line.trim_end().ends_with(']')) {
        return Some("this is JSON, a list in each line, which no load takes: convert HexTuples to N-Quads, and rows to CSV");
    }
    let first_key = first_key(text)?;
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    Some(match () {
        () if first_key == "entries" && has(&["\"url\""]) => {
            "this is a manifest (Redshift writes it with UNLOAD … MANIFEST), and no load file; a load reads every file under its source: leave it \
             out"
        }
        () if has(&["\"exportArn\"", "\"sourceBucket\"", "\"manifestFilesS3Key\""]) => MANIFEST,
        () if first_key == "Item" => {
            "this is DynamoDB's export, which no load takes: export CSV, with the values without their types"
        }
        () if has(&["\"head\""]) && has(&["\"vars\"", "\"boolean\""]) || first_key == "head" => RESULTS,
        () if has(&["\"outE\"", "\"inE\"", "\"g:"]) => {
            "this is GraphSON, which no load takes: export CSV, with a row for each vertex and each edge"
        }
        () if has(&["\"type\":\"node\"", "\"type\":\"relationship\""]) => {
            "this is JSON of APOC, which no load takes: export CSV with apoc.export.csv.all, which AWS's tool neo4j-to-neptune converts"
        }
        () if has(&["\"@context\"", "\"@id\"", "\"@graph\"", "\"@type\"", "\"@value\""]) => {
            "this is JSON-LD, which no load takes: convert it to N-Quads"
        }
        () if ["http://", "https://", "urn:", "_:"].iter().any(|start| first_key.starts_with(start)) => {
            "this is RDF/JSON, which no load takes: convert it to N-Triples"
        }
        () if is_table => "this is JSON, which no load takes: export CSV",
        () => "this is JSON, which no load takes: if it is JSON-LD, convert it to N-Quads",
    })
}

/// A list of other files.
pub(super) const MANIFEST: &str =
    "this is a manifest, a list of other files, and no load file; a load reads every file under its source: leave it out";

/// The results of a query, in any of their forms.
pub(super) const RESULTS: &str = "these are the results of a SPARQL query, which no load takes: ask with CONSTRUCT for RDF";

/// The first key of the first object, or nothing of an array without one. In RDF, no text follows a bracket so.
fn first_key(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('[').unwrap_or(text).trim_start().strip_prefix('{')?.trim_start();
    let (key, follows) = inside.strip_prefix('"')?.split_once('"')?;
    let follows = follows.trim_start();
    (follows.is_empty() || follows.starts_with(':')).then_some(key)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::results("{\n \"head\": {\n  \"vars\": [\"s\"]", Some("results of a SPARQL query"))]
    #[case::graphson("{\"id\":{\"@type\":\"g:Int32\",\"@value\":1},\"label\":\"person\"}", Some("GraphSON"))]
    #[case::graphson_1("{\"id\":1,\"label\":\"person\",\"outE\":{}}", Some("GraphSON"))]
    #[case::apoc("{\"type\":\"node\",\"id\":\"0\",\"labels\":[\"User\"]}", Some("APOC"))]
    #[case::json_ld("[\n  {\n  \"@id\": \"http://e/a\"", Some("JSON-LD"))]
    #[case::json_ld_with_a_context("{ \"@context\": {} }", Some("JSON-LD"))]
    #[case::rdf_json("{\n  \"http://e/a\" : {", Some("RDF/JSON"))]
    #[case::a_list("[{\"a\": 1}]", Some("this is JSON"))]
    #[case::a_line_of_many("{\"~id\":\"v1\"}\n{\"~id\":\"v2\"}\n", Some("this is JSON"))]
    #[case::hextuples("[\"http://e/a\",\"http://e/p\",\"x\",\"\",\"\",\"\"]\n", Some("HexTuples"))]
    #[case::a_manifest_of_redshift("{\n  \"entries\": [\n    {\"url\":\"s3://b/0000_part_00\"}", Some("a manifest"))]
    #[case::a_manifest_of_dynamodb("{\"version\":\"2020-06-30\",\"exportArn\":\"arn:aws\"}", Some("a manifest"))]
    #[case::an_inventory_of_s3("{\n  \"sourceBucket\" : \"b\"", Some("a manifest"))]
    #[case::an_export_of_dynamodb("{\"Item\":{\"id\":{\"S\":\"a\"}}}\n", Some("DynamoDB's export"))]
    #[case::entries_of_another_kind("{\"entries\": [{\"id\": 1}]}", Some("this is JSON"))]
    #[case::a_list_of_turtle("[ a <e:b> ] .", None)]
    #[case::a_graph_of_trig("{ <e:a> <e:b> \"c\" . }", None)]
    #[case::a_rule("{ \"a\" e:b ?c } => {} .", None)]
    #[case::a_key_that_is_cut_off("{\"~i", None)]
    #[case::a_quote_alone("{\"", None)]
    #[case::a_cell("{x},~id", None)]
    fn json_is_known_by_its_beginning(#[case] text: &str, #[case] expected: Option<&str>) {
        let said = of_json(text, true);
        assert_eq!(said.is_some(), expected.is_some(), "{said:?}");
        assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()), "{said:?}");
    }
}

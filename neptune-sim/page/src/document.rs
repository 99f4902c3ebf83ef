//! A document: markup with one style and one script in it, and the policy that allows those two.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::files::File;
use crate::joined;

/// Markup whose style and script stand in it, and their hashes.
pub(crate) struct Document {
    /// All of it.
    pub(crate) html: String,
    /// Its style, as a policy names it.
    pub(crate) style: String,
    /// Its script, as a policy names it.
    pub(crate) script: String,
}

impl Document {
    /// Puts these styles and scripts where the markup says `{{style}}` and `{{script}}`.
    pub(crate) fn new<'a>(
        html: &str,
        styles: impl IntoIterator<Item = &'a File>,
        scripts: impl IntoIterator<Item = &'a File>,
    ) -> Self {
        let style = joined::styles(styles.into_iter().map(|file| file.text));
        let script = joined::scripts(scripts.into_iter().map(|file| file.text));
        Self {
            html: html.replace("{{style}}", &style).replace("{{script}}", &script),
            style: source(&style),
            script: source(&script),
        }
    }
}

/// A policy that allows the script and the style of this document, and what these directives say.
pub(crate) fn policy(document: &Document, more: &[&str]) -> String {
    let mut directives = vec![
        "default-src 'none'".to_owned(),
        format!("script-src {}", document.script),
        format!("style-src {}", document.style),
        "img-src data:".to_owned(),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        "require-trusted-types-for 'script'".to_owned(),
    ];
    directives.extend(more.iter().map(|&directive| directive.to_owned()));
    directives.join("; ")
}

/// How a policy names a text that stands in a document.
fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// JSON that may stand in a `script` element: `<` is written as an escape, so that no text ends the element or begins a comment.
pub(crate) fn json(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_what_stands_in_the_document() {
        let file = |text| File { name: "x", text };
        let markup = "<style>{{style}}</style><script>{{script}}</script>";
        let document = Document::new(markup, &[file("p {}"), file("b {}")], &[file("a();\n")]);
        assert_eq!(document.html, "<style>p {}\nb {}\n</style><script>a();\n</script>");
        assert_eq!(document.style, source("p {}\nb {}\n"));
        assert_eq!(document.script, source("a();\n"));
        assert!(policy(&document, &["connect-src 'self'"]).ends_with("'script'; connect-src 'self'"));
    }

    #[test]
    fn a_source_is_the_hash_that_browsers_compute() {
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn no_text_ends_the_element_of_the_data() {
        let data = Value::from("</script><!--<script>");
        let written = json(&data);
        assert!(!written.contains('<'), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), data);
    }
}

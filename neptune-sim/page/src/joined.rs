//! The texts of scripts and styles, as they stand in a document.
//!
//! A JavaScript module imports what it needs from the others, so that Node can test it alone: `import { a, b } from "./c.js";`, each import on one line.
//! In a document all modules are one, in the order of their list, where names need no import. So no two of them may use the same name at
//! their top level; a browser refuses the script if they do, and so does a test.

/// One module that does what these do one after the other.
pub(crate) fn scripts<'a>(modules: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for line in modules.flat_map(code).filter(|line| !line.starts_with("import ")) {
        joined.push_str(line.strip_prefix("export ").unwrap_or(line));
        joined.push('\n');
    }
    joined
}

/// These styles as one.
pub(crate) fn styles<'a>(styles: impl Iterator<Item = &'a str>) -> String {
    styles.flat_map(code).flat_map(|line| [line, "\n"]).collect()
}

/// The lines of a script or style without indents, empty lines and comments that have lines of their own: a third of a document, which says nothing to a
/// browser. So no text in a script may go over several lines.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let mut is_in_comment = false;
    text.lines().map(str::trim).filter(move |line| {
        if is_in_comment || line.starts_with("/*") {
            is_in_comment = !line.contains("*/");
            return false;
        }
        !line.is_empty() && !line.starts_with("//")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_modules_need_no_imports() {
        let modules = ["export const a = 1;\n", "import { a } from \"./a.js\";\n\nexport function b() {\n  return a;\n}\n"];
        assert_eq!(scripts(modules.into_iter()), "const a = 1;\nfunction b() {\nreturn a;\n}\n");
    }

    #[test]
    fn comments_stay_behind() {
        let text = "/* One line. */\na(); // beside code\n/**\n * Several.\n */\n  // In code.\n  b(2 /* two */);\n";
        assert_eq!(code(text).collect::<Vec<_>>(), ["a(); // beside code", "b(2 /* two */);"]);
    }

    #[test]
    fn joined_styles_keep_their_order() {
        assert_eq!(styles(["/* x */\np {\n  margin: 0;\n}\n", "b {}"].into_iter()), "p {\nmargin: 0;\n}\nb {}\n");
    }
}

//! JavaScript modules, joined into one.
//!
//! A module imports what it needs from the others, so that Node can test it alone: `import { a, b } from "./c.js";`, each import on one line. In a
//! document all modules are one, in the order of their list, where names need no import. So no two of them may use the same name at their
//! top level; a browser refuses the script if they do, and so does a test.

/// One module that does what these do one after the other.
pub(crate) fn join(modules: &[&str]) -> String {
    let mut joined = String::new();
    for line in modules.iter().flat_map(|module| module.lines()) {
        if line.starts_with("import ") {
            continue;
        }
        joined.push_str(line.strip_prefix("export ").unwrap_or(line));
        joined.push('\n');
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_modules_need_no_imports() {
        let modules = ["export const a = 1;\n", "import { a } from \"./a.js\";\n\nexport function b() {\n  return a;\n}\n"];
        assert_eq!(join(&modules), "const a = 1;\n\nfunction b() {\n  return a;\n}\n");
    }
}

//! No two modules of a crate import each other, whatever lies between them: not among siblings, and not a module and its own child.
//!
//! The finder reads sources and not types. It sees every `use` and every path with `::` in it, in macros, too, and follows re-exports to the
//! module that defines the name. It does not see calls of methods: where a type of `a.rs` has an `impl` in `b.rs`, it sees that `b` imports `a`,
//! but not that a method in `a.rs` calls one in `b.rs`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use serde_json::Value;

use neptune_harness::project::root;

/// The path of a module in its crate: empty for the root.
type ModulePath = Vec<String>;

/// A name that a module imports, and the path by which it does.
#[derive(Debug)]
struct Import {
    /// `None` for a glob.
    name: Option<String>,
    path: Vec<String>,
    line: usize,
}

/// What the finder knows of a module.
#[derive(Debug, Default)]
struct Module {
    file: PathBuf,
    /// The module that has the whole file. An inline module counts as part of the one around it.
    owner: ModulePath,
    items: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths in code, with their lines.
    paths: Vec<(Vec<String>, usize)>,
}

/// The modules of a crate.
#[derive(Debug, Default)]
struct Modules(BTreeMap<ModulePath, Module>);

/// Which file imports which: for each pair of files the first place.
type Edges = BTreeMap<ModulePath, BTreeMap<ModulePath, String>>;

impl Modules {
    /// Reads a crate from its root file on. Modules for tests alone are left out.
    fn read(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut modules = Self::default();
        let folder = root.parent().unwrap();
        modules.read_file(&Vec::new(), root, folder, read);
        modules
    }

    fn read_file(&mut self, path: &ModulePath, file: &Path, folder: &Path, read: &dyn Fn(&Path) -> Option<String>) {
        let text = read(file).unwrap_or_else(|| panic!("{}: cannot be read", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.0.insert(path.clone(), Module { file: file.to_owned(), owner: path.clone(), ..Module::default() });
        self.read_tokens(path, tokens, file, folder, read);
    }

    /// Reads the tokens of a module, those of all groups in it included.
    fn read_tokens(
        &mut self,
        path: &ModulePath,
        tokens: TokenStream,
        file: &Path,
        folder: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let (mut at, mut attributes) = (0, Vec::new());
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                        attributes.push(attribute.stream().to_string());
                        at += 2;
                        if is_test(&attributes) {
                            at = end_of_item(&tokens, at);
                            attributes.clear();
                        }
                        continue;
                    }
                    at += 1;
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = (at..tokens.len()).find(|end| is_punct(&tokens[*end], ';')).unwrap_or(tokens.len());
                    self.read_use(path, &tokens[at + 1..end], Vec::new(), word);
                    at = end + 1;
                }
                TokenTree::Ident(word) if word == "mod" && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) => {
                    let name = tokens[at + 1].to_string();
                    let child = [path.as_slice(), std::slice::from_ref(&name)].concat();
                    if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                        let owner = self.0[path].owner.clone();
                        self.0.insert(child.clone(), Module { file: file.to_owned(), owner, ..Module::default() });
                        self.read_tokens(&child, body.stream(), file, &folder.join(&name), read);
                    } else {
                        let (file, folder) = place_of(&name, &attributes, file, folder, read);
                        self.read_file(&child, &file, &folder, read);
                    }
                    at += 3;
                }
                TokenTree::Ident(word) => at = self.read_words(path, &tokens, at, word),
                TokenTree::Group(group) => {
                    self.read_tokens(path, group.stream(), file, folder, read);
                    at += 1;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
            attributes.clear();
        }
    }

    /// Reads an item's name or a path, and gives the place behind it.
    fn read_words(&mut self, path: &ModulePath, tokens: &[TokenTree], at: usize, word: &Ident) -> usize {
        const ITEMS: [&str; 9] = ["struct", "enum", "trait", "fn", "const", "static", "type", "union", "macro_rules"];
        let module = self.0.get_mut(path).unwrap();
        if ITEMS.iter().any(|item| word == item) {
            let name = tokens[at + 1..].iter().take(2).find_map(|token| match token {
                TokenTree::Ident(name) => Some(name.to_string()),
                _ => None,
            });
            module.items.extend(name);
        }
        let (mut words, mut end) = (vec![word.to_string()], at + 1);
        while let [TokenTree::Punct(first), TokenTree::Punct(second), TokenTree::Ident(next), ..] = &tokens[end..]
            && (first.as_char(), second.as_char()) == (':', ':')
        {
            words.push(next.to_string());
            end += 3;
        }
        let is_field = at > 0 && (is_punct(&tokens[at - 1], '.') || is_punct(&tokens[at - 1], ':') && word == "self");
        if words.len() > 1 && !is_field {
            module.paths.push((words, word.span().start().line));
        }
        end
    }

    /// Reads one branch of a `use` after what all of its names have in common.
    fn read_use(&mut self, path: &ModulePath, tokens: &[TokenTree], mut common: Vec<String>, word: &Ident) {
        let mut rename = None;
        for (place, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(name) if name == "as" => {
                    rename = Some(tokens[place + 1].to_string());
                    break;
                }
                TokenTree::Ident(name) => common.push(name.to_string()),
                TokenTree::Group(group) => {
                    for branch in branches(group) {
                        self.read_use(path, &branch, common.clone(), word);
                    }
                    return;
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    let import = Import { name: None, path: common, line: token.span().start().line };
                    return self.0.get_mut(path).unwrap().imports.push(import);
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        if common.len() > 1 && common.last().is_some_and(|last| last == "self") {
            common.pop();
        }
        let line = tokens.first().map_or_else(|| word.span(), TokenTree::span).start().line;
        let name = rename.or_else(|| common.last().cloned());
        self.0.get_mut(path).unwrap().imports.push(Import { name, path: common, line });
    }

    /// The module that a path leads to, and whether it is the module itself that the path names. `None` if that is in another crate.
    fn resolve(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<(ModulePath, bool)> {
        let (first, mut rest) = path.split_first()?;
        if depth > 16 {
            return None;
        }
        let mut here = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            name => {
                let child = child(from, name);
                if self.0.contains_key(&child) && !(rest.is_empty() && self.0[from].items.contains(name)) {
                    child
                } else {
                    return self.resolve_import(from, name, rest, depth);
                }
            }
        };
        while let Some((next, after)) = rest.split_first() {
            let child = child(&here, next);
            let is_item = self.0[&here].items.contains(next);
            if next == "super" {
                here.pop()?;
            } else if self.0.contains_key(&child) && !(after.is_empty() && is_item) {
                here = child;
            } else if is_item {
                return Some((here, false));
            } else {
                let is_imported = self.0[&here].imports.iter().any(|import| import.name.as_ref() == Some(next));
                let found = self.resolve_import(&here, next, after, depth);
                // What is imported and not found is another crate's. What is neither comes from a macro.
                return if is_imported { found } else { found.or(Some((here, false))) };
            }
            rest = after;
        }
        Some((here, true))
    }

    /// The same for a name that a module has imported.
    fn resolve_import(&self, from: &ModulePath, name: &str, rest: &[String], depth: usize) -> Option<(ModulePath, bool)> {
        let imports = &self.0[from].imports;
        if let Some(import) = imports.iter().find(|import| import.name.as_deref() == Some(name)) {
            // A name that is imported from a crate of the same name would lead back to itself.
            let is_itself = import.path.first().is_some_and(|first| first == name) && !self.0.contains_key(&child(from, name));
            return if is_itself { None } else { self.resolve(from, &[&import.path, rest].concat(), depth + 1) };
        }
        imports.iter().filter(|import| import.name.is_none()).find_map(|glob| {
            let (module, true) = self.resolve(from, &glob.path, depth + 1)? else { return None };
            let is_there = module != *from
                && (self.0[&module].items.contains(name)
                    || self.0.contains_key(&child(&module, name))
                    || self.0[&module].imports.iter().any(|import| import.name.as_deref() == Some(name)));
            let path = [vec!["crate".to_owned()], module, vec![name.to_owned()], rest.to_vec()].concat();
            if is_there { self.resolve(from, &path, depth + 1) } else { None }
        })
    }

    /// Every import from one file of the crate to another.
    fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (path, module) in &self.0 {
            let imports = module.imports.iter().map(|import| (&import.path, import.line, import.name.is_none()));
            let paths = module.paths.iter().map(|(path, line)| (path, *line, false));
            for (words, line, is_glob) in imports.chain(paths) {
                let Some((target, is_module)) = self.resolve(path, words, 0) else { continue };
                let target = &self.0[&target].owner;
                // To name a module is no more than to say where names come from that are used later.
                if *target != module.owner && (!is_module || is_glob) {
                    let place = || format!("{}:{line}: {}", module.file.display(), words.join("::"));
                    edges.entry(module.owner.clone()).or_default().entry(target.clone()).or_insert_with(place);
                }
            }
        }
        edges
    }
}

fn child(module: &ModulePath, name: &str) -> ModulePath {
    [module.as_slice(), &[name.to_owned()]].concat()
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether the last attribute keeps an item out of everything but tests.
fn is_test(attributes: &[String]) -> bool {
    attributes.last().is_some_and(|attribute| attribute.replace(' ', "") == "cfg(test)")
}

/// The place behind an item: its body or its semicolon.
fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| {
        matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace) || is_punct(token, ';')
    };
    let is_use = tokens[from..]
        .iter()
        .take_while(|token| !ends(token))
        .any(|token| matches!(token, TokenTree::Ident(word) if word == "use"));
    let ends = |token: &TokenTree| if is_use { is_punct(token, ';') } else { ends(token) };
    (from..tokens.len()).find(|at| ends(&tokens[*at])).map_or(tokens.len(), |end| end + 1)
}

/// The branches of a `use` between braces.
fn branches(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let branches = tokens.split(|token| is_punct(token, ',')).filter(|branch| !branch.is_empty());
    branches.map(<[TokenTree]>::to_vec).collect()
}

/// The file of a module, and the folder of its children.
fn place_of(
    name: &str,
    attributes: &[String],
    file: &Path,
    folder: &Path,
    read: &dyn Fn(&Path) -> Option<String>,
) -> (PathBuf, PathBuf) {
    let chosen = attributes.iter().find_map(|attribute| attribute.strip_prefix("path = "));
    if let Some(chosen) = chosen {
        let file = file.parent().unwrap().join(chosen.trim_matches('"'));
        let folder = file.parent().unwrap().to_owned();
        return (file, folder);
    }
    let (own, children) = (folder.join(format!("{name}.rs")), folder.join(name));
    if read(&own).is_some() { (own, children) } else { (children.join("mod.rs"), children) }
}

/// A shortest circle through each set of modules that all import each other, the places of its imports in order.
fn circles(edges: &Edges) -> Vec<Vec<(ModulePath, String)>> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys() {
        if seen.contains(start) {
            continue;
        }
        if let Some(circle) = circle_from(edges, start) {
            let (ahead, behind) = (reached(edges, start), |module: &ModulePath| reached(edges, module).contains(start));
            seen.extend(ahead.into_iter().filter(behind));
            found.push(circle);
        }
    }
    found
}

fn reached(edges: &Edges, start: &ModulePath) -> BTreeSet<ModulePath> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(module) = open.pop() {
        open.extend(edges.get(module).into_iter().flat_map(BTreeMap::keys).filter(|next| reached.insert((*next).clone())));
    }
    reached
}

/// The shortest way from a module back to itself.
fn circle_from(edges: &Edges, start: &ModulePath) -> Option<Vec<(ModulePath, String)>> {
    let (mut ways, mut seen) = (VecDeque::from([(start, Vec::new())]), BTreeSet::new());
    while let Some((module, way)) = ways.pop_front() {
        for (next, place) in edges.get(module).into_iter().flatten() {
            let way = [way.as_slice(), &[(module.clone(), place.clone())]].concat();
            if next == start {
                return Some(way);
            }
            if seen.insert(next) {
                ways.push_back((next, way));
            }
        }
    }
    None
}

/// The circle, as a message that helps to break it.
fn reported(name: &str, circle: &[(ModulePath, String)]) -> String {
    let mut text = format!("{name}: these modules import each other:\n");
    for (module, place) in circle {
        let module = if module.is_empty() { "the crate's root".to_owned() } else { module.join("::") };
        let _ = writeln!(text, "  {module} imports, in {place}");
    }
    text + "  Cut it: move what both need into a module below both, or pass it as a parameter.\n"
}

/// The targets of every workspace here: the package and the kind of each, and its root file.
fn targets() -> Vec<(String, PathBuf)> {
    let mut targets = Vec::new();
    for manifest in workspaces(&root()) {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"]).arg(&manifest);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}: {}", manifest.display(), String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        for package in metadata["packages"].as_array().unwrap() {
            for target in package["targets"].as_array().unwrap() {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                let name = format!("{} ({} {})", word(&package["name"]), word(&target["kind"][0]), word(&target["name"]));
                targets.push((name, word(&target["src_path"]).into()));
            }
        }
    }
    targets
}

/// The manifests with a `[workspace]` of their own.
fn workspaces(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(workspaces(&path));
        } else if name == "Cargo.toml" && fs::read_to_string(&path).unwrap().lines().any(|line| line == "[workspace]") {
            found.push(path);
        }
    }
    found
}

fn from_disk(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

#[test]
fn no_two_modules_import_each_other() {
    let targets = targets();
    assert!(targets.len() > 20, "only {} targets were found", targets.len());
    let reported: String = targets
        .iter()
        .flat_map(|(name, file)| {
            circles(&Modules::read(file, &from_disk).edges()).into_iter().map(move |circle| (name, circle))
        })
        .map(|(name, circle)| reported(name, &circle))
        .collect();
    assert!(reported.is_empty(), "{reported}");
}

/// The table of rooms in the documentation of the simulator is the order: a room uses only rooms below it.
#[test]
fn the_rooms_of_the_simulator_use_only_those_below_them() {
    let file = root().join("neptune-sim/server/src/lib.rs");
    let text = fs::read_to_string(&file).unwrap();
    let row = |line: &str| Some(line.strip_prefix("//! | `")?.split_once('`')?.0.to_owned());
    let rooms: Vec<String> = text.lines().filter_map(row).collect();
    let modules = Modules::read(&file, &from_disk);
    let room_of = |module: &ModulePath| {
        module.first().map(|room| {
            rooms.iter().position(|known| known == room).unwrap_or_else(|| panic!("lib.rs says nothing of `{room}`"))
        })
    };
    for (module, targets) in modules.edges() {
        for (target, place) in targets {
            if let (Some(room), Some(used)) = (room_of(&module), room_of(&target)) {
                assert!(room <= used, "{place}\n`{}` stands below `{}` and must not use it", rooms[room], rooms[used]);
            }
        }
    }
}

mod finder {
    use rstest::rstest;

    use super::*;

    /// The circles of a crate of these files, as `a b` for two that import each other.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: BTreeMap<PathBuf, String> =
            files.iter().map(|(name, text)| (Path::new("src").join(name), (*text).to_owned())).collect();
        let modules = Modules::read(Path::new("src/lib.rs"), &|path| files.get(path).cloned());
        let names = |circle: Vec<(ModulePath, String)>| {
            circle.into_iter().map(|(module, _)| module.join("::")).collect::<Vec<_>>().join(" ")
        };
        circles(&modules.edges()).into_iter().map(names).collect()
    }

    const LIB: (&str, &str) = ("lib.rs", "mod a; mod b; pub use b::B; pub(crate) use a::*;");

    #[rstest]
    #[case::plainly("use crate::b::B; pub struct A;", "use crate::a::A; pub struct B;")]
    #[case::by_a_path("pub struct A(crate::b::B);", "use crate::a::A; pub struct B;")]
    #[case::in_a_macro(
        "pub struct A; fn f() { println!(\"{}\", crate::b::f()) }",
        "use crate::a::A; pub struct B; pub fn f() {}"
    )]
    #[case::by_a_reexport("use crate::B; pub struct A;", "use super::a::A; pub struct B;")]
    #[case::by_a_glob("use crate::b::*; pub struct A;", "use crate::a::A; pub struct B;")]
    #[case::by_a_reexport_of_a_glob("use crate::b::B; pub struct A;", "use crate::A; pub struct B;")]
    #[case::by_another_name("use crate::b::B as C; pub struct A;", "use crate::{a as c, a::A as D}; pub struct B(c::A);")]
    #[case::by_a_module("use crate::b; pub struct A(b::B);", "use super::a::{self}; pub struct B(a::A);")]
    #[case::inside_an_inline_module("mod i { pub struct A(crate::b::B); } pub use i::A;", "use crate::a::A; pub struct B;")]
    fn two_that_import_each_other_are_found(#[case] a: &str, #[case] b: &str) {
        assert_eq!(found(&[LIB, ("a.rs", a), ("b.rs", b)]), ["a b"]);
    }

    #[rstest]
    #[case::one_way("use crate::b::B; pub struct A;", "pub struct B;")]
    #[case::for_tests_alone("use crate::b::B; pub struct A;", "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }")]
    #[case::a_test_import("use crate::b::B; pub struct A;", "#[cfg(test)] use crate::a::{A}; pub struct B;")]
    // A limit of the finder: without types it cannot tell whose method that is.
    #[case::a_method_that_the_other_adds(
        "pub struct A; impl A { fn f(&self) { self.g() } }",
        "use crate::a::A; impl A { pub fn g(&self) {} } pub struct B;"
    )]
    #[case::a_name_alone("use crate::b; pub struct A(b::B);", "pub struct B; use crate::a;")]
    #[case::another_crate("use crate::b::B; pub struct A;", "use c::a::A; pub struct B;")]
    fn others_are_left_alone(#[case] a: &str, #[case] b: &str) {
        assert_eq!(found(&[LIB, ("a.rs", a), ("b.rs", b)]), <[String; 0]>::default());
    }

    #[test]
    fn a_module_and_its_child_are_no_exception() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; pub use b::B; pub struct A;"),
            ("a/b.rs", "use super::A; pub struct B;"),
        ];
        assert_eq!(found(&files), ["a a::b"]);
    }

    #[test]
    fn siblings_that_meet_through_their_parent_are_not_its_circle() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a/mod.rs", "mod b; mod c; pub use b::B; pub use c::C;"),
            ("a/b.rs", "use super::C; pub struct B;"),
            ("a/c.rs", "pub struct C;"),
        ];
        assert_eq!(found(&files), <[String; 0]>::default());
    }

    #[test]
    fn a_long_way_round_is_a_circle() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; #[path = \"elsewhere/d.rs\"] mod d;"),
            ("a.rs", "pub struct A(crate::b::B);"),
            ("b.rs", "pub struct B(crate::c::C);"),
            ("c.rs", "pub struct C(crate::d::D);"),
            ("elsewhere/d.rs", "pub struct D(crate::a::A);"),
        ];
        assert_eq!(found(&files), ["a b c d"]);
    }
}

//! What is in a graph, as far as counting needs it: which ids there are, and which facts are known of each.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};

/// An id with more facts than this has a set of its own.
const FEW: usize = 64;

/// The ids and facts that were loaded. Texts are not kept, only their hashes: 8 bytes for a fact, and some 30 for an id.
#[derive(Debug, Default)]
pub struct Graph {
    vertices: Elements,
    edges: Elements,
    statements: HashSet<u64, BuildHasherDefault<AsItIs>>,
    hashes: RandomState,
    files: u64,
}

/// What became of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New,
    /// It was there.
    Duplicate,
    /// There is another value where only one may be. That one stays.
    Conflict,
}

/// A vertex or an edge to which facts are added.
#[derive(Debug)]
pub struct Element<'a> {
    all: &'a mut Elements,
    id: u64,
}

impl Graph {
    /// Whether there is a vertex with this id.
    pub fn has_vertex(&self, id: &[u8]) -> bool {
        self.vertices.places.contains_key(&self.vertices.hashes.hash_one(id))
    }

    /// A number for a file in which names of blank nodes mean something.
    pub(crate) fn new_file(&mut self) -> u64 {
        self.files += 1;
        self.files
    }

    /// Adds a statement of RDF.
    pub(crate) fn statement(&mut self, statement: impl Hash) -> Added {
        let is_new = self.statements.insert(self.hashes.hash_one(statement));
        if is_new { Added::New } else { Added::Duplicate }
    }

    /// The vertex with this id, which is there from now on.
    pub fn vertex(&mut self, id: &[u8]) -> Element<'_> {
        self.vertices.element(id)
    }

    /// The edge with this id, which is there from now on.
    pub fn edge(&mut self, id: &[u8]) -> Element<'_> {
        self.edges.element(id)
    }
}

impl Element<'_> {
    /// Adds one of any number of values.
    pub fn add(&mut self, property: &[u8], value: impl Hash) -> Added {
        let fact = self.all.fact(property, value);
        if self.all.insert(self.id, fact) { Added::New } else { Added::Duplicate }
    }

    /// Adds the only value.
    pub fn set(&mut self, property: &[u8], value: impl Hash) -> Added {
        let fact = self.all.fact(property, value);
        if self.all.contains(self.id, fact) {
            return Added::Duplicate;
        }
        // No value has this fact: it says that there is one.
        if !self.all.insert(self.id, fact & PROPERTY) {
            return Added::Conflict;
        }
        self.all.insert(self.id, fact);
        Added::New
    }
}

/// A fact is 32 bits of the hash of its property, and 32 bits of that of its value, which are never all zero.
const PROPERTY: u64 = !0 << 32;

/// All vertices, or all edges.
#[derive(Debug, Default)]
struct Elements {
    hashes: RandomState,
    /// By the hash of the id.
    places: HashMap<u64, Place, BuildHasherDefault<AsItIs>>,
    /// The facts of those that have few, in a row for each.
    few: Vec<u64>,
    /// The facts of those that have many.
    many: Vec<HashSet<u64>>,
}

/// Where the facts of an id are.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In `few`, with room for more.
    Few { start: usize, length: u16, room: u16 },
    /// In this set of `many`.
    Many(usize),
}

impl Elements {
    fn element(&mut self, id: &[u8]) -> Element<'_> {
        let id = self.hashes.hash_one(id);
        let nothing = Place::Few { start: self.few.len(), length: 0, room: 0 };
        self.places.entry(id).or_insert(nothing);
        Element { all: self, id }
    }

    fn fact(&self, property: &[u8], value: impl Hash) -> u64 {
        let value = self.hashes.hash_one(value) >> 32;
        self.hashes.hash_one(property) & PROPERTY | value.max(1)
    }

    fn contains(&self, id: u64, fact: u64) -> bool {
        match self.places.get(&id) {
            Some(Place::Few { start, length, .. }) => self.few[*start..*start + usize::from(*length)].contains(&fact),
            Some(Place::Many(set)) => self.many[*set].contains(&fact),
            None => false,
        }
    }

    /// Returns whether the fact is new.
    fn insert(&mut self, id: u64, fact: u64) -> bool {
        if self.contains(id, fact) {
            return false;
        }
        if let Some(place) = self.places.get_mut(&id) {
            *place = place.with(fact, &mut self.few, &mut self.many);
        }
        true
    }
}

impl Place {
    /// Puts a fact there, and returns where they all are then.
    fn with(self, fact: u64, few: &mut Vec<u64>, many: &mut Vec<HashSet<u64>>) -> Self {
        match self {
            Self::Many(set) => {
                many[set].insert(fact);
                self
            }
            Self::Few { start, length, .. } if usize::from(length) == FEW => {
                let facts = few[start..start + FEW].iter().copied();
                many.push(facts.chain([fact]).collect());
                Self::Many(many.len() - 1)
            }
            Self::Few { start, length, room } if length < room => {
                few[start + usize::from(length)] = fact;
                Self::Few { start, length: length + 1, room }
            }
            Self::Few { start, length, room } if start + usize::from(room) == few.len() => {
                few.push(fact);
                Self::Few { start, length: length + 1, room: room + 1 }
            }
            Self::Few { start, length, .. } => {
                // Twice the room, so that an id that comes again and again is not moved each time.
                let (moved_to, room) = (few.len(), (2 * length).max(4));
                few.extend_from_within(start..start + usize::from(length));
                few.resize(moved_to + usize::from(room), 0);
                Self::Few { start: moved_to, length, room }.with(fact, few, many)
            }
        }
    }
}

/// Takes the key, which is a hash, as its own hash.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("keys are 64-bit numbers")
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_set_takes_each_value_once() {
        let mut graph = Graph::default();
        let mut vertex = graph.vertex(b"v");
        let added = [b"a", b"b", b"a"].map(|value| vertex.add(b"name", value));
        assert_eq!(added, [Added::New, Added::New, Added::Duplicate]);
        assert_eq!(vertex.add(b"other", b"a"), Added::New);
    }

    #[test]
    fn a_single_value_stays() {
        let mut graph = Graph::default();
        let mut vertex = graph.vertex(b"v");
        let added = [b"a", b"b", b"a"].map(|value| vertex.set(b"name", value));
        assert_eq!(added, [Added::New, Added::Conflict, Added::Duplicate]);
    }

    #[test]
    fn vertices_and_edges_have_ids_of_their_own() {
        let mut graph = Graph::default();
        graph.edge(b"x");
        assert!(!graph.has_vertex(b"x"));
        graph.vertex(b"x");
        assert!(graph.has_vertex(b"x"));
    }

    proptest! {
        /// Few ids and values, so that many facts come again, in any order, and some ids have more than a few.
        #[test]
        fn every_fact_is_new_once(facts in prop::collection::vec((0..3u8, 0..3u8, 0..60u8), 0..400)) {
            let (mut graph, mut known) = (Graph::default(), HashSet::new());
            for (id, property, value) in facts {
                let added = graph.vertex(&[id]).add(&[property], value);
                let expected = if known.insert((id, property, value)) { Added::New } else { Added::Duplicate };
                prop_assert_eq!(added, expected);
            }
        }
    }
}

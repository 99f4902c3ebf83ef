//! What is in a graph, as far as counting needs it: which ids there are, and which facts are known of each.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use foldhash::quality::RandomState;

/// An id with more facts than this has a set of its own.
const FEW: usize = 64;

/// The ids and facts that were loaded. Texts are not kept, only their hashes: 20 bytes at most for a fact, and 40 for an id.
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

/// What a property is known by. It holds for one graph.
#[derive(Clone, Copy, Debug)]
pub struct Key(u64);

/// A vertex or an edge to which facts are added.
#[derive(Debug)]
pub struct Element<'a> {
    place: &'a mut Packed,
    facts: &'a mut Facts,
    hashes: &'a RandomState,
}

impl Graph {
    /// What a property is known by.
    pub fn key(&self, property: &[u8]) -> Key {
        Key(self.hashes.hash_one(property) & PROPERTY)
    }

    /// Whether there is a vertex with this id.
    pub fn has_vertex(&self, id: &[u8]) -> bool {
        self.vertices.places.contains_key(&self.hashes.hash_one(id))
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
        self.vertices.element(id, &self.hashes)
    }

    /// The edge with this id, which is there from now on.
    pub fn edge(&mut self, id: &[u8]) -> Element<'_> {
        self.edges.element(id, &self.hashes)
    }
}

impl Element<'_> {
    /// Adds one of any number of values.
    pub fn add(&mut self, property: Key, value: impl Hash) -> Added {
        let fact = self.fact(property, value);
        if self.insert(fact) { Added::New } else { Added::Duplicate }
    }

    /// Adds the only value.
    pub fn set(&mut self, property: Key, value: impl Hash) -> Added {
        let fact = self.fact(property, value);
        if self.place.unpack().contains(fact, self.facts) {
            return Added::Duplicate;
        }
        // No value has this fact: it says that there is one.
        if !self.insert(property.0) {
            return Added::Conflict;
        }
        self.insert(fact);
        Added::New
    }

    /// A fact is 32 bits of the hash of its property, and 32 bits of that of its value, which are never all zero.
    fn fact(&self, property: Key, value: impl Hash) -> u64 {
        property.0 | (self.hashes.hash_one(value) >> 32).max(1)
    }

    /// Returns whether the fact is new.
    fn insert(&mut self, fact: u64) -> bool {
        let place = self.place.unpack();
        let is_new = !place.contains(fact, self.facts);
        if is_new {
            *self.place = place.with(fact, self.facts).pack();
        }
        is_new
    }
}

/// The half of a fact that is its property's.
const PROPERTY: u64 = !0 << 32;

/// All vertices, or all edges.
#[derive(Debug, Default)]
struct Elements {
    /// By the hash of the id.
    places: HashMap<u64, Packed, BuildHasherDefault<AsItIs>>,
    facts: Facts,
}

/// The facts of all vertices, or of all edges.
#[derive(Debug, Default)]
struct Facts {
    /// Those of elements that have few, in a row for each.
    few: Vec<u64>,
    /// Those of elements that have many.
    many: Vec<HashSet<u64>>,
}

/// Where the facts of an element are.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In `few`, with room for more.
    Few { start: usize, length: u8, room: u8 },
    /// In this set of `many`.
    Many(usize),
}

/// A place in eight bytes: there is one for each id.
#[derive(Clone, Copy, Debug)]
struct Packed(u64);

/// Where the length begins; before it are the start and behind it the room. No length is `MANY`.
const LENGTH_BITS: u32 = 48;
const ROOM_BITS: u32 = 56;
const MANY: u8 = u8::MAX;

impl Packed {
    fn unpack(self) -> Place {
        let [.., length, room] = self.0.to_le_bytes();
        let start = (self.0 & ((1 << LENGTH_BITS) - 1)) as usize;
        if length == MANY { Place::Many(start) } else { Place::Few { start, length, room } }
    }
}

impl Elements {
    fn element<'a>(&'a mut self, id: &[u8], hashes: &'a RandomState) -> Element<'a> {
        let nothing = Place::Few { start: self.facts.few.len(), length: 0, room: 0 };
        let place = self.places.entry(hashes.hash_one(id)).or_insert(nothing.pack());
        Element { place, facts: &mut self.facts, hashes }
    }
}

impl Place {
    /// No memory holds as many facts as 48 bits can count.
    fn pack(self) -> Packed {
        let (start, length, room) = match self {
            Self::Few { start, length, room } => (start, length, room),
            Self::Many(set) => (set, MANY, 0),
        };
        Packed(start as u64 | u64::from(length) << LENGTH_BITS | u64::from(room) << ROOM_BITS)
    }

    fn contains(self, fact: u64, facts: &Facts) -> bool {
        match self {
            Self::Few { start, length, .. } => facts.few[start..start + usize::from(length)].contains(&fact),
            Self::Many(set) => facts.many[set].contains(&fact),
        }
    }

    /// Puts a fact there, and returns where they all are then.
    fn with(self, fact: u64, facts: &mut Facts) -> Self {
        let Facts { few, many } = facts;
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
                Self::Few { start: moved_to, length, room }.with(fact, facts)
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
        let [name, other] = [graph.key(b"name"), graph.key(b"other")];
        let mut vertex = graph.vertex(b"v");
        let added = [b"a", b"b", b"a"].map(|value| vertex.add(name, value));
        assert_eq!(added, [Added::New, Added::New, Added::Duplicate]);
        assert_eq!(vertex.add(other, b"a"), Added::New);
    }

    #[test]
    fn a_single_value_stays() {
        let mut graph = Graph::default();
        let name = graph.key(b"name");
        let mut vertex = graph.vertex(b"v");
        let added = [b"a", b"b", b"a"].map(|value| vertex.set(name, value));
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

    #[test]
    fn an_id_takes_40_bytes_at_most() {
        // A byte of the table beside each entry, and after it has grown, a little more than half of it in use.
        let entry = size_of::<(u64, Packed)>() + 1;
        assert!(entry * 16 / 7 < 40, "{entry}");
    }

    proptest! {
        /// Few ids and values, so that many facts come again, in any order, and some ids have more than a few.
        #[test]
        fn every_fact_is_new_once(facts in prop::collection::vec((0..3u8, 0..3u8, 0..60u8), 0..400)) {
            let (mut graph, mut known) = (Graph::default(), HashSet::new());
            for (id, property, value) in facts {
                let key = graph.key(&[property]);
                let added = graph.vertex(&[id]).add(key, value);
                let expected = if known.insert((id, property, value)) { Added::New } else { Added::Duplicate };
                prop_assert_eq!(added, expected);
            }
        }
    }
}

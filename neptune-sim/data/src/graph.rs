//! What is in a graph, as far as counting needs it: which ids there are, and which facts are known of each.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::hint::black_box;

use foldhash::quality::RandomState;

use crate::by_hash::ByHash;
use crate::chunks::Chunks;
use crate::shards::Shards;
use crate::value::Type;

/// An id with more facts than this has a set of its own.
const FEW: usize = 64;
/// How many facts an id with few of them has room for at most.
const MOST_ROOM: usize = 2 * FEW;

/// The ids and facts that were loaded. Texts are not kept, only their hashes: 20 bytes at most for a fact, and 42 for an id.
#[derive(Debug, Default)]
pub struct Graph {
    vertices: Elements,
    edges: Elements,
    statements: Shards<HashSet<u64, BuildHasherDefault<AsItIs>>>,
    hashes: Hashes,
    files: u64,
}

/// What ids and facts are known by in one graph. Copies of it give the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hashes(RandomState);

/// What became of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is new.
    New,
    /// It was there.
    Duplicate,
    /// There is another value where only one may be. That one stays.
    Conflict,
}

/// What a property is known by, and the type of its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    property: u64,
    of: u64,
}

/// What an id is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id(u64);

/// What a property with a value is known by: 32 bits of the hash of the property, and 32 bits of that of the value, which are never all zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fact(u64);

/// A vertex or an edge to which facts are added.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    packed: &'a mut Packed,
    facts: &'a mut Facts,
    /// Where its facts begin if it is new: all of them come now, those of one property one after the other.
    new_from: Option<usize>,
}

impl Hashes {
    /// What a property is known by whose values are texts.
    pub(crate) fn key(&self, property: &[u8]) -> Key {
        Key { property: self.0.hash_one(property) & PROPERTY, of: 0 }
    }

    /// What a property is known by whose values have this type. Values of another type are other ones, of the same property.
    pub(crate) fn key_of(&self, property: &[u8], of: Type) -> Key {
        Key { of: self.0.hash_one(of.as_str()) >> 32, ..self.key(property) }
    }

    /// What an id is known by in its space; of the empty space, there is one.
    #[inline]
    pub(crate) fn id(&self, space: &str, id: &[u8]) -> Id {
        let mut hasher = self.0.build_hasher();
        if !space.is_empty() {
            space.hash(&mut hasher);
        }
        hasher.write(id);
        Id(hasher.finish())
    }

    /// What a value of a property is known by.
    #[inline]
    pub(crate) fn fact(&self, property: Key, value: &[u8]) -> Fact {
        let mut hasher = self.0.build_hasher();
        hasher.write(value);
        property.with(hasher.finish())
    }

    /// As [`Hashes::fact`], of a value of several parts.
    pub(crate) fn fact_of(&self, property: Key, value: impl Hash) -> Fact {
        property.with(self.0.hash_one(value))
    }
}

impl Key {
    #[inline]
    fn with(self, hash_of_value: u64) -> Fact {
        Fact(self.property | ((hash_of_value >> 32) ^ self.of).max(1))
    }
}

impl Fact {
    /// What says, among many facts, that there is a value. No value is known by it.
    fn of_property(self) -> Self {
        Self(self.0 & PROPERTY)
    }

    fn is_of_property_of(self, known: u64) -> bool {
        (known ^ self.0) & PROPERTY == 0
    }
}

impl Graph {
    /// What ids and facts are known by here.
    pub(crate) fn hashes(&self) -> Hashes {
        self.hashes.clone()
    }

    /// Whether there is a vertex with this id in this space. Only openCypher has spaces; the empty one is none.
    pub fn has_vertex(&self, space: &str, id: &str) -> bool {
        self.vertices.has(self.hashes.id(space, id.as_bytes()))
    }

    /// How much memory it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let statements = self.statements.sum(HashSet::capacity) * (size_of::<u64>() + 1);
        self.vertices.bytes() + self.edges.bytes() + statements
    }

    /// A number for a file in which names of blank nodes mean something.
    pub(crate) fn new_file(&mut self) -> u64 {
        self.files += 1;
        self.files
    }

    /// Adds a statement of RDF.
    pub(crate) fn statement(&mut self, statement: impl Hash) -> Added {
        let hash = self.hashes.0.hash_one(statement);
        let is_new = self.statements.of_mut(hash).insert(hash);
        if is_new { Added::New } else { Added::Duplicate }
    }

    /// The vertices, to which a file adds.
    pub(crate) fn vertices_mut(&mut self) -> &mut Elements {
        &mut self.vertices
    }

    /// The edges, to which a file adds, and the vertices, to which it does not.
    pub(crate) fn edges_mut(&mut self) -> (&mut Elements, &Elements) {
        (&mut self.edges, &self.vertices)
    }
}

impl Element<'_> {
    /// Adds one of any number of values.
    #[inline]
    pub(crate) fn add(&mut self, fact: Fact) -> Added {
        if self.insert(fact) { Added::New } else { Added::Duplicate }
    }

    /// Adds the only value. Those that were added as one of any number count, too.
    pub(crate) fn set(&mut self, fact: Fact) -> Added {
        if self.contains(fact) {
            return Added::Duplicate;
        }
        if self.has_other(fact) {
            return Added::Conflict;
        }
        self.put(fact);
        Added::New
    }

    /// Returns whether the fact is new.
    #[inline]
    fn insert(&mut self, fact: Fact) -> bool {
        let is_new = !self.contains(fact);
        if is_new {
            self.put(fact);
        }
        is_new
    }

    /// Adds a fact that is new.
    #[inline]
    fn put(&mut self, fact: Fact) {
        if self.has_room_at_the_end() {
            self.facts.few.push(fact.0);
            *self.packed = self.packed.with_one_more();
        } else {
            self.new_from = None;
            *self.packed = self.packed.unpack().with(fact, self.facts).pack();
        }
    }

    #[inline]
    fn contains(&self, fact: Fact) -> bool {
        let Some(start) = self.new_from else { return self.packed.unpack().contains(fact, self.facts) };
        // Those of the same property are the latest ones.
        let mut of_property = self.facts.few.last_row(start).iter().rev().take_while(|known| fact.is_of_property_of(**known));
        of_property.any(|known| *known == fact.0)
    }

    /// Whether there is another value of the property.
    fn has_other(&self, fact: Fact) -> bool {
        match self.new_from {
            Some(start) => self.facts.few.last_row(start).last().is_some_and(|known| fact.is_of_property_of(*known)),
            None => self.packed.unpack().has_property(fact, self.facts),
        }
    }

    /// Whether the facts of the element are the last ones of all, and few.
    #[inline]
    fn has_room_at_the_end(&self) -> bool {
        self.new_from.is_some_and(|start| self.facts.few.end() - start < FEW)
    }
}

/// The half of a fact that is its property's.
const PROPERTY: u64 = !0 << 32;

/// All vertices, or all edges.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    /// By the hash of the id.
    places: Shards<ByHash<Packed>>,
    facts: Facts,
}

/// The facts of all vertices, or of all edges.
#[derive(Debug, Default)]
struct Facts {
    /// Those of elements that have few, in a row for each.
    few: Chunks,
    /// Those of elements that have many, and for each property one that says that it has a value.
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
#[derive(Clone, Copy, Debug, Default)]
struct Packed(u64);

/// Where the length begins; before it are the start and behind it the room. No length is `MANY`.
const LENGTH_BITS: u32 = 48;
const ROOM_BITS: u32 = 56;
const MANY: u8 = u8::MAX;

impl Packed {
    /// Of an element in `few` without room: one fact was put behind its others.
    #[inline]
    fn with_one_more(self) -> Self {
        Self(self.0 + (1 << LENGTH_BITS) + (1 << ROOM_BITS))
    }

    #[inline]
    fn unpack(self) -> Place {
        let [.., length, room] = self.0.to_le_bytes();
        let start = (self.0 & ((1 << LENGTH_BITS) - 1)) as usize;
        if length == MANY { Place::Many(start) } else { Place::Few { start, length, room } }
    }
}

impl Elements {
    fn bytes(&self) -> usize {
        let Facts { few, many } = &self.facts;
        let many: usize = many.iter().map(|facts| facts.capacity() * (size_of::<u64>() + 1)).sum();
        self.places.sum(ByHash::bytes) + few.bytes() + many
    }

    /// Whether there is one with the id that is known by this.
    #[inline]
    pub(crate) fn has(&self, id: Id) -> bool {
        self.places.of(id.0).contains(id.0)
    }

    /// Looks at those that are asked for soon, so that they are in the caches then. Each look waits for memory that is far away, but
    /// all wait at the same time, because none needs what another has found.
    pub(crate) fn look_ahead(&self, ids: impl Iterator<Item = Id>) {
        black_box(ids.fold(0, |seen, id| seen ^ self.places.of(id.0).look_at(id.0)));
    }

    /// The one with this id, which is there from now on.
    #[inline]
    pub(crate) fn with_id(&mut self, id: Id) -> Element<'_> {
        let start = self.facts.few.begin(MOST_ROOM);
        let nothing = Place::Few { start, length: 0, room: 0 };
        let (packed, is_new) = self.places.of_mut(id.0).get_or_insert(id.0, nothing.pack());
        Element { packed, facts: &mut self.facts, new_from: is_new.then_some(start) }
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

    #[inline]
    fn contains(self, fact: Fact, facts: &Facts) -> bool {
        match self {
            Self::Few { start, length, .. } => facts.few.row(start, usize::from(length)).contains(&fact.0),
            Self::Many(set) => facts.many[set].contains(&fact.0),
        }
    }

    /// Whether there is a value of the property of a fact.
    fn has_property(self, fact: Fact, facts: &Facts) -> bool {
        match self {
            Self::Few { start, length, .. } => {
                facts.few.row(start, usize::from(length)).iter().any(|known| fact.is_of_property_of(*known))
            }
            Self::Many(set) => facts.many[set].contains(&fact.of_property().0),
        }
    }

    /// Puts a fact there, and returns where they all are then.
    fn with(self, fact: Fact, facts: &mut Facts) -> Self {
        let Facts { few, many } = facts;
        match self {
            Self::Many(set) => {
                many[set].extend([fact.0, fact.of_property().0]);
                self
            }
            Self::Few { start, length, .. } if usize::from(length) == FEW => {
                let facts = few.row(start, FEW).iter().copied().chain([fact.0]);
                many.push(facts.flat_map(|fact| [fact, Fact(fact).of_property().0]).collect());
                Self::Many(many.len() - 1)
            }
            Self::Few { start, length, room } if length < room => {
                *few.number_mut(start, usize::from(length)) = fact.0;
                Self::Few { start, length: length + 1, room }
            }
            Self::Few { start, length, room } if start + usize::from(room) == few.end() => {
                few.push(fact.0);
                Self::Few { start, length: length + 1, room: room + 1 }
            }
            Self::Few { start, length, .. } => {
                // Twice the room, so that an id that comes again and again is not moved each time.
                let (moved_to, room) = (few.begin(MOST_ROOM), (2 * length).max(4));
                for index in 0..room {
                    let known = if index < length { few.row(start, usize::from(length))[usize::from(index)] } else { 0 };
                    few.push(known);
                }
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
        let hashes = graph.hashes();
        let [name, other] = [hashes.key(b"name"), hashes.key(b"other")];
        let mut vertex = graph.vertices.with_id(hashes.id("", b"v"));
        let added = [b"a", b"b", b"a"].map(|value| vertex.add(hashes.fact(name, value)));
        assert_eq!(added, [Added::New, Added::New, Added::Duplicate]);
        assert_eq!(vertex.add(hashes.fact(other, b"a")), Added::New);
    }

    #[test]
    fn a_new_element_takes_many_values_at_once() {
        let mut graph = Graph::default();
        let hashes = graph.hashes();
        let name = hashes.key(b"name");
        for expected in [Added::New, Added::Duplicate] {
            let mut vertex = graph.vertices.with_id(hashes.id("", b"v"));
            for value in 0..=u8::MAX {
                assert_eq!(vertex.add(hashes.fact(name, &[value])), expected);
            }
            assert_eq!(vertex.add(hashes.fact(name, &[3])), Added::Duplicate);
        }
    }

    #[test]
    fn a_single_value_stays() {
        let mut graph = Graph::default();
        let hashes = graph.hashes();
        let name = hashes.key(b"name");
        let mut vertex = graph.vertices.with_id(hashes.id("", b"v"));
        let added = [b"a", b"b", b"a"].map(|value| vertex.set(hashes.fact(name, value)));
        assert_eq!(added, [Added::New, Added::Conflict, Added::Duplicate]);
    }

    /// With few values and with many, in one row of a file and in another one.
    #[test]
    fn values_of_a_set_are_in_the_way_of_a_single_one() {
        for others in [0, 3, 200_u8] {
            let mut graph = Graph::default();
            let hashes = graph.hashes();
            let [name, other] = [hashes.key(b"name"), hashes.key(b"other")];
            let mut vertex = graph.vertices.with_id(hashes.id("", b"v"));
            for number in 0..others {
                vertex.add(hashes.fact(other, &[number]));
            }
            assert_eq!(vertex.add(hashes.fact(name, b"a")), Added::New);
            let set = |vertex: &mut Element<'_>| [b"b", b"a", b"c"].map(|value| vertex.set(hashes.fact(name, value)));
            let expected = [Added::Conflict, Added::Duplicate, Added::Conflict];
            assert_eq!(set(&mut vertex), expected);
            assert_eq!(set(&mut graph.vertices.with_id(hashes.id("", b"v"))), expected);
        }
    }

    #[test]
    fn vertices_and_edges_have_ids_of_their_own_and_spaces_too() {
        let mut graph = Graph::default();
        let [id, other] = ["", "people"].map(|space| graph.hashes().id(space, b"x"));
        graph.edges.with_id(id);
        assert!(!graph.vertices.has(id));
        graph.vertices.with_id(id);
        assert!(graph.vertices.has(id) && !graph.vertices.has(other) && graph.has_vertex("", "x"));
    }

    #[test]
    fn it_says_how_much_memory_it_takes() {
        let mut graph = Graph::default();
        let empty = graph.bytes();
        for number in 0..10_000_u64 {
            graph.statement(number);
        }
        let grown = graph.bytes();
        assert!(empty < 1000 && (80_000..400_000).contains(&grown), "{empty} {grown}");
    }

    proptest! {
        /// Few ids and values, so that many facts come again, in any order, and some ids have more than a few.
        #[test]
        fn every_fact_is_new_once(facts in prop::collection::vec((0..3u8, 0..3u8, 0..60u8), 0..400)) {
            let (mut graph, mut known) = (Graph::default(), HashSet::new());
            for (id, property, value) in facts {
                let hashes = graph.hashes();
                let fact = hashes.fact(hashes.key(&[property]), &[value]);
                let added = graph.vertices.with_id(hashes.id("", &[id])).add(fact);
                let expected = if known.insert((id, property, value)) { Added::New } else { Added::Duplicate };
                prop_assert_eq!(added, expected);
            }
        }
    }
}

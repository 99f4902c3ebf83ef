//! Reading on behind a mistake. serde stops at the first one; so the file is read again, with that mistake out of the way.
//!
//! [`Amended`] wraps a deserializer and whatever it hands out. It knows the way to every value, takes note of where an error came up, and
//! leaves out, replaces or adds what the [`Amendments`] say.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::blank::Blank;
use super::{KeyPath, Segment};

/// What is out of the way, and where the next error came up.
#[derive(Debug, Default)]
pub(super) struct Amendments {
    /// Keys that are not read, and neither are their values.
    skipped: Vec<KeyPath>,
    /// Values in whose place a blank one is read.
    blanked: Vec<KeyPath>,
    /// Keys that are read though they are not there, with a blank value.
    added: Vec<(KeyPath, &'static str)>,
    failed_at: RefCell<Option<KeyPath>>,
}

/// What kind of error came up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    /// A key that the type does not have.
    UnknownKey,
    /// This key is not there.
    MissingKey(&'static str),
    /// Any other: the value is wrong.
    Value,
}

impl Amendments {
    /// Where the error came up; whatever follows counts anew.
    pub(super) fn take_failure(&self) -> KeyPath {
        self.failed_at.take().unwrap_or_default()
    }

    /// Puts a mistake out of the way. `false` if it was already, or cannot be.
    pub(super) fn amend(&mut self, path: &KeyPath, failure: Failure) -> bool {
        match failure {
            Failure::UnknownKey => push(&mut self.skipped, path.clone()),
            Failure::MissingKey(key) if !self.blanked.contains(path) => push(&mut self.added, (path.clone(), key)),
            // A blank value may be wrong as well. Then nothing is read in its place.
            _ => !path.0.is_empty() && (push(&mut self.blanked, path.clone()) || push(&mut self.skipped, path.clone())),
        }
    }

    /// Whether something was read in place of this value, so that what is said about it is of no use.
    pub(super) fn is_replaced(&self, path: &KeyPath) -> bool {
        self.blanked.contains(path)
    }

    /// The keys beside this one that nobody knows.
    pub(super) fn unknown_keys<'a>(&'a self, parent: &'a KeyPath) -> impl Iterator<Item = &'a str> {
        let beside = self.skipped.iter().filter(|path| path.parent() == *parent);
        beside.filter_map(|path| match path.0.last() {
            Some(Segment::Key(key)) => Some(key.as_str()),
            _ => None,
        })
    }

    /// Every place at which the file was read otherwise than it is written.
    pub(super) fn places(&self) -> Vec<KeyPath> {
        let added = self.added.iter().map(|(path, key)| path.key(key));
        self.skipped.iter().chain(&self.blanked).cloned().chain(added).collect()
    }

    fn note<T, E>(&self, path: &KeyPath, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            // The innermost comes first.
            self.failed_at.borrow_mut().get_or_insert_with(|| path.clone());
        }
        result
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, entry: T) -> bool {
    let is_new = !list.contains(&entry);
    if is_new {
        list.push(entry);
    }
    is_new
}

/// A deserializer, a visitor or an access, with the way to its value.
pub(super) struct Amended<'a, T> {
    inner: T,
    path: KeyPath,
    amendments: &'a Amendments,
}

impl<'a, T> Amended<'a, T> {
    /// At the root of a document.
    pub(super) fn root(inner: T, amendments: &'a Amendments) -> Self {
        Self { inner, path: KeyPath::default(), amendments }
    }

    fn around<U>(inner: U, path: &KeyPath, amendments: &'a Amendments) -> Amended<'a, U> {
        Amended { inner, path: path.clone(), amendments }
    }
}

macro_rules! deserialize {
    ($($method:ident($($argument:ident: $type:ty),*),)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            let Self { inner, path, amendments } = self;
            if amendments.is_replaced(&path) {
                IgnoredAny::deserialize(inner)?;
                return Blank::NEW.$method($($argument,)* visitor);
            }
            inner.$method($($argument,)* Amended { inner: visitor, path, amendments })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Amended<'_, D> {
    type Error = D::Error;

    deserialize!(
        deserialize_any(),
        deserialize_bool(),
        deserialize_i8(),
        deserialize_i16(),
        deserialize_i32(),
        deserialize_i64(),
        deserialize_i128(),
        deserialize_u8(),
        deserialize_u16(),
        deserialize_u32(),
        deserialize_u64(),
        deserialize_u128(),
        deserialize_f32(),
        deserialize_f64(),
        deserialize_char(),
        deserialize_str(),
        deserialize_string(),
        deserialize_bytes(),
        deserialize_byte_buf(),
        deserialize_option(),
        deserialize_unit(),
        deserialize_unit_struct(name: &'static str),
        deserialize_newtype_struct(name: &'static str),
        deserialize_seq(),
        deserialize_tuple(length: usize),
        deserialize_tuple_struct(name: &'static str, length: usize),
        deserialize_map(),
        deserialize_struct(name: &'static str, fields: &'static [&'static str]),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
        deserialize_identifier(),
        deserialize_ignored_any(),
    );

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident($type:ty),)*) => {
        $(fn $method<E: serde::de::Error>(self, value: $type) -> Result<V::Value, E> { self.inner.$method(value) })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Amended<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    visit!(
        visit_bool(bool),
        visit_i8(i8),
        visit_i16(i16),
        visit_i32(i32),
        visit_i64(i64),
        visit_i128(i128),
        visit_u8(u8),
        visit_u16(u16),
        visit_u32(u32),
        visit_u64(u64),
        visit_u128(u128),
        visit_f32(f32),
        visit_f64(f64),
        visit_char(char),
        visit_str(&str),
        visit_borrowed_str(&'de str),
        visit_string(String),
        visit_bytes(&[u8]),
        visit_borrowed_bytes(&'de [u8]),
        visit_byte_buf(Vec<u8>),
    );

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Self::around(deserializer, &self.path, self.amendments))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Self::around(deserializer, &self.path, self.amendments))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(AmendedList { inner: list, index: 0, path: self.path, amendments: self.amendments })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let Self { inner, path, amendments } = self;
        let added = amendments.added.iter().filter(|(place, _)| *place == path).map(|(_, key)| *key).collect();
        inner.visit_map(AmendedMap { inner: map, path, at: KeyPath::default(), added, is_added: false, amendments })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, choice: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Self::around(choice, &self.path, self.amendments))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Amended<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let Self { inner, path, amendments } = self;
        let result = inner.deserialize(Self::around(deserializer, &path, amendments));
        amendments.note(&path, result)
    }
}

struct AmendedList<'a, A> {
    inner: A,
    index: usize,
    path: KeyPath,
    amendments: &'a Amendments,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for AmendedList<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        loop {
            let path = self.path.index(self.index);
            self.index += 1;
            if !self.amendments.skipped.contains(&path) {
                return self.inner.next_element_seed(Amended { inner: seed, path, amendments: self.amendments });
            }
            if self.inner.next_element::<IgnoredAny>()?.is_none() {
                return Ok(None);
            }
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// A mapping. Its keys are texts: no file of ours has others.
struct AmendedMap<'a, A> {
    inner: A,
    path: KeyPath,
    /// The way to the value that is read next.
    at: KeyPath,
    added: VecDeque<&'static str>,
    is_added: bool,
    amendments: &'a Amendments,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for AmendedMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let key = loop {
            match self.inner.next_key::<String>()? {
                Some(key) if self.amendments.skipped.contains(&self.path.key(&key)) => {
                    self.inner.next_value::<IgnoredAny>()?;
                }
                other => break other,
            }
        };
        self.is_added = key.is_none();
        let Some(key) = key.or_else(|| self.added.pop_front().map(str::to_owned)) else { return Ok(None) };
        self.at = self.path.key(&key);
        let result = seed.deserialize(key.into_deserializer()).map(Some);
        self.amendments.note(&self.at, result)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let seed = Amended { inner: seed, path: self.at.clone(), amendments: self.amendments };
        if self.is_added { seed.deserialize(Blank::NEW) } else { self.inner.next_value_seed(seed) }
    }
}

impl<'de, 'a, A: EnumAccess<'de>> EnumAccess<'de> for Amended<'a, A> {
    type Error = A::Error;
    type Variant = Amended<'a, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        let Self { inner, path, amendments } = self;
        let (name, choice) = inner.variant::<String>()?;
        let value = seed.deserialize(name.as_str().into_deserializer())?;
        Ok((value, Amended { inner: choice, path: path.key(&name), amendments }))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Amended<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        let Self { inner, path, amendments } = self;
        inner.newtype_variant_seed(Amended { inner: seed, path, amendments })
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.inner.tuple_variant(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.inner.struct_variant(fields, visitor)
    }
}

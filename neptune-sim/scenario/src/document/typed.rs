//! The tree as serde reads it. A scalar gets the type that the target needs: `7` is a number or a text, as YAML has it.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::blank::Blank;
use super::mismatch::{Kind, Mismatch};
use super::node::{Content, Entry, Node, Plain, Scalar};
use super::path::KeyPath;

const A_TEXT: &str = "a text";
const A_LIST: &str = "a list, `[a, b]`";
const A_MAPPING: &str = "keys and values, `{key: value}`";

/// Reads one value of the tree.
pub(super) struct Reader<'a> {
    node: &'a Node,
    path: KeyPath,
}

impl<'a> Reader<'a> {
    /// At the root of a tree.
    pub(super) fn root(node: &'a Node) -> Self {
        Self { node, path: KeyPath::default() }
    }

    fn scalar(&self, wanted: &str) -> Result<&'a Scalar, Mismatch> {
        match &self.node.content {
            Content::Scalar(scalar) => Ok(scalar),
            _ => Err(Mismatch::expected(wanted)),
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self.node.content, Content::Blank)
    }

    fn is_null(&self) -> bool {
        matches!(self.node.content, Content::Scalar(Scalar { value: Plain::Null, .. }))
    }

    fn list<V: Visitor<'a>>(self, nodes: &'a [Node], visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_seq(Elements { nodes: nodes.iter().enumerate(), path: self.path })
    }

    fn mapping<V: Visitor<'a>>(self, entries: &'a [Entry], visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Entries { all: entries, next: 0, path: self.path, value: None })
    }
}

/// Reads a scalar as a number of a type. Quotes make no difference, as in the type-led reading of YAML.
macro_rules! numbers {
    ($($deserialize:ident($type:ty) => $visit:ident),* $(,)?) => {$(
        fn $deserialize<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            if self.is_blank() {
                return Blank::NEW.$deserialize(visitor);
            }
            let wanted = || format!("a whole number from {} to {}", <$type>::MIN, <$type>::MAX);
            let scalar = self.scalar(&wanted())?;
            let number = match scalar.value {
                Plain::Unsigned(number) => <$type>::try_from(number).ok(),
                Plain::Signed(number) => <$type>::try_from(number).ok(),
                _ => scalar.text.trim().parse().ok(),
            };
            visitor.$visit(number.ok_or_else(|| Mismatch::expected(&wanted()))?)
        }
    )*};
}

impl<'a> Deserializer<'a> for Reader<'a> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &self.node.content {
            Content::Blank | Content::Skipped => Blank::NEW.deserialize_any(visitor),
            Content::List(nodes) => self.list(nodes, visitor),
            Content::Map(entries) => self.mapping(entries, visitor),
            Content::Scalar(scalar) => match scalar.value {
                Plain::Null => visitor.visit_unit(),
                Plain::Bool(value) => visitor.visit_bool(value),
                Plain::Unsigned(number) => visitor.visit_u64(number),
                Plain::Signed(number) => visitor.visit_i64(number),
                Plain::Float(number) => visitor.visit_f64(number),
                Plain::Text => visitor.visit_str(&scalar.text),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_blank() {
            return Blank::NEW.deserialize_bool(visitor);
        }
        match self.scalar("`true` or `false`")? {
            Scalar { value: Plain::Bool(value), .. } => visitor.visit_bool(*value),
            Scalar { text, .. } if text == "true" || text == "false" => visitor.visit_bool(text == "true"),
            _ => Err(Mismatch::expected("`true` or `false`")),
        }
    }

    numbers!(
        deserialize_i8(i8) => visit_i8,
        deserialize_i16(i16) => visit_i16,
        deserialize_i32(i32) => visit_i32,
        deserialize_i64(i64) => visit_i64,
        deserialize_u8(u8) => visit_u8,
        deserialize_u16(u16) => visit_u16,
        deserialize_u32(u32) => visit_u32,
        deserialize_u64(u64) => visit_u64,
    );

    fn deserialize_f32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_blank() {
            return Blank::NEW.deserialize_f64(visitor);
        }
        let scalar = self.scalar("a number")?;
        match scalar.value {
            Plain::Float(number) => visitor.visit_f64(number),
            Plain::Unsigned(number) => visitor.visit_u64(number),
            Plain::Signed(number) => visitor.visit_i64(number),
            _ => visitor.visit_f64(scalar.text.trim().parse().map_err(|_| Mismatch::expected("a number"))?),
        }
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_blank() {
            return Blank::NEW.deserialize_str(visitor);
        }
        match self.scalar(A_TEXT)? {
            Scalar { value: Plain::Null, .. } => Err(Mismatch::expected(A_TEXT)),
            Scalar { text, .. } => visitor.visit_borrowed_str(text),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_null() || self.is_blank() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.is_null() || self.is_blank() { visitor.visit_unit() } else { Err(Mismatch::expected("nothing")) }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &self.node.content {
            Content::Blank => Blank::NEW.deserialize_seq(visitor),
            Content::List(nodes) => self.list(nodes, visitor),
            _ => Err(Mismatch::expected(A_LIST)),
        }
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match &self.node.content {
            Content::Blank => Blank::NEW.deserialize_map(visitor),
            Content::Map(entries) => self.mapping(entries, visitor),
            _ => Err(Mismatch::expected(A_MAPPING)),
        }
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match &self.node.content {
            Content::Blank => Blank::NEW.deserialize_struct(name, fields, visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match &self.node.content {
            Content::Blank => Blank::NEW.deserialize_enum(name, variants, visitor),
            Content::Scalar(scalar) => visitor.visit_enum(scalar.text.as_str().into_deserializer()),
            Content::Map(entries) => {
                let mut there = entries.iter().filter(|entry| !matches!(entry.value.content, Content::Skipped));
                let choice = there.next().ok_or_else(|| Mismatch::expected(A_MAPPING))?;
                match there.next() {
                    Some(second) => Err(Mismatch::from(Kind::SecondKey(second.key.clone())).at(&self.path.key(&second.key))),
                    None => visitor.visit_enum(Choice { entry: choice, path: self.path.key(&choice.key) }),
                }
            }
            Content::List(_) | Content::Skipped => Err(Mismatch::expected("one word, or one key with its value")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { <V: Visitor<'a>> i128 u128 char bytes byte_buf unit_struct tuple tuple_struct identifier }
}

/// Reads the entries of a list.
struct Elements<'a> {
    nodes: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    path: KeyPath,
}

impl<'a> SeqAccess<'a> for Elements<'a> {
    type Error = Mismatch;

    fn next_element_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Mismatch> {
        let Some((index, node)) = self.nodes.find(|(_, node)| !matches!(node.content, Content::Skipped)) else {
            return Ok(None);
        };
        let path = self.path.index(index);
        seed.deserialize(Reader { node, path: path.clone() }).map(Some).map_err(|mismatch| mismatch.at(&path))
    }
}

/// Reads the entries of a mapping. If a key occurs twice, the first one counts.
struct Entries<'a> {
    all: &'a [Entry],
    next: usize,
    path: KeyPath,
    /// The entry whose key was read last.
    value: Option<&'a Entry>,
}

impl<'a> MapAccess<'a> for Entries<'a> {
    type Error = Mismatch;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, Mismatch> {
        loop {
            let Some(entry) = self.all.get(self.next) else { return Ok(None) };
            let is_repeated = self.all[..self.next].iter().any(|earlier| earlier.key == entry.key);
            self.next += 1;
            if is_repeated || matches!(entry.value.content, Content::Skipped) {
                continue;
            }
            self.value = Some(entry);
            let key = StrDeserializer::new(&entry.key);
            return seed.deserialize(key).map(Some).map_err(|mismatch: Mismatch| mismatch.at(&self.path.key(&entry.key)));
        }
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, Mismatch> {
        let entry = self.value.expect("serde asks for a key first");
        let path = self.path.key(&entry.key);
        seed.deserialize(Reader { node: &entry.value, path: path.clone() }).map_err(|mismatch| mismatch.at(&path))
    }
}

/// Reads `{word: value}` as the choice of this word.
struct Choice<'a> {
    entry: &'a Entry,
    path: KeyPath,
}

impl<'a> EnumAccess<'a> for Choice<'a> {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<(S::Value, Self), Mismatch> {
        let word = StrDeserializer::<Mismatch>::new(&self.entry.key);
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'a> Choice<'a> {
    fn reader(&self) -> Reader<'a> {
        Reader { node: &self.entry.value, path: self.path.clone() }
    }
}

impl<'a> VariantAccess<'a> for Choice<'a> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        let reader = self.reader();
        let is_nothing = reader.is_null() || reader.is_blank();
        if is_nothing { Ok(()) } else { Err(Mismatch::expected("the word alone, without a value").at(&self.path)) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<S::Value, Mismatch> {
        seed.deserialize(self.reader()).map_err(|mismatch| mismatch.at(&self.path))
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.reader().deserialize_seq(visitor).map_err(|mismatch| mismatch.at(&self.path))
    }

    fn struct_variant<V: Visitor<'a>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Mismatch> {
        self.reader().deserialize_struct("", fields, visitor).map_err(|mismatch| mismatch.at(&self.path))
    }
}

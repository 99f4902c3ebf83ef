//! Values with few spellings: enums of fixed words, and flags in all the spellings that clients use.

use serde::de::Error;
use serde_json::Value;

/// Reads a query flag: `TRUE` (curl, awswrangler), `true` (boto3), `True` (graph-notebook) and the like. Any case is taken.
pub(crate) fn parse_flag(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads a flag of a JSON body: a JSON boolean (the SDKs) or any spelling that [`parse_flag`] takes (hand-written bodies).
pub(crate) fn parse_json_flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str().and_then(parse_flag))
}

/// The error for a word that is none of the known ones.
pub(crate) fn unknown_word<E: Error>(word: &str, known: impl Iterator<Item = &'static str>) -> E {
    E::custom(format!("`{word}` is none of {}", known.collect::<Vec<_>>().join(", ")))
}

/// Defines an enum of fixed words with `as_str` and a lookup by word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::from_word(&word).ok_or_else(|| $crate::words::unknown_word(&word, Self::ALL.iter().map(|value| value.as_str())))
            }
        }
    };
}

pub(crate) use words;

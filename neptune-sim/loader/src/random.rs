//! The one source of randomness.

use std::num::ParseIntError;

use serde::{Deserialize, Serialize};

/// A `SplitMix64` generator: small, and the same on every platform for ever.
///
/// As data it is a text: programs that read JSON's numbers as doubles would round so large a number.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Random {
    state: u64,
}

impl TryFrom<String> for Random {
    type Error = ParseIntError;

    fn try_from(text: String) -> Result<Self, ParseIntError> {
        u64::from_str_radix(&text, 16).map(|state| Self { state })
    }
}

impl From<Random> for String {
    fn from(random: Random) -> Self {
        format!("{:016x}", random.state)
    }
}

impl Random {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64 | u128::from(self.next())) & !(0xf << 76) & !(0x3 << 62);
        Uuid(bits | (0x4 << 76) | (0x2 << 62))
    }
}

/// A version 4 UUID. It is drawn for every request and written only where an answer shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uuid(u128);

impl Uuid {
    /// Its 36 characters, in lower case.
    pub fn text(self) -> String {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = *b"........-....-....-....-............";
        let digits = self.0.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        for (place, digit) in text.iter_mut().filter(|place| **place == b'.').zip(digits) {
            *place = DIGITS[usize::from(digit)];
        }
        String::from_utf8(text.to_vec()).expect("digits are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_uuids_and_another_seed_gives_others() {
        let draw = |seed| {
            let mut random = Random::from_seed(seed);
            [random.uuid(), random.uuid()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(draw(7)[0], draw(7)[1]);
    }

    #[test]
    fn a_generator_that_is_kept_as_text_goes_on_where_it_was() {
        let mut random = Random::from_seed(u64::MAX);
        random.next();
        let kept = serde_json::to_value(random.clone()).unwrap();
        assert_eq!(kept.as_str().map(str::len), Some(16));
        assert_eq!(serde_json::from_value::<Random>(kept).unwrap().uuid(), random.uuid());
    }

    #[test]
    fn a_uuid_is_written_in_five_groups() {
        let uuid = Uuid(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
        assert_eq!(uuid.text(), "01234567-89ab-4def-8123-456789abcdef");
    }

    #[test]
    fn a_uuid_says_that_it_is_random() {
        let uuid = Random::from_seed(1).uuid().text();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}

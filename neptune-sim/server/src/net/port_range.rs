//! A range of ports: those that further clusters take where only these are published.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

/// Ports in a row, both ends included: `8200-8215`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    first: NonZeroU16,
    last: NonZeroU16,
}

/// The text is no range of ports.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of ports: write the first and the last, `8200-8215`")]
pub struct PortRangeError(String);

impl PortRange {
    /// Every port of it, from the first one on.
    pub fn ports(self) -> impl Iterator<Item = u16> {
        self.first.get()..=self.last.get()
    }
}

impl FromStr for PortRange {
    type Err = PortRangeError;

    fn from_str(text: &str) -> Result<Self, PortRangeError> {
        let range = text.split_once('-').and_then(|(first, last)| {
            let range = Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? };
            (range.first <= range.last).then_some(range)
        });
        range.ok_or_else(|| PortRangeError(text.to_owned()))
    }
}

impl fmt::Display for PortRange {
    /// As it is written: `8200-8215`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::several("8200-8202", "8200-8202", &[8200, 8201, 8202])]
    #[case::one("8200-8200", "8200-8200", &[8200])]
    #[case::with_spaces(" 65534 - 65535 ", "65534-65535", &[65534, 65535])]
    fn a_range_has_both_its_ends(#[case] text: &str, #[case] reported: &str, #[case] ports: &[u16]) {
        let range: PortRange = text.parse().unwrap();
        assert_eq!((range.to_string().as_str(), range.ports().collect::<Vec<_>>().as_slice()), (reported, ports));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::one_port("8200")]
    #[case::the_last_one_first("8215-8200")]
    #[case::any_port("0-5")]
    #[case::too_high("8200-65536")]
    #[case::open("8200-")]
    #[case::three("1-2-3")]
    #[case::words("a-b")]
    fn whatever_else_is_explained(#[case] text: &str) {
        let error = text.parse::<PortRange>().unwrap_err().to_string();
        assert_eq!(error, format!("`{text}` is no range of ports: write the first and the last, `8200-8215`"));
    }
}

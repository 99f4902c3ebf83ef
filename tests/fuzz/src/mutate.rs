//! Mutations of inputs, the same for the same seed: what `cargo test` does instead of fuzzing.

/// Signs that parsers have opinions about, and that the file of words cannot hold as they are.
const SIGNS: [&str; 15] = ["\0", "\n", "\r\n", " ", "\"", "'", "\\", "/", "?", "- ", "#", "*a &a", "ü", "\u{202e}", "\u{feff}"];

/// The words that the targets know, from the file that libFuzzer reads, too.
fn words() -> impl Iterator<Item = &'static str> {
    include_str!("../words.dict").lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
}

/// A stream of mutations (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Mutations {
    state: u64,
    pieces: Vec<&'static str>,
}

impl Mutations {
    /// The mutations of one seed.
    pub fn seeded(seed: u64) -> Self {
        Self { state: seed, pieces: SIGNS.into_iter().chain(words()).collect() }
    }

    /// One of the inputs, changed in a few places.
    pub fn next(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = self.choose(inputs).clone();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, inputs);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, inputs: &[Vec<u8>]) {
        let begin = self.below(bytes.len() + 1);
        let end = begin + self.below((bytes.len() - begin).min(32) + 1);
        match self.below(6) {
            0 => drop(bytes.drain(begin..end)),
            1 => bytes.insert(begin, self.below(256).to_le_bytes()[0]),
            2 => drop(bytes.splice(begin..end, self.piece().bytes())),
            3 => drop(bytes.splice(begin..begin, self.piece().bytes())),
            4 => drop(bytes.splice(begin..begin, bytes[begin..end].repeat(1 + self.below(4)))),
            _ => {
                let other = self.choose(inputs).clone();
                let from = self.below(other.len() + 1);
                bytes.splice(begin..end, other.into_iter().skip(from).take(64));
            }
        }
    }

    fn piece(&mut self) -> &'static str {
        let place = self.below(self.pieces.len());
        self.pieces[place]
    }

    fn choose<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % limit.max(1)
    }
}

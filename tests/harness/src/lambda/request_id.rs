//! Request ids that look random and can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

/// A sequence of request ids in the shape of random UUIDs. One seed always gives one sequence.
#[derive(Debug)]
pub(super) struct RequestIds {
    seed: u64,
    drawn: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed: split_mix(seed), drawn: AtomicU64::new(0) }
    }

    pub(super) fn draw(&self) -> String {
        let number = self.drawn.fetch_add(2, Ordering::Relaxed);
        let [high, low] = [number, number + 1].map(|number| split_mix(self.seed.wrapping_add(number)));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}

/// `SplitMix64`: one number in, one well-mixed number out.
fn split_mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence_without_repetition() {
        let draw = |seed| {
            let ids = RequestIds::new(seed);
            [ids.draw(), ids.draw(), ids.draw()]
        };
        assert_eq!(draw(7), draw(7));
        let all = [draw(7), draw(8)].concat();
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn an_id_has_the_shape_of_a_random_uuid() {
        let id = RequestIds::new(0).draw();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4", "{id}");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
        assert!(id.chars().all(|c| c == '-' || matches!(c, '0'..='9' | 'a'..='f')), "{id}");
    }
}

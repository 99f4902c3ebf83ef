//! What is kept of ids takes no more memory while it grows than when it has grown. A process of its own, because its peak is measured.

use std::fmt::Write as _;
use std::num::NonZero;

use neptune_data::Graph;
use neptune_data::table::{Dialect, File, Options};

mod process;

use process::memory;

/// Just behind a moment at which twice the room is needed.
const IDS: u64 = 420_000;
/// What SECURITY.md says of an id and of its only fact, its label.
const EACH: u64 = 42 + 20;
/// Blocks of the file, and what is read of them.
const APART: u64 = 2 * 1024 * 1024;

#[test]
fn ids_take_bounded_memory_while_room_is_made_for_more() {
    let mut text = "~id\n".to_owned();
    for id in 0..IDS {
        writeln!(text, "v{id}").expect("a text takes everything");
    }
    let before = memory("VmRSS:");
    let (mut graph, options) = (Graph::default(), Options { cores: NonZero::new(1), ..Options::default() });
    let file = File::open(text.as_bytes(), Dialect::Gremlin).expect("it can be read");
    let totals = file.load(options, &mut graph, &mut |_| {}).expect("it can be read");
    assert_eq!(totals.records, IDS);
    let (Some(before), Some(peak)) = (before, memory("VmHWM:")) else {
        return println!("skipped: this system does not say how much memory a process has had");
    };
    let each = (peak - before - APART) / IDS;
    println!("{each} bytes for each id, with its label");
    assert!(each <= EACH, "{each}");
}

//! Small texts: durations such as `5s`, numbers with their nouns, lists of names, texts that are cut to a length or wrapped at words, the name that was probably meant, and texts
//! without secrets.
//!
//! Every crate of the simulator may use this one; it uses none of them.

mod count;
mod cut;
mod duration;
mod list;
mod name;
#[cfg(feature = "nearest")]
mod nearest;
pub mod redact;
mod wrap;

pub use count::count;
pub use cut::{cut, push_cut};
pub use duration::{DURATION_PATTERN, DurationError, LONGEST_DURATION, clock_text, duration_text, parse_duration};
pub use list::list;
pub use name::is_name_char;
#[cfg(feature = "nearest")]
pub use nearest::{nearest, nearest_beginning, nearest_in_any_case};
pub use wrap::{wrap_line, wrap_words};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

//! How many files the process may have open, and how many connections it serves for that.

/// What a connection takes on each of the two sides: that of the control API, and that of all other ports. Either is to have room
/// whatever the other takes.
const SIDES: u64 = 2;
/// For ports, and for what the process itself has open.
const MOST_RESERVED: u64 = 512;

/// Raises the limit of open files to what this number of connections may need on each side, if the system allows. The usual limit is often
/// only 1024. Returns how many connections each side can then have.
#[cfg(unix)]
pub(crate) fn make_room(wanted: usize, files_each: u64) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = MOST_RESERVED + SIDES * files_each * wanted as u64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let Some(current) = current.filter(|current| *current < needed) else { return wanted };
    let allowed = maximum.map_or(needed, |maximum| maximum.min(needed));
    match setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum }) {
        Ok(()) => connections(allowed, wanted, files_each),
        Err(error) => {
            tracing::debug!(%error, "cannot raise the limit of open files");
            connections(current, wanted, files_each)
        }
    }
}

/// The system has no such limit.
#[cfg(not(unix))]
pub(crate) fn make_room(wanted: usize, _: u64) -> usize {
    wanted
}

/// How many connections each side may have, so that there are files for both.
#[cfg_attr(not(unix), expect(dead_code, reason = "other systems have no such limit"))]
fn connections(files: u64, wanted: usize, files_each: u64) -> usize {
    let reserved = (files / 4).min(MOST_RESERVED);
    let affordable = (files - reserved) / (SIDES * files_each);
    usize::try_from(affordable).unwrap_or(usize::MAX).clamp(1, wanted)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::enough(8704, 1, 4096)]
    #[case::a_proxy_needs_twice_as_many(16_896, 2, 4096)]
    #[case::the_usual_limit(1024, 1, 384)]
    #[case::few(256, 1, 96)]
    #[case::few_for_a_proxy(256, 2, 48)]
    #[case::hardly_any(4, 2, 1)]
    #[case::none(0, 1, 1)]
    fn both_sides_have_room_and_some_files_are_left(#[case] files: u64, #[case] each: u64, #[case] most: usize) {
        assert_eq!(connections(files, 4096, each), most);
    }
}

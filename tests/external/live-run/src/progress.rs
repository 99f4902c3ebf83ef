//! Where a real load stands while a scenario waits for it.

/// Where a load stands on its way to a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It is there.
    There,
    /// It may still come there.
    OnTheWay,
    /// It was there, or might have been, and is further.
    Past,
    /// It has ended otherwise.
    Elsewhere,
}

/// Whether a load leaves a status by itself.
pub(super) fn is_transient(status: &str) -> bool {
    stage_of(status).is_some()
}

/// The states before an end, in their order.
fn stage_of(status: &str) -> Option<usize> {
    ["LOAD_IN_QUEUE", "LOAD_NOT_STARTED", "LOAD_IN_PROGRESS"].iter().position(|known| *known == status)
}

/// Compares what a load is with what it is waited for to be: a status, or `finished` for any end.
pub(super) fn progress(status: &str, until: &str) -> Progress {
    match (stage_of(status), stage_of(until)) {
        _ if status == until => Progress::There,
        (None, None) if until == "finished" => Progress::There,
        (Some(now), Some(then)) if now < then => Progress::OnTheWay,
        (Some(_), None) => Progress::OnTheWay,
        (_, Some(_)) => Progress::Past,
        (None, None) => Progress::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::there("LOAD_IN_PROGRESS", "LOAD_IN_PROGRESS", Progress::There)]
    #[case::still_waiting("LOAD_IN_QUEUE", "LOAD_IN_PROGRESS", Progress::OnTheWay)]
    #[case::running("LOAD_IN_PROGRESS", "finished", Progress::OnTheWay)]
    #[case::any_end("LOAD_CANCELLED_BY_USER", "finished", Progress::There)]
    #[case::an_unknown_end("LOAD_STRANGE", "finished", Progress::There)]
    #[case::over_before_it_was_seen("LOAD_COMPLETED", "LOAD_IN_PROGRESS", Progress::Past)]
    #[case::begun_before_it_was_seen("LOAD_IN_PROGRESS", "LOAD_IN_QUEUE", Progress::Past)]
    #[case::another_end("LOAD_FAILED", "LOAD_COMPLETED", Progress::Elsewhere)]
    #[case::on_the_way_to_an_end("LOAD_IN_QUEUE", "LOAD_COMPLETED", Progress::OnTheWay)]
    fn a_load_is_there_or_on_the_way_or_past(#[case] status: &str, #[case] until: &str, #[case] at: Progress) {
        assert_eq!(progress(status, until), at);
    }
}

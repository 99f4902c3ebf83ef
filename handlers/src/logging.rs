//! Structured log lines: one JSON object a line, as log queries read them.

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;

/// A subscriber that writes JSON lines to `writer`, for `tracing::subscriber::set_global_default` or a test.
///
/// `level` is the value of `AWS_LAMBDA_LOG_LEVEL` (`TRACE` to `FATAL`); the default is `INFO`. It holds for our own lines. Other
/// crates stay at warnings: at finer levels some of them would log request headers, and with them credentials.
pub fn subscriber<W>(level: Option<&str>, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = level_filter(level);
    let filter = Targets::new()
        .with_default(ours.min(LevelFilter::WARN))
        .with_target(env!("CARGO_PKG_NAME"), ours)
        // It repeats every raised error, without the request id. Our own lines report errors, and the hook in `serve` reports panics.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false).with_writer(writer);
    tracing_subscriber::registry().with(filter).with(lines)
}

/// How a call ended. It decides on the level of the line about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With an answer: `INFO`.
    Good,
    /// With an error that may pass: `WARN`.
    Passing,
    /// With an error that stays: `ERROR`, which alarms look for.
    Lasting,
}

impl Ending {
    /// The ending of a call, by whether its error is worth a retry; `None` stands for no error.
    pub(crate) fn of(is_retryable: Option<bool>) -> Self {
        match is_retryable {
            None => Self::Good,
            Some(true) => Self::Passing,
            Some(false) => Self::Lasting,
        }
    }
}

/// Writes the line about the end of a call: an [`Ending`], then what tracing's macros take. Their level cannot be a variable.
macro_rules! log_ending {
    ($ending:expr, $($line:tt)+) => {
        match $ending {
            $crate::logging::Ending::Good => tracing::info!($($line)+),
            $crate::logging::Ending::Passing => tracing::warn!($($line)+),
            $crate::logging::Ending::Lasting => tracing::error!($($line)+),
        }
    };
}
pub(crate) use log_ending;

fn level_filter(level: Option<&str>) -> LevelFilter {
    match level.map(|level| level.trim().to_ascii_uppercase()).as_deref() {
        Some("FATAL") => LevelFilter::ERROR,
        Some(level) if !level.is_empty() => level.parse().unwrap_or(LevelFilter::INFO),
        _ => LevelFilter::INFO,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::unset(None, LevelFilter::INFO)]
    #[case::upper(Some("DEBUG"), LevelFilter::DEBUG)]
    #[case::lower(Some("warn"), LevelFilter::WARN)]
    #[case::lambdas_fatal(Some("FATAL"), LevelFilter::ERROR)]
    #[case::blank(Some(""), LevelFilter::INFO)]
    #[case::nonsense(Some("loud"), LevelFilter::INFO)]
    fn levels_are_lambdas_words(#[case] text: Option<&str>, #[case] level: LevelFilter) {
        assert_eq!(level_filter(text), level);
    }
}

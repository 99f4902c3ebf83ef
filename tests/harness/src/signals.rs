//! What asks this process to end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// From now on SIGINT (Ctrl-C) and SIGTERM (what containers and CI systems send) do not kill the process; the future returns at the first of
/// them. To be called in a runtime.
///
/// # Errors
/// The system does not say when a signal comes.
pub fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

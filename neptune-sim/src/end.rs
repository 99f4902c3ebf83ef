//! What ends a simulator: a signal, or the end of standard input.

use std::future::pending;
use std::io;

use neptune_harness::signals::asked_to_end;

use crate::stdin::Lines;

/// From now on SIGINT (Ctrl-C) and SIGTERM (what containers and CI systems send) do not kill the process; the future returns at the first of
/// them, and if standard input is given, at the end of that, too.
///
/// # Errors
/// The system does not say when a signal comes.
pub(crate) fn asked_for(stdin: Option<Lines>) -> io::Result<impl Future<Output = ()>> {
    let signal = asked_to_end()?;
    let stdin_ends = async {
        match stdin {
            Some(mut lines) => lines.ended().await,
            None => pending().await,
        }
    };
    Ok(async move {
        tokio::select! {
            () = signal => {}
            () = stdin_ends => {}
        }
    })
}

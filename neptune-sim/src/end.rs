//! What ends a simulator: a signal, or the end of standard input.

use std::io;

use tokio::sync::oneshot;

/// From now on SIGINT (Ctrl-C) and SIGTERM (what containers and CI systems send) do not kill the process; the future returns at the first of
/// them, and with `with_stdin` at the end of standard input, too.
///
/// # Errors
/// The system does not say when a signal comes.
pub(crate) fn asked_for(with_stdin: bool) -> io::Result<impl Future<Output = ()>> {
    let signal = signal()?;
    Ok(async move {
        tokio::select! {
            () = signal => {}
            () = end_of_stdin(), if with_stdin => {}
        }
    })
}

/// Returns when standard input has ended: whoever held the other end of the pipe has closed it, or is no more.
async fn end_of_stdin() {
    let (ended, wait) = oneshot::channel();
    // A thread of its own: the runtime would wait for one of its threads when the process ends, and this one may read for ever.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = wait.await;
}

#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

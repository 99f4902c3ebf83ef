//! Ctrl-C and SIGTERM: an interrupted run cleans up first.

use tokio::sync::watch;

/// Whether the run was interrupted. Clones share the answer.
#[derive(Clone, Debug)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on. The second signal ends the process at once, with exit code 130: what is left is in the journal.
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            signal().await;
            eprintln!("\ncleaning up; once more leaves that to `cargo xtask sweep`");
            let _ = sender.send(true);
            signal().await;
            std::process::exit(130);
        });
        Self(receiver)
    }

    /// Whether that has happened.
    pub fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it has.
    pub async fn comes(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|come| *come).await.is_err() {
            // The sender is gone, so nothing will come.
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for Ctrl-C, or for SIGTERM where there is such a thing.
async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

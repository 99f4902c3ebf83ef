//! Why a scenario was run and showed nothing.

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Inconclusive {
    /// The state was over before it could be seen.
    PassedTooQuickly,
    /// The state did not come before the deadline.
    DidNotCome,
    /// Another load started.
    SomebodyElse,
    /// The connection, the credentials or the tunnel gave out.
    Disconnected,
}

impl Inconclusive {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::PassedTooQuickly, Self::DidNotCome, Self::SomebodyElse, Self::Disconnected];

    /// The reason in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PassedTooQuickly => "the state passed too quickly to be seen",
            Self::DidNotCome => "the state did not come in time",
            Self::SomebodyElse => "another load started",
            Self::Disconnected => "the connection gave out",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::PassedTooQuickly => "raise `large_vertices` in the profile, then run it again",
            Self::DidNotCome => "check whether the cluster is slow or busy, then run it again",
            Self::SomebodyElse => "wait until no other load runs, then run it again",
            Self::Disconnected => "check tunnel and credentials with `cargo xtask doctor`, then run it again",
        }
    }
}

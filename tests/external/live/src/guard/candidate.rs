//! A run on its way through the guards.

use std::marker::PhantomData;

use crate::{Profile, RunId};

/// The mode of a run on a real cluster.
#[derive(Debug)]
pub enum Live {}

/// The mode of a run on a fake AWS. Nothing that it finds out is ever taken for a fact about Neptune.
#[derive(Debug)]
pub enum Rehearsal {}

/// A run that has passed the guards as far as `Passed`, in the mode [`Live`] or [`Rehearsal`].
#[derive(Debug)]
pub struct Candidate<Mode, Passed> {
    pub(super) profile: Profile,
    pub(super) run: RunId,
    pub(super) passed: Passed,
    mode: PhantomData<Mode>,
}

impl<Mode, Passed> Candidate<Mode, Passed> {
    /// One that stands before the next guard.
    pub(super) fn new(profile: Profile, run: RunId, passed: Passed) -> Self {
        Self { profile, run, passed, mode: PhantomData }
    }

    /// The same, one guard further.
    pub(super) fn past<Next>(self, passed: Next) -> Candidate<Mode, Next> {
        Candidate::new(self.profile, self.run, passed)
    }

    /// The cluster that it is about.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

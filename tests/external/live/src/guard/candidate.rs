//! A run on its way through the guards.

use std::marker::PhantomData;

use crate::{Profile, RunId};

/// The occasion of a run on a real cluster.
#[derive(Debug)]
pub enum Live {}

/// The occasion of a run on a stand-in. Nothing that it finds out is ever taken for a fact about Neptune.
#[derive(Debug)]
pub enum Rehearsal {}

/// A run that has passed the guards as far as `Passed`, on the occasion of being [`Live`] or a [`Rehearsal`].
#[derive(Debug)]
pub struct Candidate<Occasion, Passed> {
    pub(super) profile: Profile,
    pub(super) run: RunId,
    pub(super) passed: Passed,
    occasion: PhantomData<Occasion>,
}

impl<Occasion, Passed> Candidate<Occasion, Passed> {
    /// One that stands before the next guard.
    pub(super) fn new(profile: Profile, run: RunId, passed: Passed) -> Self {
        Self { profile, run, passed, occasion: PhantomData }
    }

    /// The same, one guard further.
    pub(super) fn past<Next>(self, passed: Next) -> Candidate<Occasion, Next> {
        Candidate::new(self.profile, self.run, passed)
    }

    /// The cluster that it is about.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

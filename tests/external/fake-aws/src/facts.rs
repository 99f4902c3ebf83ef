//! What AWS says about the world around a rehearsal.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use neptune_live::Profile;

/// What AWS says. It starts out as the profile says it is: the cluster consents by its tag, and is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and they go together in any way")]
pub(super) struct Facts {
    /// The account of the credentials.
    pub(super) account: String,
    /// Whether the credentials hold no more.
    pub(super) has_expired: bool,
    /// The region of the bucket.
    pub(super) bucket_region: String,
    /// The description of the cluster.
    pub(super) cluster: Described,
    /// Whether the credentials may not read it.
    pub(super) is_description_denied: bool,
    /// The value of the tag `neptune-harness`, if the cluster has one.
    pub(super) tag: Option<String>,
    /// Whether the credentials may not read it.
    pub(super) are_tags_denied: bool,
    /// Whether the graph is there that consents to runs.
    pub(super) has_consent_graph: bool,
    /// How many statements of others are in the cluster.
    pub(super) statements: u64,
    /// How many vertices of others are in the cluster.
    pub(super) vertices: u64,
}

/// A cluster, as AWS describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Described {
    /// Its name.
    pub(super) name: String,
    /// What AWS calls it, and never another.
    pub(super) resource_id: String,
    /// The host of its endpoint.
    pub(super) host: String,
    /// The ARNs of the roles that are attached to it.
    pub(super) roles: Vec<String>,
}

impl Facts {
    /// As a profile says it is.
    pub(super) fn of(profile: &Profile) -> Self {
        let cluster = Described {
            name: profile.cluster.name.clone(),
            resource_id: profile.cluster.resource_id.clone(),
            host: profile.endpoint.host().to_owned(),
            roles: vec![profile.role.clone()],
        };
        Self {
            account: profile.account.clone(),
            has_expired: false,
            bucket_region: profile.region.clone(),
            cluster,
            is_description_denied: false,
            tag: Some("allow".to_owned()),
            are_tags_denied: false,
            has_consent_graph: false,
            statements: 0,
            vertices: 0,
        }
    }
}

/// The facts as all that stands in sees them. Clones see the same.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Facts>>);

impl Shared {
    pub(super) fn new(facts: Facts) -> Self {
        Self(Arc::new(Mutex::new(facts)))
    }

    /// The facts now. Not to be held across an `await`.
    pub(super) fn now(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

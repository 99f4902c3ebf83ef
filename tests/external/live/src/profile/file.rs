//! The shape of a profile's file: its keys, and where each value stands.

use std::num::NonZeroU32;

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) account: Spanned<String>,
    pub(super) region: Spanned<String>,
    pub(super) endpoint: Spanned<String>,
    pub(super) role: Spanned<String>,
    pub(super) bucket: Spanned<String>,
    pub(super) prefix: Spanned<String>,
    pub(super) budget_minutes: NonZeroU32,
    pub(super) max_existing: Option<u32>,
    pub(super) large_vertices: Option<Spanned<u32>>,
    pub(super) tunnel: Option<Spanned<String>>,
    pub(super) cluster: Cluster,
    pub(super) functions: Option<Functions>,
}

/// `[cluster]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cluster {
    pub(super) name: Spanned<String>,
    pub(super) resource_id: Spanned<String>,
}

/// `[functions]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Functions {
    pub(super) check_bulk_load_status: Spanned<String>,
    pub(super) get_load_status: Spanned<String>,
}

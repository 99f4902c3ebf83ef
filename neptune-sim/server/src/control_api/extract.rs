//! What a request is about: the cluster, the load or the logged request that its path names.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use neptune_loader::LoadId;

use super::error::{ControlError, SHOWN_BYTES};
use super::guard::asked_host;
use crate::Cluster;
use crate::registry::Clusters;
use neptune_text::cut;

/// The cluster that the path names.
pub(super) struct Named(pub(super) Cluster);

impl FromRequestParts<Arc<Clusters>> for Named {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, clusters: &Arc<Clusters>) -> Result<Self, ControlError> {
        let name = parameter(parts, "name").await;
        clusters.get(&name).map(Self).ok_or_else(|| {
            let error = format!("there is no cluster `{}`", cut(&name, SHOWN_BYTES));
            ControlError::not_found(error, "GET /_sim shows those there are")
        })
    }
}

/// The cluster that the path names, if it has a loader of its own.
pub(super) struct Simulated(pub(super) Cluster);

impl FromRequestParts<Arc<Clusters>> for Simulated {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, clusters: &Arc<Clusters>) -> Result<Self, ControlError> {
        let Named(cluster) = Named::from_request_parts(parts, clusters).await?;
        check_simulated(&cluster)?;
        Ok(Self(cluster))
    }
}

/// Refuses a proxy, which only passes requests on: its loads, its instance and its time are the upstream's.
pub(super) fn check_simulated(cluster: &Cluster) -> Result<(), ControlError> {
    let Some(proxy) = cluster.proxy() else { return Ok(()) };
    let error = format!("`{}` is a proxy and has no loader of its own", cluster.name());
    let upstream = &proxy.upstream.options().address;
    let hint = format!("faults, availability, clock and request log are its own; the rest is {upstream}'s");
    Err(ControlError::conflict(error, hint))
}

/// The host by which the client knows this machine. The guard refuses requests without one.
pub(super) struct AskedHost(pub(super) String);

impl<S: Sync> FromRequestParts<S> for AskedHost {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(asked_host(&parts.headers).unwrap_or_else(|| "localhost".to_owned())))
    }
}

/// The name in the path. Whether there is such a cluster is another question.
pub(super) struct Name(pub(super) String);

impl<S: Sync> FromRequestParts<S> for Name {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ControlError> {
        Ok(Self(parameter(parts, "name").await))
    }
}

/// The id in the path. Whether there is such a load is another question.
pub(super) struct Id(pub(super) LoadId);

impl<S: Sync> FromRequestParts<S> for Id {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ControlError> {
        Ok(Self(LoadId::new(parameter(parts, "id").await)))
    }
}

/// The name of a fault in the path. Whether there is such a fault is another question.
pub(super) struct FaultName(pub(super) String);

impl<S: Sync> FromRequestParts<S> for FaultName {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ControlError> {
        Ok(Self(parameter(parts, "fault").await))
    }
}

/// The number of a request in the path.
pub(super) struct Number(pub(super) u64);

impl<S: Sync> FromRequestParts<S> for Number {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ControlError> {
        let number = parameter(parts, "number").await;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            let error = format!("`{}` is not the number of a request", cut(&number, SHOWN_BYTES));
            return Err(ControlError::bad_request(error, "GET /_sim/clusters/{name}/requests shows those there are"));
        }
        // No request ever has a number that is larger.
        Ok(Self(number.parse().unwrap_or(u64::MAX)))
    }
}

/// A parameter of the path. One that is not UTF-8 is empty, and names nothing.
async fn parameter(parts: &mut Parts, name: &str) -> String {
    let parameters = Path::<HashMap<String, String>>::from_request_parts(parts, &()).await;
    parameters.ok().and_then(|Path(mut all)| all.remove(name)).unwrap_or_default()
}

/// The answer for a load that is not there.
pub(super) fn no_such_load(id: &LoadId) -> ControlError {
    let error = format!("there is no load `{}`", cut(id.as_str(), SHOWN_BYTES));
    ControlError::not_found(error, "GET /_sim/clusters/{name}/loads shows those there are")
}

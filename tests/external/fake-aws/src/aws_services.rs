//! AWS's services beside the cluster and S3. Each answers only what is signed for it.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tokio_rustls::TlsAcceptor;

use super::facts::Shared;
use super::front::Front;
use super::functions::{self, Functions};
use super::signature::{Key, Refusal};
use super::{management, query, sts};

/// How large a request may be: more than Lambda takes.
pub(super) const REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// STS, the management API and Lambda, each on a port of its own.
#[derive(Debug)]
pub(super) struct AwsServices {
    pub(super) sts: Front,
    pub(super) management: Front,
    pub(super) lambda: Front,
}

/// Which service it is.
#[derive(Debug)]
enum Service {
    Sts,
    Management,
    Lambda(Functions),
}

/// One of them, with what it knows.
#[derive(Debug)]
struct Server {
    service: Service,
    key: Key,
    facts: Shared,
}

impl AwsServices {
    /// Opens them.
    ///
    /// # Errors
    /// There are no free ports.
    pub(super) async fn open(key: &Key, facts: &Shared, functions: Functions, tls: &TlsAcceptor) -> Result<Self> {
        let open = async |service| {
            let server = Arc::new(Server { service, key: key.clone(), facts: facts.clone() });
            let routes = Router::new().fallback(async move |request| server.answer(request).await);
            Front::serve(tls.clone(), routes).await
        };
        Ok(Self {
            sts: open(Service::Sts).await?,
            management: open(Service::Management).await?,
            lambda: open(Service::Lambda(functions)).await?,
        })
    }
}

impl Service {
    /// What it is called in the scope of a signature (model).
    fn name(&self) -> &'static str {
        match self {
            Self::Sts => "sts",
            // The management API of Neptune is that of RDS.
            Self::Management => "rds",
            Self::Lambda(_) => "lambda",
        }
    }

    fn refused(&self, refusal: Refusal) -> Response {
        match self {
            Self::Sts => query::refused(sts::NAMESPACE, refusal),
            Self::Management => query::refused(management::NAMESPACE, refusal),
            Self::Lambda(_) => functions::refused(refusal),
        }
    }
}

impl Server {
    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, REQUEST_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
        if let Err(refusal) = self.check(&head, &body) {
            return self.service.refused(refusal);
        }
        match &self.service {
            Service::Sts => sts::answered(&self.facts, &body),
            Service::Management => management::answered(&self.facts, &self.key.region, &body),
            Service::Lambda(functions) => functions.answered(&head, &body).await,
        }
    }

    fn check(&self, head: &Parts, body: &[u8]) -> Result<(), Refusal> {
        self.key.check(self.service.name(), head, body)?;
        if self.facts.now().has_expired { Err(Refusal::Expired) } else { Ok(()) }
    }
}

//! S3: one bucket in a temporary folder. Signatures are verified, and every answer says where the bucket is.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

use super::facts::Shared;
use super::front::Front;
use super::signature::{Key, Refusal};

/// The one bucket that there is.
#[derive(Debug)]
pub(super) struct Bucket {
    folder: TempDir,
    name: String,
    front: Front,
}

/// What answers for the bucket.
struct Server {
    service: S3Service,
    facts: Shared,
}

impl Bucket {
    /// An empty bucket of this name.
    ///
    /// # Errors
    /// There is no place for it, or no port.
    pub(super) async fn open(name: &str, key: &Key, facts: Shared, tls: TlsAcceptor) -> Result<Self> {
        let folder = tempfile::tempdir().context("there is no place for a bucket")?;
        fs::create_dir(folder.path().join(name)).context("there is no place for a bucket")?;
        let files = FileSystem::new(folder.path()).map_err(|error| anyhow!("no S3 can be served: {error:?}"))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(key.id.clone(), key.secret.clone()));
        let server = Arc::new(Server { service: service.build(), facts });
        let routes = Router::new().fallback(move |request| async move { server.answer(request).await });
        Ok(Self { folder, name: name.to_owned(), front: Front::serve(tls, routes).await? })
    }

    /// Where S3 is.
    pub(super) fn url(&self) -> String {
        self.front.url()
    }

    /// The keys of the objects that are in it and begin so, sorted.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(super) async fn objects_under(&self, prefix: &str) -> Result<Vec<String>> {
        let bucket = self.folder.path().join(&self.name);
        let mut keys = tokio::task::spawn_blocking(move || files_in(&bucket)).await??;
        keys.retain(|key| key.starts_with(prefix));
        keys.sort();
        Ok(keys)
    }
}

/// Every file below a folder, by its path from there.
fn files_in(root: &Path) -> Result<Vec<String>> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot look into {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(root)?.to_string_lossy().into_owned());
            }
        }
    }
    Ok(files)
}

impl Server {
    async fn answer(&self, request: Request) -> Response {
        let (has_expired, region) = {
            let facts = self.facts.now();
            (facts.has_expired, facts.bucket_region.clone())
        };
        let mut response = if has_expired { expired() } else { self.served(request).await };
        if let Ok(region) = HeaderValue::try_from(region) {
            response.headers_mut().insert("x-amz-bucket-region", region);
        }
        response
    }

    async fn served(&self, request: Request) -> Response {
        // Whatever breaks off inside has been logged there.
        let Ok(answer) = self.service.call(request.map(s3s::Body::http_body_unsync)).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        answer.map(Body::new)
    }
}

/// What S3 says of credentials that hold no more.
fn expired() -> Response {
    let message = Refusal::Expired.message();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>ExpiredToken</Code><Message>{message}</Message></Error>"
    );
    (StatusCode::BAD_REQUEST, [("content-type", "application/xml")], body).into_response()
}

//! AWS beside the cluster: whose credentials these are, which cluster it is, the bucket, and the deployed functions.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::SharedCredentialsProvider;
use neptune_aws_sdk::http_client;
use neptune_fake_aws::Services;
use neptune_live::guard::Tag;
use neptune_live::{Bucket, ObjectKey, Profile, RunId};
use neptune_server::upstream::amazon_roots;
use reqwest::Certificate;

use super::Credentials;

/// How long one call may take, with all its attempts.
const PATIENCE: Duration = Duration::from_secs(20);
/// The tag of a cluster that allows runs.
const TAG: &str = "neptune-harness";

/// Clients of the services that a run needs beside the cluster.
#[derive(Debug)]
pub(super) struct Aws {
    sts: aws_sdk_sts::Client,
    neptune: aws_sdk_neptune::Client,
    s3: aws_sdk_s3::Client,
    lambda: aws_sdk_lambda::Client,
}

/// What AWS says about a cluster.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) resource_id: String,
    /// The host of its endpoint.
    pub(super) host: String,
    pub(super) arn: String,
    /// When it was made, readable.
    pub(super) since: String,
    /// The ARNs of the roles that are attached to it.
    pub(super) roles: Vec<String>,
}

/// The outcome of an invocation of a deployed function.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// Whether the function raised an error.
    pub(super) has_failed: bool,
    pub(super) payload: Vec<u8>,
}

impl Aws {
    /// Clients for the region of a profile. Nothing is asked yet.
    pub(super) fn new(profile: &Profile, credentials: &Credentials, services: Option<&Services>) -> Result<Self> {
        let shared = SdkConfig::builder()
            .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
            .region(Region::new(profile.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(aws_credential_types::Credentials::new(
                &credentials.id,
                &credentials.secret,
                credentials.token.clone(),
                None,
                "environment",
            )))
            .timeout_config(TimeoutConfig::builder().operation_timeout(PATIENCE).build())
            .http_client(http_client(https(services)?))
            .build();
        let at = |url: fn(&Services) -> &String| services.map(|services| url(services).clone());
        let mut sts = aws_sdk_sts::config::Builder::from(&shared);
        sts.set_endpoint_url(at(|services| &services.sts));
        let mut neptune = aws_sdk_neptune::config::Builder::from(&shared);
        neptune.set_endpoint_url(at(|services| &services.neptune));
        let mut s3 = aws_sdk_s3::config::Builder::from(&shared)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .force_path_style(services.is_some());
        s3.set_endpoint_url(at(|services| &services.s3));
        let mut lambda = aws_sdk_lambda::config::Builder::from(&shared);
        lambda.set_endpoint_url(at(|services| &services.lambda));
        Ok(Self {
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            neptune: aws_sdk_neptune::Client::from_conf(neptune.build()),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            lambda: aws_sdk_lambda::Client::from_conf(lambda.build()),
        })
    }

    /// The account of the credentials.
    pub(super) async fn account(&self) -> Result<String> {
        let reported = self.sts.get_caller_identity().send().await.map_err(|error| reported(&error))?;
        reported.account().map(str::to_owned).context("STS names no account")
    }

    /// Where a bucket is.
    pub(super) async fn bucket_region(&self, bucket: &Bucket) -> Result<String> {
        let reported = match self.s3.head_bucket().bucket(bucket.as_str()).send().await {
            Ok(reported) => reported.bucket_region().map(str::to_owned),
            // S3 names it in refusals as well.
            Err(error) => {
                let region = error.raw_response().and_then(|raw| raw.headers().get("x-amz-bucket-region"));
                Some(region.map(str::to_owned).ok_or_else(|| reported(&error))?)
            }
        };
        reported.context("S3 does not say where the bucket is")
    }

    /// What AWS says about a cluster; `None` if we may not know.
    pub(super) async fn described(&self, name: &str) -> Result<Option<Described>> {
        let described = match self.neptune.describe_db_clusters().db_cluster_identifier(name).send().await {
            Ok(described) => described,
            Err(error) if is_denied(error.code()) => return Ok(None),
            Err(error) => return Err(reported(&error)),
        };
        let cluster = described.db_clusters().first().context("AWS knows no such cluster")?;
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        Ok(Some(Described {
            name: text(cluster.db_cluster_identifier()),
            resource_id: text(cluster.db_cluster_resource_id()),
            host: text(cluster.endpoint()),
            arn: text(cluster.db_cluster_arn()),
            roles: cluster.associated_roles().iter().filter_map(|role| role.role_arn()).map(str::to_owned).collect(),
            since: cluster.cluster_create_time().map_or_else(|| "some time ago".to_owned(), ToString::to_string),
        }))
    }

    /// What is known of the tag that allows runs.
    pub(super) async fn tag(&self, arn: &str) -> Result<Tag> {
        let tags = match self.neptune.list_tags_for_resource().resource_name(arn).send().await {
            Ok(tags) => tags,
            Err(error) if is_denied(error.code()) => return Ok(Tag::Unreadable),
            Err(error) => return Err(reported(&error)),
        };
        let ours = tags.tag_list().iter().find(|tag| tag.key() == Some(TAG));
        Ok(ours.map_or(Tag::Absent, |tag| Tag::Value(tag.value().unwrap_or_default().to_owned())))
    }

    /// Puts an object, which says whose it is.
    pub(super) async fn put(&self, bucket: &Bucket, key: &ObjectKey, run: &RunId, bytes: Vec<u8>) -> Result<()> {
        let put = self.s3.put_object().bucket(bucket.as_str()).key(key.as_str()).metadata("neptune-harness-run", run.as_str());
        put.body(ByteStream::from(bytes)).send().await.map(drop).map_err(|error| reported(&error))
    }

    /// Deletes an object, and looks whether it is gone.
    pub(super) async fn delete(&self, bucket: &Bucket, key: &ObjectKey) -> Result<()> {
        self.s3.delete_object().bucket(bucket.as_str()).key(key.as_str()).send().await.map_err(|error| reported(&error))?;
        let listed = self.s3.list_objects_v2().bucket(bucket.as_str()).prefix(key.as_str()).send().await;
        let listed = listed.map_err(|error| reported(&error))?;
        anyhow::ensure!(listed.contents().iter().all(|object| object.key() != Some(key.as_str())), "it is still listed");
        Ok(())
    }

    /// Invokes a deployed function, and waits for what comes of it.
    pub(super) async fn invoke(&self, function: &str, event: Vec<u8>) -> Result<Answered> {
        let answer = self.lambda.invoke().function_name(function).payload(Blob::new(event)).send().await;
        let answer = answer.map_err(|error| reported(&error))?;
        let has_failed = answer.function_error().is_some();
        Ok(Answered { has_failed, payload: answer.payload.map(Blob::into_inner).unwrap_or_default() })
    }
}

/// With all its causes; an SDK's own text is only "service error".
fn reported(error: &(impl std::error::Error + ProvideErrorMetadata)) -> anyhow::Error {
    match (error.code(), error.message()) {
        (Some(code @ ("ExpiredToken" | "ExpiredTokenException" | "RequestExpired")), _) => {
            anyhow::anyhow!("the credentials have expired ({code}): sign in again")
        }
        (Some(code), Some(message)) => anyhow::anyhow!("{code}: {message}"),
        (Some(code), None) => anyhow::anyhow!("{code}"),
        _ => anyhow::anyhow!("{}", DisplayErrorContext(error)),
    }
}

fn is_denied(code: Option<&str>) -> bool {
    matches!(code, Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation"))
}

/// Trusts Amazon's roots, or only the CA of a fake AWS.
fn https(services: Option<&Services>) -> Result<reqwest::Client> {
    // An error means that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authorities = match services {
        None => amazon_roots().iter().map(|pem| Certificate::from_pem(pem)).collect::<Result<Vec<_>, _>>()?,
        Some(Services { ca_file, .. }) => {
            let pem = std::fs::read(ca_file).with_context(|| format!("cannot read {}", ca_file.display()))?;
            vec![Certificate::from_pem(&pem)?]
        }
    };
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only(authorities);
    // A rehearsal talks to this machine; whatever proxy the environment names is none of its business.
    let client = if services.is_some() { client.no_proxy() } else { client };
    Ok(client.build()?)
}

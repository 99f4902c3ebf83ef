//! From what a file says to a profile: every value can be, and they fit together.

use std::fmt::Display;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;

use super::file::File;
use super::{Cluster, Endpoint, Functions, Profile, forbidden_word};

/// What is wrong with a value, and where it stands.
#[derive(Debug)]
pub(super) struct Complaint {
    pub(super) key: &'static str,
    /// The first byte of the value.
    pub(super) start: usize,
    /// With the remedy.
    pub(super) message: String,
}

pub(super) fn profile(file: &File) -> Result<Profile, Complaint> {
    let account = check("account", &file.account, account)?;
    let cluster = Cluster {
        name: check("cluster.name", &file.cluster.name, cluster_name)?,
        resource_id: check("cluster.resource_id", &file.cluster.resource_id, resource_id)?,
    };
    let endpoint = check("endpoint", &file.endpoint, |text| endpoint(text, &cluster.name))?;
    Ok(Profile {
        region: check("region", &file.region, |text| region(text, &endpoint))?,
        role: check("role", &file.role, |text| role(text, &account))?,
        bucket: check("bucket", &file.bucket, named)?,
        prefix: check("prefix", &file.prefix, named)?,
        max_existing: file.max_existing.unwrap_or(100_000),
        large_vertices: file.large_vertices.as_ref().map_or(Ok(50_000), large_vertices)?,
        budget: Duration::from_mins(file.budget_minutes.get().into()),
        tunnel: file.tunnel.as_ref().map(|tunnel| check("tunnel", tunnel, local_address)).transpose()?,
        functions: file.functions.as_ref().map(functions).transpose()?,
        account,
        cluster,
        endpoint,
    })
}

fn functions(functions: &super::file::Functions) -> Result<Functions, Complaint> {
    Ok(Functions {
        check_bulk_load_status: check("functions.check_bulk_load_status", &functions.check_bulk_load_status, function)?,
        get_load_status: check("functions.get_load_status", &functions.get_load_status, function)?,
    })
}

/// Holds a value against a rule, whose error is what is wrong with it.
fn check<V>(
    key: &'static str,
    written: &Spanned<String>,
    rule: impl FnOnce(&str) -> Result<V, String>,
) -> Result<V, Complaint> {
    rule(written.get_ref()).map_err(|message| Complaint { key, start: written.span().start, message })
}

/// Fewer would pass unseen. More would be beyond what a cluster may hold, so that the next run would refuse our own data.
fn large_vertices(written: &Spanned<u32>) -> Result<u32, Complaint> {
    let vertices = *written.get_ref();
    if (1000..=80_000).contains(&vertices) {
        return Ok(vertices);
    }
    let message = format!("`{vertices}` vertices cannot be the large dataset: write 1000 to 80000");
    Err(Complaint { key: "large_vertices", start: written.span().start, message })
}

fn account(text: &str) -> Result<String, String> {
    if is_account(text) { Ok(text.to_owned()) } else { Err(format!("`{text}` is no account: write its twelve digits")) }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn cluster_name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.len() <= 63 && text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(is_plain) {
        for_tests(text)
    } else {
        Err(format!("`{text}` is no name of a cluster: write lower-case letters, digits and hyphens, a letter first"))
    }
}

fn resource_id(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    match text.strip_prefix("cluster-") {
        Some(rest) if !rest.is_empty() && rest.bytes().all(is_plain) => Ok(text.to_owned()),
        _ => Err(format!(
            "`{text}` is no resource id: write `cluster-` and what follows, as the console shows it among the cluster's details"
        )),
    }
}

fn endpoint(text: &str, cluster: &str) -> Result<Endpoint, String> {
    let endpoint: Endpoint = text.parse()?;
    if endpoint.cluster() == cluster {
        return Ok(endpoint);
    }
    let other = endpoint.cluster();
    Err(format!("that is the cluster `{other}`, and `cluster.name` is `{cluster}`: both have to name the same one"))
}

fn region(text: &str, endpoint: &Endpoint) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let parts: Vec<_> = text.split('-').collect();
    let is_number = parts.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if parts.len() < 3 || !is_number || !parts.iter().all(|part| !part.is_empty() && part.bytes().all(is_plain)) {
        return Err(format!("`{text}` is no region: write it as AWS does, like `eu-west-1`"));
    }
    if endpoint.region() == text {
        return Ok(text.to_owned());
    }
    let other = endpoint.region();
    Err(format!("the endpoint is in `{other}`: cluster, bucket and `region` have to be in the same one"))
}

fn role(text: &str, account: &str) -> Result<String, String> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    match parts[..] {
        ["arn", "aws" | "aws-cn" | "aws-us-gov", "iam", "", owner, role] if role.starts_with("role/") && is_account(owner) => {
            if owner == account {
                for_tests(text)
            } else {
                Err(foreign_role(owner, account))
            }
        }
        _ => Err(format!("`{text}` is no ARN of a role: write `arn:aws:iam::{account}:role/NAME`")),
    }
}

fn foreign_role(owner: &str, account: &str) -> String {
    format!("the role is of account `{owner}`: name one of `account`, which is `{account}`")
}

/// A name in S3.
fn named<N: FromStr<Err: Display>>(text: &str) -> Result<N, String> {
    let name = text.parse().map_err(|error: N::Err| error.to_string())?;
    for_tests(text)?;
    Ok(name)
}

fn local_address(text: &str) -> Result<SocketAddr, String> {
    let address = text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback() && address.port() != 0);
    address.ok_or_else(|| {
        format!("`{text}` is no address of this machine: write the one where the tunnel listens, like `127.0.0.1:8182`")
    })
}

/// No ARN: that could name another account.
fn function(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=64).contains(&text.len()) && text.bytes().all(is_plain) {
        for_tests(text)
    } else {
        Err(format!("`{text}` is no name of a function: write up to 64 letters, digits, `-` and `_`"))
    }
}

fn for_tests(name: &str) -> Result<String, String> {
    match forbidden_word(name) {
        None => Ok(name.to_owned()),
        Some(word) => Err(format!("`{name}` has the word `{word}` in it: name one that is there for tests")),
    }
}

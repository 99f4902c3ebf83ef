//! Vouches for everything that stands in: one certificate, for the cluster's name and for this machine.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;

/// A CA of its own that has issued one certificate. Its files go with it.
#[derive(Debug)]
pub(super) struct Authority {
    folder: TempDir,
    identity: Arc<ServerConfig>,
}

impl Authority {
    /// A new one, which no client trusts yet, with a certificate for this host, `localhost` and `127.0.0.1`.
    ///
    /// # Errors
    /// The certificate cannot be made, or its files cannot be written.
    pub(super) fn new(host: &str) -> Result<Self> {
        // An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut params = valid(&[])?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Authority of a rehearsal");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let mut params = valid(&[host, "localhost", "127.0.0.1"])?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Fake AWS of a rehearsal");
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &issuer)?;
        let folder = tempfile::tempdir().context("there is no place for certificates")?;
        let write = |name: &str, pem: String| fs::write(folder.path().join(name), pem).context("cannot write a certificate");
        write(CA, issuer.pem())?;
        write(CERTIFICATE, certificate.pem())?;
        write(KEY, key.serialize_pem())?;
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let chain = vec![certificate.der().clone()];
        let identity = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, private.into())?;
        Ok(Self { folder, identity: Arc::new(identity) })
    }

    /// The CA that clients must trust, as a PEM file.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.folder.path().join(CA)
    }

    /// The certificate, as a PEM file.
    pub(super) fn certificate_file(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE)
    }

    /// The key of the certificate, as a PEM file.
    pub(super) fn key_file(&self) -> PathBuf {
        self.folder.path().join(KEY)
    }

    /// Speaks TLS with clients, with this certificate.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.identity))
    }
}

const CA: &str = "ca.pem";
const CERTIFICATE: &str = "certificate.pem";
const KEY: &str = "key.pem";

/// What a certificate for these hosts says, valid whenever a rehearsal runs.
fn valid(hosts: &[&str]) -> Result<CertificateParams> {
    let names: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2120, 1, 1);
    Ok(params)
}

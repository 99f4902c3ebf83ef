//! The root certificates that a proxy trusts: Amazon's, and those that a file adds. Verification is never off.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

/// The roots that the functions trust, too; their README says where they come from.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../../../../handlers/roots/amazon_root_ca_1.pem"),
    include_bytes!("../../../../handlers/roots/amazon_root_ca_2.pem"),
    include_bytes!("../../../../handlers/roots/amazon_root_ca_3.pem"),
    include_bytes!("../../../../handlers/roots/amazon_root_ca_4.pem"),
    include_bytes!("../../../../handlers/roots/starfield_services_root_g2.pem"),
];

/// Why a file has no certificate to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It holds no certificate that could be trusted.
    #[error("{} holds no usable certificate: give a PEM file with a block that begins with `-----BEGIN CERTIFICATE-----`", .0.display())]
    Unusable(PathBuf),
}

/// The roots of Amazon's certificates, as PEM: those that a client of AWS has to trust, and no others.
pub fn amazon_roots() -> [&'static [u8]; 5] {
    AMAZON_ROOTS
}

/// How a proxy speaks TLS: trusting Amazon's roots and the certificates of a PEM file, if one is given.
pub(super) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TrustError> {
    let mut roots = RootCertStore::empty();
    for pem in AMAZON_ROOTS {
        let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate of ours is valid PEM");
        roots.add(certificate).expect("a certificate of ours can be trusted");
    }
    if let Some(path) = ca_file {
        add_file(&mut roots, path)?;
    }
    // Named here, so that the process needs no default one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks the versions that rustls asks for");
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), TrustError> {
    let pem = fs::read(path).map_err(|source| TrustError::Read { path: path.to_owned(), source })?;
    let unusable = || TrustError::Unusable(path.to_owned());
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|_| unusable())?;
    if certificates.is_empty() {
        return Err(unusable());
    }
    certificates.into_iter().try_for_each(|certificate| roots.add(certificate)).map_err(|_| unusable())
}

/// What to do about a handshake that failed.
pub(super) fn remedy(error: &io::Error) -> &'static str {
    match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(rustls::Error::InvalidCertificate(flaw)) => certificate_remedy(flaw),
        Some(rustls::Error::InvalidMessage(_)) => "it does not answer with TLS: check port and scheme of --upstream",
        _ => "check port and scheme of --upstream",
    }
}

fn certificate_remedy(flaw: &CertificateError) -> &'static str {
    match flaw {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "give --upstream a name that its certificate is for"
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => "its certificate must be renewed, or this machine's clock set right",
        _ => "name the issuer of its certificate with --upstream-ca",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn amazons_roots_are_trusted_without_any_file() {
        client_config(None).unwrap();
    }

    #[rstest]
    #[case::absent(None, "cannot read ")]
    #[case::empty(Some(""), "FILE holds no usable certificate: ")]
    #[case::garbage(
        Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        "FILE holds no usable certificate: "
    )]
    #[case::damaged(Some("-----BEGIN CERTIFICATE-----\n???\n"), "FILE holds no usable certificate: ")]
    fn a_file_that_will_not_do_is_named(#[case] content: Option<&str>, #[case] message: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let error = client_config(Some(&path)).unwrap_err().to_string();
        assert!(error.starts_with(&message.replace("FILE", &path.display().to_string())), "{error}");
    }
}

//! The certificates that the functions trust: Amazon's five roots, and those of `NEPTUNE_CA_FILE`. Verification is never off.
//!
//! The roots are compiled in. Loading the system's 140 takes longer than the rest of a cold start, and an image without any would
//! leave the functions unable to start.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use std::{io, iter};

use reqwest::Certificate;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::connect_to::ConnectTo;

/// See `roots/README.md` for names, fingerprints and dates.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../roots/amazon_root_ca_1.pem"),
    include_bytes!("../roots/amazon_root_ca_2.pem"),
    include_bytes!("../roots/amazon_root_ca_3.pem"),
    include_bytes!("../roots/amazon_root_ca_4.pem"),
    include_bytes!("../roots/starfield_services_root_g2.pem"),
];

/// A server that speaks TLS answers a handshake at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// Makes ring the cryptography of this process. Call it before building an HTTP client; calling it again does no harm.
pub(crate) fn install_provider() {
    // The only error is that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The roots to trust, together with the certificates of `extra_pem`.
///
/// # Errors
/// Says why `extra_pem` holds no usable certificate.
pub(crate) fn trusted_roots(extra_pem: Option<&[u8]>) -> Result<Vec<Certificate>, &'static str> {
    let mut roots: Vec<_> =
        AMAZON_ROOTS.iter().map(|pem| Certificate::from_pem(pem).expect("a certificate of ours is valid PEM")).collect();
    if let Some(pem) = extra_pem {
        let extra = Certificate::from_pem_bundle(pem).map_err(|_| "holds a damaged certificate")?;
        if extra.is_empty() {
            return Err("holds no PEM certificate");
        }
        roots.extend(extra);
    }
    Ok(roots)
}

/// Whether a server speaks TLS: the function begins a handshake, and the reply is part of one, or an alert. Nothing is verified, and no
/// request is sent.
pub(crate) async fn is_spoken(way: &ConnectTo, host: &str, time_left: Duration) -> bool {
    let answer = async { first_bytes(way, &hello(host)?).await.ok() };
    let answer = timeout(PATIENCE.min(time_left), answer).await.ok().flatten();
    // Content type (an alert or a handshake) and the major version of a record (RFC 8446, 5.1).
    matches!(answer, Some([0x15 | 0x16, 0x03]))
}

/// The first message of a client.
fn hello(host: &str) -> Option<Vec<u8>> {
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), name).ok()?;
    let mut hello = Vec::new();
    connection.write_tls(&mut hello).ok()?;
    Some(hello)
}

async fn first_bytes(way: &ConnectTo, hello: &[u8]) -> io::Result<[u8; 2]> {
    let mut stream = way.open().await?;
    stream.write_all(hello).await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// The remedy for a connection that failed in its TLS handshake; `None` for any other failure.
pub(crate) fn remedy(error: &(dyn Error + 'static)) -> Option<&'static str> {
    match iter::successors(Some(error), |error| cause(*error)).find_map(|error| error.downcast_ref())? {
        rustls::Error::InvalidCertificate(flaw) => Some(certificate_remedy(flaw)),
        rustls::Error::InvalidMessage(_) => Some("it does not answer with TLS; check the endpoint's port and scheme"),
        _ => None,
    }
}

fn certificate_remedy(flaw: &CertificateError) -> &'static str {
    match flaw {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "ask for it by a name that its certificate is for"
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => "renew its certificate, or set the clock right",
        _ => "name the issuer of its certificate in NEPTUNE_CA_FILE",
    }
}

/// The cause of an error. An I/O error passes over the one it wraps: its source is already the source of that.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    /// The rows of the table: file, subject, day of expiry, fingerprint.
    fn documented_roots() -> Vec<[&'static str; 4]> {
        let rows = include_str!("../roots/README.md").lines().filter(|line| line.starts_with("| `"));
        rows.map(|row| {
            row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect::<Vec<_>>().try_into().unwrap()
        })
        .collect()
    }

    fn fingerprint(certificate: &[u8]) -> String {
        let bytes: Vec<_> = digest(&SHA256, certificate).as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.join(":")
    }

    /// The day of `notAfter`, the second of two DER times of the form `YYMMDDhhmmssZ`; years from 2050 on are written otherwise.
    fn day_of_expiry(certificate: &[u8]) -> String {
        let validity = certificate.windows(32).find(|bytes| bytes.starts_with(b"\x30\x1e\x17\x0d")).unwrap();
        let day = str::from_utf8(&validity[19..25]).unwrap();
        format!("20{}-{}-{}", &day[..2], &day[2..4], &day[4..])
    }

    #[test]
    fn the_compiled_roots_are_the_documented_ones() {
        let documented: Vec<_> =
            documented_roots().into_iter().map(|[_, _, expires, print]| (expires.into(), print.into())).collect();
        let compiled = AMAZON_ROOTS.map(|pem| CertificateDer::from_pem_slice(pem).unwrap());
        assert_eq!(compiled.map(|der| (day_of_expiry(&der), fingerprint(&der))).as_slice(), documented);
    }

    #[test]
    fn no_root_expires_before_2037() {
        for [_, subject, expires, _] in documented_roots() {
            assert!(expires > "2037-", "{subject} expires {expires}");
        }
    }

    #[test]
    fn the_amazon_roots_make_a_client() {
        install_provider();
        let roots = trusted_roots(None).unwrap();
        assert_eq!(roots.len(), 5);
        reqwest::Client::builder().tls_certs_only(roots).build().unwrap();
    }

    #[test]
    fn extra_certificates_join_the_roots() {
        let bundle = [AMAZON_ROOTS[0], AMAZON_ROOTS[1]].concat();
        assert_eq!(trusted_roots(Some(&bundle)).unwrap().len(), 7);
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert_eq!(trusted_roots(Some(b"# nothing here\n")).unwrap_err(), "holds no PEM certificate");
    }
}

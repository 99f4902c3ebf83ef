//! Whom the functions trust: Amazon's five roots, and whoever `NEPTUNE_CA_FILE` adds. Verification is never off.
//!
//! The roots are compiled in. Loading the system's 140 takes longer than the rest of a cold start, and an image without any would
//! leave the functions unable to start.

use reqwest::Certificate;

/// See `roots/README.md` for names, fingerprints and dates.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../roots/amazon_root_ca_1.pem"),
    include_bytes!("../roots/amazon_root_ca_2.pem"),
    include_bytes!("../roots/amazon_root_ca_3.pem"),
    include_bytes!("../roots/amazon_root_ca_4.pem"),
    include_bytes!("../roots/starfield_services_root_g2.pem"),
];

/// Makes ring the cryptography of this process. Call it before building an HTTP client; calling it again does no harm.
pub(crate) fn install_provider() {
    // The only error is that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The roots to trust, together with the certificates of `extra_pem`.
///
/// # Errors
/// Says why `extra_pem` holds no usable certificate.
pub(crate) fn trusted_roots(extra_pem: Option<&[u8]>) -> Result<Vec<Certificate>, String> {
    let mut roots: Vec<_> =
        AMAZON_ROOTS.iter().map(|pem| Certificate::from_pem(pem).expect("a certificate of ours is valid PEM")).collect();
    if let Some(pem) = extra_pem {
        let extra = Certificate::from_pem_bundle(pem).map_err(|error| format!("is not a PEM file: {error}"))?;
        if extra.is_empty() {
            return Err("holds no PEM certificate".to_owned());
        }
        roots.extend(extra);
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

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

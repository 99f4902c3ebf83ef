//! A certificate authority for one test, and TLS in front of a loopback server.

use std::io::{self, Write};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tempfile::NamedTempFile;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::server::Server;

/// The years in which a certificate is valid, from the first of January of one to that of the other.
pub(crate) type Years = (i32, i32);
/// Holds whenever the tests run.
pub(crate) const OUR_TIME: Years = (2020, 2120);

/// Issues certificates. All authorities have one name, each has a key of its own.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: NamedTempFile,
}

impl Authority {
    /// A new one, which no client trusts yet.
    pub(crate) fn new() -> Self {
        let mut params = certificate_for(&[], OUR_TIME);
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(issuer.pem().as_bytes()).unwrap();
        Self { issuer, file }
    }

    /// The PEM file of its certificate; it goes with the authority.
    pub(crate) fn file(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    /// Its certificate as DER.
    pub(crate) fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    /// Puts TLS in front of `server`, with a certificate for `hosts`; the port to ask. Only decrypted bytes reach the server.
    pub(crate) async fn front(&self, server: &Server, hosts: &[&str], years: Years) -> u16 {
        let acceptor = TlsAcceptor::from(Arc::new(self.identity(hosts, years)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, behind) = (listener.local_addr().unwrap().port(), server.port);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(forward(acceptor.clone(), stream, behind));
            }
        });
        port
    }

    fn identity(&self, hosts: &[&str], years: Years) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = certificate_for(hosts, years).signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key.into()).unwrap()
    }
}

fn certificate_for(hosts: &[&str], (first, last): Years) -> CertificateParams {
    let names: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(first, 1, 1);
    params.not_after = date_time_ymd(last, 1, 1);
    params
}

async fn forward(acceptor: TlsAcceptor, stream: TcpStream, behind: u16) -> io::Result<()> {
    let mut outside = acceptor.accept(stream).await?;
    let mut inside = TcpStream::connect(("127.0.0.1", behind)).await?;
    copy_bidirectional(&mut outside, &mut inside).await?;
    Ok(())
}

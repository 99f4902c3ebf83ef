//! TLS on the ports of the clusters: with a certificate that the user gives, or with certificates that a new CA issues.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use neptune_control::TlsTrouble;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{InconsistentKeys, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long an issued certificate is valid: short enough for every client, longer than any simulator runs.
const VALID_FOR: Duration = Duration::from_hours(365 * 24);
/// How long before now an issued certificate becomes valid, for clients whose clock is behind.
const VALID_SINCE: Duration = Duration::from_hours(24);
/// How long a host name may be.
const NAME_BYTES: usize = 253;
/// How the file with the CA's certificate begins. Only a file that begins like this is ever overwritten.
const CA_FILE_TITLE: &str = "# The CA of neptune-sim, made when it started. Give this file to clients as a CA they trust.\n";

/// How many addresses of this machine have a certificate ready. A client could connect to each of millions (all of 127.0.0.0/8).
const READY_CERTIFICATES: usize = 64;

/// The TLS identity of the clusters. Clones are the same identity.
#[derive(Clone)]
pub struct Tls {
    identity: Identity,
    /// The CA that issued the certificates, if the user gave none.
    ca: Option<Arc<NewCa>>,
}

/// The certificate that a handshake shows.
#[derive(Clone)]
enum Identity {
    /// The certificate that was given.
    Given(TlsAcceptor),
    /// A certificate for the address that the client has connected to. In a container or behind several networks, the simulator cannot
    /// know those addresses before.
    Issued(Arc<Certificates>),
}

/// A CA of our own, and the names for which it issues certificates.
struct NewCa {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pem: String,
    listen: IpAddr,
    names: Vec<String>,
}

impl NewCa {
    fn new(listen: IpAddr, names: &[String]) -> Result<Self, TlsError> {
        let issuer = CertifiedIssuer::self_signed(ca_params(), KeyPair::generate()?)?;
        Ok(Self { pem: issuer.pem(), issuer, listen, names: names.to_vec() })
    }

    /// A server with a new certificate from this CA.
    fn issue(&self, params: &CertificateParams) -> Result<TlsAcceptor, TlsError> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let private = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(acceptor(vec![certificate.der().clone()], private).expect("a fresh certificate fits its fresh key"))
    }
}

/// Certificates that a CA issues, one for each address that clients connect to.
struct Certificates {
    ca: Arc<NewCa>,
    /// The parameters that they have in common.
    params: CertificateParams,
    /// Whether they are for the address: those of another host are not.
    hold_for_address: bool,
    ready: Mutex<HashMap<IpAddr, TlsAcceptor>>,
}

impl Certificates {
    fn new(ca: Arc<NewCa>, params: CertificateParams) -> Self {
        Self { ca, params, hold_for_address: true, ready: Mutex::default() }
    }

    /// The parameters of a certificate for clients that have connected to this address.
    fn params_at(&self, address: IpAddr) -> CertificateParams {
        let mut params = self.params.clone();
        if self.hold_for_address {
            add_name(&mut params, SanType::IpAddress(address));
        }
        params
    }

    /// A server for clients that have connected to an address of this machine.
    fn at(&self, address: IpAddr) -> Result<TlsAcceptor, TlsError> {
        // A socket that listens on all IPv6 addresses sees IPv4 addresses in their IPv6 form.
        let address = address.to_canonical();
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(acceptor) = ready.get(&address) {
            return Ok(acceptor.clone());
        }
        let acceptor = self.ca.issue(&self.params_at(address))?;
        if ready.len() >= READY_CERTIFICATES {
            ready.clear();
        }
        ready.insert(address, acceptor.clone());
        Ok(acceptor)
    }
}

impl fmt::Debug for Tls {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("ca", &self.ca_pem()).finish_non_exhaustive()
    }
}

/// Why there can be no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file lacks the certificate or the key.
    #[error("{} has no {what}: give a PEM file with a block that begins with `-----BEGIN {label}-----`", .path.display())]
    Missing {
        /// Which file.
        path: PathBuf,
        /// `certificate` or `private key`.
        what: &'static str,
        /// What PEM calls it.
        label: &'static str,
    },
    /// The key is that of another certificate.
    #[error(
        "the key in {} is not that of the certificate in {}: give the key that belongs to it, and put the server's own certificate first",
        .key.display(), .certificate.display()
    )]
    OtherKey {
        /// The file with the certificate.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
    },
    /// The certificate or its key is of a kind that a server cannot use.
    #[error(
        "the certificate in {} and its key cannot be used: {source}; an ECDSA or RSA certificate of version 3 can",
        .certificate.display()
    )]
    Unusable {
        /// The file with the certificate.
        certificate: PathBuf,
        /// What is wrong.
        source: rustls::Error,
    },
    /// A certificate cannot be issued for this name.
    #[error("`{0}` cannot stand in a certificate: give a host name such as `my-cluster.neptune.example`, or an IP address")]
    BadName(String),
    /// A key or a certificate cannot be made.
    #[error("cannot make a certificate: {0}")]
    Issue(#[from] rcgen::Error),
    /// The file was not written by the simulator.
    #[error("{} exists and was not written by neptune-sim: name another file for the CA, or delete that one", .0.display())]
    NotOurs(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Tls {
    /// With a certificate that is given, and the chain behind it if the file has one, and its key; both as PEM.
    ///
    /// # Errors
    /// [`TlsError`] if a file cannot be read, lacks its certificate or key, or does not fit the other.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let missing = |path: &Path, what, label| TlsError::Missing { path: path.to_owned(), what, label };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(certificate)?)
            .collect::<Result<_, _>>()
            .ok()
            .filter(|chain: &Vec<_>| !chain.is_empty())
            .ok_or_else(|| missing(certificate, "certificate", "CERTIFICATE"))?;
        let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| missing(key, "private key", "PRIVATE KEY"))?;
        let acceptor = acceptor(chain, private).map_err(|source| match source {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::OtherKey { certificate: certificate.to_owned(), key: key.to_owned() }
            }
            source => TlsError::Unusable { certificate: certificate.to_owned(), source },
        })?;
        Ok(Self { identity: Identity::Given(acceptor), ca: None })
    }

    /// With certificates that a new CA issues for this machine (`localhost`, `127.0.0.1`, `::1`), for the address that is listened on, and
    /// for further host names or addresses; a host name may begin with `*.`. If the server listens on all addresses, the certificates
    /// are for the one that the client has connected to, and for the machine's host name. No key ever leaves the process.
    ///
    /// # Errors
    /// [`TlsError::BadName`] for a name that no certificate can have, [`TlsError::Issue`] if no key can be made.
    pub fn with_new_ca(listen: IpAddr, names: &[String]) -> Result<Self, TlsError> {
        let params = server_params(listen, names)?;
        let ca = Arc::new(NewCa::new(listen, names)?);
        Ok(Self { identity: Identity::Issued(Arc::new(Certificates::new(Arc::clone(&ca), params))), ca: Some(ca) })
    }

    /// The certificate of the new CA as PEM: what clients must trust. `None` if the server's certificate was given.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca.as_deref().map(|ca| ca.pem.as_str())
    }

    /// The names that were given for its certificates, in small letters, if a host name is among them: then the cluster has a name of its own.
    pub(crate) fn host_names(&self) -> Vec<String> {
        let names = self.ca.as_deref().map_or(&[][..], |ca| &ca.names);
        if names.iter().all(|name| name.parse::<IpAddr>().is_ok()) {
            return Vec::new();
        }
        names.iter().map(|name| name.to_ascii_lowercase()).collect()
    }

    /// The same server with certificates that its clients must not accept; `None` if this trouble needs no certificate, or none can be
    /// made. Where the certificate was given and its CA is not ours, all of them come from an unknown CA.
    pub(crate) fn in_trouble(&self, trouble: TlsTrouble) -> Option<Self> {
        let (listen, names) = self.ca.as_ref().map_or((Ipv4Addr::LOCALHOST.into(), &[][..]), |ca| (ca.listen, &ca.names));
        let unknown = || NewCa::new(listen, names).map(Arc::new).ok();
        let ca = if trouble == TlsTrouble::UnknownCa { unknown()? } else { self.ca.clone().or_else(unknown)? };
        let mut certificates = Certificates::new(ca, server_params(listen, names).ok()?);
        let params = &mut certificates.params;
        match trouble {
            TlsTrouble::Expired => {
                params.not_after = params.not_before;
                params.not_before -= VALID_FOR;
            }
            TlsTrouble::WrongName => {
                params.subject_alt_names = vec![SanType::DnsName("another-host.example".try_into().ok()?)];
                certificates.hold_for_address = false;
            }
            TlsTrouble::UnknownCa => {}
            TlsTrouble::HangUp | TlsTrouble::PlainHttp => return None,
        }
        Some(Self { identity: Identity::Issued(Arc::new(certificates)), ca: self.ca.clone() })
    }

    /// Writes the certificate of the new CA, if there is one, to a file for the clients. A file from an earlier start is replaced.
    ///
    /// # Errors
    /// [`TlsError::NotOurs`] if the file exists and did not come from here, [`TlsError::Write`] if it cannot be written.
    pub fn write_ca(&self, file: &Path) -> Result<(), TlsError> {
        let Some(pem) = self.ca_pem() else { return Ok(()) };
        let earlier = fs::read(file).unwrap_or_default();
        if !earlier.is_empty() && !earlier.starts_with(CA_FILE_TITLE.as_bytes()) {
            return Err(TlsError::NotOurs(file.to_owned()));
        }
        fs::write(file, format!("{CA_FILE_TITLE}{pem}")).map_err(|source| TlsError::Write { path: file.to_owned(), source })
    }

    /// The server's half of a handshake with a client that has connected to an address of this machine.
    ///
    /// # Errors
    /// The handshake failed: the client speaks no TLS, does not trust the certificate, or leaves.
    pub(crate) async fn accept<S>(&self, stream: S, address: IpAddr) -> io::Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let acceptor = match &self.identity {
            Identity::Given(acceptor) => acceptor.clone(),
            Identity::Issued(certificates) => certificates.at(address).map_err(io::Error::other)?,
        };
        acceptor.accept(stream).await
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}

fn acceptor(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<TlsAcceptor, rustls::Error> {
    // Named here, so that the process needs no default one.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}

fn ca_params() -> CertificateParams {
    let mut params = params("CA of neptune-sim");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server_params(listen: IpAddr, names: &[String]) -> Result<CertificateParams, TlsError> {
    let mut params = params("neptune-sim");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Strict clients, such as Python from 3.13 on, want to see whose key signed it.
    params.use_authority_key_identifier_extension = true;
    let here = [SanType::DnsName("localhost".try_into()?), address(Ipv4Addr::LOCALHOST), address(Ipv6Addr::LOCALHOST)];
    let listens_on =
        if listen.is_unspecified() { own_name().and_then(|name| alternative_name(&name).ok()) } else { Some(address(listen)) };
    let names = names.iter().map(|name| alternative_name(name)).collect::<Result<Vec<_>, _>>()?;
    for name in here.into_iter().chain(listens_on).chain(names) {
        add_name(&mut params, name);
    }
    Ok(params)
}

/// Adds a name to those of a certificate, unless it is already there.
fn add_name(params: &mut CertificateParams, name: SanType) {
    if !params.subject_alt_names.contains(&name) {
        params.subject_alt_names.push(name);
    }
}

/// The host name of this machine.
#[cfg(unix)]
fn own_name() -> Option<String> {
    rustix::system::uname().nodename().to_str().ok().map(str::to_owned)
}

/// Other systems are not asked for the name.
#[cfg(not(unix))]
fn own_name() -> Option<String> {
    None
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    let now = date_time_ymd(1970, 1, 1) + SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (params.not_before, params.not_after) = (now - VALID_SINCE, now + VALID_FOR);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn address(ip: impl Into<IpAddr>) -> SanType {
    SanType::IpAddress(ip.into().to_canonical())
}

/// A name as it stands in a certificate, in its one spelling, if a client could ask for it.
fn alternative_name(name: &str) -> Result<SanType, TlsError> {
    if let Ok(ip) = name.parse::<IpAddr>() {
        return Ok(address(ip));
    }
    let bad = || TlsError::BadName(name.chars().take(NAME_BYTES).collect());
    let host = name.strip_prefix("*.").unwrap_or(name);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    if name.len() > NAME_BYTES || !host.split('.').all(is_label) {
        return Err(bad());
    }
    name.to_ascii_lowercase().try_into().map(SanType::DnsName).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A certificate and its key, each in a file.
    fn pair(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (cert, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
        fs::write(&cert, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        (cert, key)
    }

    #[test]
    fn a_certificate_goes_with_its_own_key_only() {
        let folder = tempfile::tempdir().unwrap();
        let ((cert, key), (_, other)) = (pair(folder.path(), "a"), pair(folder.path(), "b"));
        assert_eq!(Tls::from_files(&cert, &key).unwrap().ca_pem(), None);
        let error = Tls::from_files(&cert, &other).unwrap_err().to_string();
        let reported = format!("the key in {} is not that of the certificate in {}: ", other.display(), cert.display());
        assert!(error.starts_with(&reported), "{error}");
    }

    #[rstest]
    #[case::no_such_certificate("absent", "a.key", "cannot read FOLDER/absent: No such file")]
    #[case::no_such_key("a.pem", "absent", "cannot read FOLDER/absent: No such file")]
    #[case::no_certificate_in_it(
        "a.key",
        "a.key",
        "FOLDER/a.key has no certificate: give a PEM file with a block that begins with `-----BEGIN CERTIFICATE-----`"
    )]
    #[case::no_key_in_it(
        "a.pem",
        "a.pem",
        "FOLDER/a.pem has no private key: give a PEM file with a block that begins with `-----BEGIN PRIVATE KEY-----`"
    )]
    #[case::garbage_for_a_certificate("garbage", "a.key", "the certificate in FOLDER/garbage and its key cannot be used: ")]
    fn files_that_will_not_do_are_named(#[case] cert: &str, #[case] key: &str, #[case] message: &str) {
        let folder = tempfile::tempdir().unwrap();
        pair(folder.path(), "a");
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        fs::write(folder.path().join("garbage"), garbage).unwrap();
        let error = Tls::from_files(&folder.path().join(cert), &folder.path().join(key)).unwrap_err().to_string();
        let reported = message.replace("FOLDER", &folder.path().display().to_string());
        assert!(error.starts_with(&reported), "{error}");
    }

    #[rstest]
    #[case::a_host("my-cluster.cluster-abc.us-east-1.neptune.example", true)]
    #[case::a_plain_name("neptune_1", true)]
    #[case::any_of_a_domain("*.neptune.example", true)]
    #[case::an_address("192.0.2.7", true)]
    #[case::version_6("2001:db8::1", true)]
    #[case::nothing("", false)]
    #[case::a_url("https://neptune.example", false)]
    #[case::with_a_port("neptune.example:8182", false)]
    #[case::an_empty_label("neptune..example", false)]
    #[case::any_of_anything("*", false)]
    #[case::a_star_inside("a.*.example", false)]
    #[case::a_hyphen_first("-a.example", false)]
    #[case::beyond_ascii("nептун.example", false)]
    #[case::too_long(&"a.".repeat(200), false)]
    fn only_what_a_client_could_ask_for_stands_in_a_certificate(#[case] name: &str, #[case] good: bool) {
        assert_eq!(Tls::with_new_ca(Ipv4Addr::LOCALHOST.into(), &[name.to_owned()]).is_ok(), good);
    }

    /// What a certificate is for whose clients have connected to this address.
    fn names(listen: &str, names: &[&str], connected: &str) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let tls = Tls::with_new_ca(listen.parse().unwrap(), &names).unwrap();
        let Identity::Issued(certificates) = &tls.identity else { panic!("the certificates are ours") };
        let reported = |name: &SanType| match name {
            SanType::DnsName(name) => name.to_string(),
            SanType::IpAddress(ip) => ip.to_string(),
            other => panic!("{other:?}"),
        };
        certificates
            .params_at(connected.parse::<IpAddr>().unwrap().to_canonical())
            .subject_alt_names
            .iter()
            .map(reported)
            .collect()
    }

    #[rstest]
    #[case::nothing_further("127.0.0.1", &[], "127.0.0.1", &[])]
    #[case::another_address_of_this_machine("127.0.0.1", &[], "127.0.0.2", &["127.0.0.2"])]
    #[case::version_6("::1", &[], "::1", &[])]
    #[case::version_4_in_disguise("::1", &[], "::ffff:127.0.0.1", &[])]
    #[case::a_name_twice("127.0.0.1", &["db.example", "db.example"], "127.0.0.1", &["db.example"])]
    #[case::in_capitals("127.0.0.1", &["DB.example", "db.EXAMPLE", "LOCALHOST"], "127.0.0.1", &["db.example"])]
    #[case::any_of_a_domain("127.0.0.1", &["*.EXAMPLE", "*.example"], "127.0.0.1", &["*.example"])]
    #[case::what_is_there_anyhow("127.0.0.1", &["localhost", "127.0.0.1", "::1"], "127.0.0.1", &[])]
    #[case::spellings_of_an_address(
        "127.0.0.1",
        &["0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "2001:DB8::1", "2001:db8:0::1"],
        "127.0.0.1",
        &["2001:db8::1"]
    )]
    #[case::in_the_order_given("127.0.0.1", &["b.example", "a.example", "b.example"], "10.0.0.1", &["b.example", "a.example", "10.0.0.1"])]
    fn a_name_stands_once_in_a_certificate(
        #[case] listen: &str,
        #[case] further: &[&str],
        #[case] connected: &str,
        #[case] expected: &[&str],
    ) {
        let expected: Vec<&str> = ["localhost", "127.0.0.1", "::1"].into_iter().chain(expected.iter().copied()).collect();
        assert_eq!(names(listen, further, connected), expected);
    }

    #[test]
    fn this_machines_own_name_stands_once_too() {
        let own = own_name().unwrap_or_else(|| "localhost".to_owned());
        let all = names("0.0.0.0", &[&own, &own.to_ascii_uppercase()], "127.0.0.1");
        assert_eq!(all.iter().filter(|name| **name == own.to_ascii_lowercase()).count(), 1, "{all:?}");
    }

    #[test]
    fn a_client_of_a_thousand_addresses_does_not_fill_the_memory() {
        let tls = Tls::with_new_ca(Ipv4Addr::UNSPECIFIED.into(), &[]).unwrap();
        let Identity::Issued(certificates) = &tls.identity else { panic!("the certificates are ours") };
        for number in 0..1000 {
            certificates.at(Ipv4Addr::from_bits(number).into()).unwrap();
        }
        let address = Ipv4Addr::from_bits(999);
        let ready = || certificates.ready.lock().unwrap();
        assert!(ready().len() <= READY_CERTIFICATES && ready().contains_key(&address.into()));
        let before = ready().len();
        certificates.at(address.to_ipv6_mapped().into()).unwrap();
        assert_eq!(ready().len(), before);
    }

    #[test]
    fn the_file_of_an_earlier_start_is_replaced_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        let new = || Tls::with_new_ca(Ipv4Addr::LOCALHOST.into(), &[]).unwrap();
        new().write_ca(&file).unwrap();
        let second = new();
        second.write_ca(&file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("{CA_FILE_TITLE}{}", second.ca_pem().unwrap()));

        fs::write(&file, "precious").unwrap();
        let error = second.write_ca(&file).unwrap_err().to_string();
        let reported = format!("{} exists and was not written by neptune-sim: name another file", file.display());
        assert!(error.starts_with(&reported), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");

        let error = second.write_ca(&folder.path().join("absent/ca.pem")).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write {}/absent/ca.pem: ", folder.path().display())), "{error}");
    }

    #[test]
    fn what_is_printed_of_it_holds_no_key() {
        let tls = Tls::with_new_ca(Ipv4Addr::LOCALHOST.into(), &[]).unwrap();
        assert!(!format!("{tls:?}").contains("PRIVATE"), "{tls:?}");
        assert!(!tls.ca_pem().unwrap().contains("PRIVATE"));
    }
}

//! The options that make clusters speak TLS.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use neptune_server::{Tls, TlsError};

/// Whether and how the clusters speak TLS.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS (plain HTTP without these)")]
pub(crate) struct TlsFiles {
    /// Speak TLS with the certificate in this PEM file, and the chain behind it
    #[arg(long = "tls-cert", value_name = "FILE", requires = "key", hide_short_help = true)]
    cert: Option<PathBuf>,
    /// The key of that certificate, as PEM
    #[arg(long = "tls-key", value_name = "FILE", requires = "cert", hide_short_help = true)]
    key: Option<PathBuf>,
    /// Speak TLS with a certificate that a new CA issues. The CA's certificate is written to this file, for clients to trust
    #[arg(long = "tls-ca-file", value_name = "FILE", conflicts_with = "cert", hide_short_help = true)]
    ca_file: Option<PathBuf>,
    /// A further name that clients ask for, beside localhost, the addresses, and this machine's own name if it listens on all of them: a host
    /// name or an IP address. May be repeated
    #[arg(long = "tls-name", value_name = "NAME", requires = "ca_file", hide_short_help = true)]
    names: Vec<String>,
}

impl TlsFiles {
    /// The TLS identity of the clusters, if the options ask for TLS.
    pub(crate) fn tls(&self, listen: SocketAddr) -> Result<Option<Tls>, TlsError> {
        match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Tls::from_files(cert, key).map(Some),
            _ => self.ca_file.as_ref().map(|_| Tls::with_new_ca(listen.ip(), &self.names)).transpose(),
        }
    }

    /// The file that clients are to trust, if it is ours.
    pub(crate) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}

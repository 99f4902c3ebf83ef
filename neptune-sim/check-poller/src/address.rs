//! Where a poller finds its load: the address of its cluster, as variables and in texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use neptune_server::{Cluster, reachable};

/// What a poller signs with. The keys open nothing.
pub(crate) const ACCESS_KEY: (&str, &str) = ("AKIACHECKPOLLEREXAMP", "check-poller-throw-away-secret-key/EXAMPL");
/// The region of every cluster.
pub(crate) const REGION: &str = "us-east-1";
/// Where common clients look for the CA that they are to trust.
const CA_VARIABLES: [&str; 6] = [
    "AWS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    // What the two functions of this project read.
    "NEPTUNE_CA_FILE",
];

/// Where a poller finds its load.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    load: String,
    endpoint: String,
    host: String,
    port: String,
    /// The file with the CA of the cluster, if it speaks TLS.
    ca_file: Option<PathBuf>,
}

impl Address {
    pub(crate) fn of(cluster: &Cluster, load: &str, ca_file: Option<&Path>) -> Self {
        let address = reachable(cluster.address());
        Self {
            load: load.to_owned(),
            endpoint: cluster.endpoint(),
            host: address.ip().to_string(),
            port: address.port().to_string(),
            ca_file: ca_file.map(Path::to_owned),
        }
    }

    /// A text with the address in place of `{load_id}`, `{endpoint}`, `{host}` and `{port}`.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        let replaced = text.replace("{load_id}", &self.load).replace("{endpoint}", &self.endpoint);
        replaced.replace("{host}", &self.host).replace("{port}", &self.port)
    }

    /// The variables by which a poller finds it.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let own = [
            ("AWS_ENDPOINT_URL_NEPTUNEDATA", self.endpoint.as_str()),
            ("NEPTUNE_ENDPOINT", &self.host),
            ("NEPTUNE_PORT", &self.port),
            ("NEPTUNE_LOAD_ID", &self.load),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.0),
            ("AWS_SECRET_ACCESS_KEY", ACCESS_KEY.1),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("NO_PROXY", "*"),
        ];
        let ca = self.ca_file.iter().flat_map(|file| CA_VARIABLES.map(|name| (name.to_owned(), file.display().to_string())));
        own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).chain(ca).collect()
    }
}

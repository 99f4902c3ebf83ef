//! The access key of the tests, and requests signed with it.

use std::time::SystemTime;

use neptune_sigv4::{Signer, UnsignedRequest};

/// Its id.
pub(crate) const KEY_ID: &str = "AKIDEXAMPLE";
/// Its secret.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG";
/// The region that requests are signed for.
pub(crate) const REGION: &str = "us-east-1";

/// Signs with the key, and with this session token if there is one.
pub(crate) fn signer(session_token: Option<&str>) -> Signer {
    Signer::new(KEY_ID, SECRET, session_token, REGION)
}

/// The headers that make this a signed request, names and values.
pub(crate) fn signed(
    signer: &Signer,
    (method, target): (&str, &str),
    host: &str,
    body: &str,
    time: SystemTime,
) -> Vec<(String, String)> {
    let request = UnsignedRequest { method, url: &format!("http://{host}{target}"), host, body: body.as_bytes() };
    let headers = signer.headers(&request, time).unwrap();
    headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

//! The two headers of AWS's SDKs that name the call of which a request is an attempt. With them, a server's log can distinguish the
//! attempts of one call from other calls, and a simulator can fail the second attempt only. The headers are not signed.

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::retry::Jitter;

/// The attempts of one call: one request and its retries.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    call_id: String,
    most: u32,
}

impl Attempts {
    /// The attempts at one address within one invocation. The same invocation and address make the same id; where the server
    /// listens does not matter.
    pub(crate) fn new(request_id: &str, url: &Url, most: u32) -> Self {
        let mut random = Jitter::seeded(&[request_id, url.path(), url.query().unwrap_or_default()]);
        Self { call_id: uuid([random.next_bits(), random.next_bits()]), most }
    }

    /// The headers of one attempt, counted from 1.
    pub(crate) fn headers(&self, attempt: u32) -> HeaderMap {
        let count = format!("attempt={attempt}; max={}", self.most);
        let headers = [("amz-sdk-invocation-id", self.call_id.as_str()), ("amz-sdk-request", &count)];
        let value = |text| HeaderValue::from_str(text).expect("digits, letters and few signs make a header");
        headers.into_iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
    }
}

/// The shape of a random UUID (version 4).
fn uuid([high, low]: [u64; 2]) -> String {
    let (high, low) = (high & !0xf000 | 0x4000, low >> 2 | 1 << 63);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(request_id: &str, url: &str) -> String {
        Attempts::new(request_id, &Url::parse(url).unwrap(), 3).call_id
    }

    #[test]
    fn a_call_has_an_id_of_its_own() {
        let ids = [
            id("request-1", "http://db:8182/loader"),
            id("request-1", "http://db:8182/loader?includeQueuedLoads=FALSE"),
            id("request-1", "http://db:8182/loader/a"),
            id("request-2", "http://db:8182/loader"),
        ];
        assert!(ids.iter().enumerate().all(|(place, id)| !ids[..place].contains(id)), "{ids:?}");
        assert_eq!(ids[0], id("request-1", "https://elsewhere/loader"));
    }

    #[test]
    fn an_id_has_the_shape_of_a_uuid() {
        assert_eq!(uuid([0, 0]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid([u64::MAX, u64::MAX]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn the_headers_are_those_of_the_sdks() {
        let headers = Attempts::new("request-1", &Url::parse("http://db").unwrap(), 3).headers(2);
        assert_eq!(headers["amz-sdk-request"], "attempt=2; max=3");
        assert_eq!(headers["amz-sdk-invocation-id"].len(), 36);
    }
}

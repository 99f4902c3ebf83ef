//! The request log: the requests to a cluster, and its answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The newest requests, the oldest first, without secrets. A log keeps 1 MiB of text, and of the answers'
/// bodies 512 KiB beside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestHistory {
    /// How many older requests were forgotten to save space.
    pub dropped: u64,
    /// The number that the next request will have: give it as `since` to see only what comes after this answer.
    pub next: u64,
    /// Those that were asked for.
    pub requests: Vec<LoggedRequest>,
}

/// One request, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedRequest {
    /// Its number, from 0, in the order of arrival.
    pub number: u64,
    /// When its head had arrived: seconds since the cluster began, by its clock.
    pub at: f64,
    /// `GET`, `POST`, ...
    pub method: String,
    /// Path and query, the first 2 KiB.
    pub target: String,
    /// Name and value of each header, in order, the first 1 KiB of each value. Names are in lower case.
    #[schemars(with = "Vec<[String; 2]>")]
    pub headers: Vec<(String, String)>,
    /// The first 4 KiB of the body; `null` if it is empty or did not arrive.
    pub body: Option<String>,
    /// The HTTP status of the answer; `null` if there was none.
    pub status: Option<u16>,
    /// The load that it asked for or started.
    pub load_id: Option<String>,
    /// The status of the load in the answer, `LOAD_IN_PROGRESS`; `null` if the answer has none, or does not arrive whole.
    #[serde(default)]
    pub load_status: Option<String>,
    /// How many seconds ago the load had ended, by the cluster's clock, when it was asked for; `null` if it had not, and behind a proxy.
    #[serde(default)]
    pub ended_ago: Option<f64>,
    /// The first 4 KiB of the answer's body, as it was sent; `null` if it was empty or did not arrive whole, and for older requests: of each
    /// cluster, 512 KiB of the newest answers are kept. An answer that names a secret is `<redacted>`.
    #[serde(default)]
    pub answer: Option<String>,
    /// How well the answer is backed: `documented`, `model`, `observed` or `inferred`; `null` for a canned answer or none.
    pub evidence: Option<String>,
    /// The name of the fault that fired at the request; `null` if none did.
    pub fault: Option<String>,
    /// Why it was refused: for its signature, its key or its `Host`; `null` if it was not refused so.
    #[serde(default)]
    pub explanation: Option<Explanation>,
}

/// Why a cluster refused a request, beyond the words that Neptune has for it. No secret stands in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// What is wrong with the request, and what to do about it.
    pub hint: String,
    /// The request as the cluster expects it to be signed, AWS's canonical request, the first 4 KiB; `null` if it has no signature that
    /// can be read. Secrets in it are `<redacted>`.
    pub canonical_request: Option<String>,
    /// The text that the signature is made of, AWS's string to sign; `null` like the other.
    pub string_to_sign: Option<String>,
}

/// A filter for requests: it selects those that fulfil every given condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RequestFilter {
    /// Only with this method, in upper or lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only those whose path and query begin so: `/loader`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only those that asked for, started or cancelled this load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<String>,
    /// Only those answered with this HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Only from this number on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// At most this number, the oldest first. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl RequestFilter {
    /// Whether a request fulfils every condition. The limit is no condition.
    pub fn admits(&self, request: &LoggedRequest) -> bool {
        let is = |wanted: &Option<String>, fits: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(fits);
        is(&self.method, &|method| request.method.eq_ignore_ascii_case(method))
            && is(&self.path, &|path| request.target.starts_with(path))
            && is(&self.load, &|load| request.load_id.as_deref() == Some(load))
            && self.status.is_none_or(|status| request.status == Some(status))
            && self.since.is_none_or(|number| request.number >= number)
    }
}

/// What was cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cleared {
    /// How many requests were forgotten.
    pub cleared: u64,
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn filter(query: &[(&str, &str)]) -> RequestFilter {
        let pairs: serde_json::Map<_, _> = query
            .iter()
            .map(|(key, value)| {
                let value = value.parse::<u64>().map_or_else(|_| (*value).into(), Into::into);
                ((*key).to_owned(), value)
            })
            .collect();
        serde_json::from_value(pairs.into()).unwrap()
    }

    #[rstest]
    #[case::all(&[], true)]
    #[case::method(&[("method", "get")], true)]
    #[case::another_method(&[("method", "POST")], false)]
    #[case::path(&[("path", "/loader")], true)]
    #[case::another_path(&[("path", "/status")], false)]
    #[case::load(&[("load", "a")], true)]
    #[case::another_load(&[("load", "b")], false)]
    #[case::status(&[("status", "200")], true)]
    #[case::another_status(&[("status", "404")], false)]
    #[case::since_itself(&[("since", "7")], true)]
    #[case::since_a_later_one(&[("since", "8")], false)]
    #[case::one_of_two(&[("method", "GET"), ("status", "404")], false)]
    fn a_filter_admits_what_meets_every_condition(#[case] query: &[(&str, &str)], #[case] admitted: bool) {
        let request = LoggedRequest {
            number: 7,
            at: 0.0,
            method: "GET".into(),
            target: "/loader/a?details=TRUE".into(),
            headers: Vec::new(),
            body: None,
            status: Some(200),
            load_id: Some("a".into()),
            load_status: None,
            ended_ago: None,
            answer: None,
            evidence: None,
            fault: None,
            explanation: None,
        };
        assert_eq!(filter(query).admits(&request), admitted);
    }
}

//! Names the error behind an error answer, its sender and the remedy. Neptune's error code decides first, the HTTP status second. An answer
//! without the shape of Neptune's errors comes from a gateway or proxy, and says nothing about a load.

use neptune_wire::{ErrorCode, LoadId};
use serde_json::Value;

use crate::denial::denies_the_load;
use crate::error::ErrorName;
use crate::text::has_blank_ends;

const CHECK_THE_WAY: &str = "this is no answer of Neptune's loader: check the endpoint's host, port and base path, and the balancer, \
                             gateway or proxy in between";

/// An answer that is not an envelope.
#[derive(Debug)]
pub(crate) struct Refusal<'a> {
    pub(crate) http_status: u16,
    /// The error code as received, from Neptune or from a gateway.
    pub(crate) raw_code: Option<&'a str>,
    /// The text that goes with it, never blank.
    pub(crate) text: Option<&'a str>,
    /// The beginning of the body, JSON or not.
    pub(crate) body: &'a str,
}

/// The facts about the request on which a remedy depends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestFacts<'a> {
    /// The load that was asked for; `None` for the list of loads.
    pub(crate) id: Option<&'a LoadId>,
    /// Whether the request was signed.
    pub(crate) is_signed: bool,
}

/// What the refusal of a start means.
pub(crate) struct StartRefusal {
    pub(crate) name: ErrorName,
    pub(crate) remedy: Option<&'static str>,
    /// Whether there is no load for sure.
    pub(crate) is_sure: bool,
}

impl<'a> Refusal<'a> {
    /// Takes code and text out of a body, if it is JSON.
    pub(crate) fn new(http_status: u16, json: Option<&'a Value>, body: &'a str) -> Self {
        let text_of = |key| json.and_then(|json| json.get(key)).and_then(Value::as_str);
        // Recorded answers carry the text twice, older ones of a failed authentication as `detailedMessage` only (observed).
        let text = [text_of("detailedMessage"), text_of("message")].into_iter().flatten().find(|text| !text.trim().is_empty());
        Self { http_status, raw_code: text_of("code"), text, body }
    }

    /// Neptune's code. Every error of Neptune has one, the name of an exception (model). Gateways send none, or a word of their own.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.raw_code.filter(|code| code.ends_with("Exception")).map(ErrorCode::from)
    }

    /// The name of the error.
    pub(crate) fn name(&self, id: Option<&LoadId>) -> ErrorName {
        match (self.code(), self.http_status) {
            (Some(ErrorCode::TooManyRequests | ErrorCode::Throttling), _) | (_, 429) => ErrorName::NeptuneThrottled,
            (_, 400..=499) if self.is_about_the_clock() => ErrorName::NeptuneClockSkew,
            (Some(ErrorCode::AccessDenied), _) => ErrorName::NeptuneAccessDenied,
            // Retryable in the model, but no waiting makes a load appear.
            (Some(ErrorCode::BulkLoadIdNotFound), _) => ErrorName::LoadNotFound,
            (Some(code), _) if passes(&code) => ErrorName::NeptuneUnavailable,
            (_, 401 | 403) => ErrorName::NeptuneAccessDenied,
            (_, 408 | 500..=599) => ErrorName::NeptuneUnavailable,
            // The user guide says 400 for an unknown id, the SDK model 404; no recording settles it.
            (Some(ErrorCode::InvalidParameter | ErrorCode::BadRequest), 400 | 404)
                if denies_the_load(self.text.unwrap_or_default(), id) =>
            {
                ErrorName::LoadNotFound
            }
            (None, 400 | 404) => ErrorName::NeptuneBadResponse,
            _ => ErrorName::LoadStatusNotOk,
        }
    }

    /// The name of the error, if it is the answer to a start.
    pub(crate) fn of_start(&self) -> StartRefusal {
        let refused = |name, remedy| StartRefusal { name, remedy, is_sure: true };
        match (self.name(None), self.code()) {
            // Text documented and observed.
            (ErrorName::LoadStatusNotOk, Some(ErrorCode::BadRequest)) if self.says(&["max concurrent load limit breached"]) => {
                refused(
                    ErrorName::LoaderBusy,
                    Some("another load runs: send \"queueRequest\": \"TRUE\" to wait for it in the queue"),
                )
            }
            (ErrorName::LoadStatusNotOk, Some(ErrorCode::BadRequest)) if self.says(&["queue size limit breached"]) => {
                refused(ErrorName::LoaderBusy, None)
            }
            (ErrorName::LoadStatusNotOk, Some(ErrorCode::MethodNotAllowed)) => refused(
                ErrorName::NeptuneUnavailable,
                Some("right after a failover this passes; otherwise name the cluster's writer in the endpoint"),
            ),
            (ErrorName::LoadStatusNotOk, Some(_)) | (ErrorName::LoadNotFound, _) => refused(ErrorName::LoadRefused, None),
            (name @ ErrorName::NeptuneAccessDenied, Some(_)) => refused(name, Some("a start needs neptune-db:StartLoaderJob")),
            (name @ ErrorName::NeptuneUnavailable, _) => StartRefusal { name, remedy: None, is_sure: false },
            // Only what is refused for the request itself was surely not started: a 201 or 302 of something in between says nothing.
            (name, _) => StartRefusal { name, remedy: None, is_sure: (400..500).contains(&self.http_status) },
        }
    }

    /// Whether a retry may help although the name is not retryable. A load balancer that has no target for a moment answers 404, and so does a
    /// wrong endpoint. The error mentions the latter, too.
    pub(crate) fn may_pass(&self) -> bool {
        self.code().is_none() && self.http_status == 404
    }

    /// What the caller can do about it.
    pub(crate) fn remedy(&self, name: ErrorName, request: RequestFacts<'_>) -> Option<&'static str> {
        match name {
            ErrorName::NeptuneClockSkew => Some(
                "the function's clock and Neptune's differ: a clock that was stale after a freeze is right a moment later, any other has \
                 to be set",
            ),
            ErrorName::NeptuneAccessDenied if self.code().is_none() => Some(self.remedy_for_a_gateway()),
            ErrorName::NeptuneAccessDenied => Some(self.access_remedy(request.is_signed)),
            ErrorName::NeptuneBadResponse if wants_tls(self.body) => {
                Some("this is no answer of Neptune's loader, and its sender speaks TLS: write https:// in the endpoint")
            }
            ErrorName::NeptuneBadResponse => Some(CHECK_THE_WAY),
            ErrorName::LoadStatusNotOk if self.code().is_none() && (400..500).contains(&self.http_status) => {
                Some(CHECK_THE_WAY)
            }
            ErrorName::LoadStatusNotOk if self.is_bad_request() => Some(
                "the `Host` must be the cluster's: name the cluster in NEPTUNE_ENDPOINT, and a balancer or tunnel to it in \
                 NEPTUNE_CONNECT_TO",
            ),
            ErrorName::LoadNotFound if request.id.is_some_and(|id| has_blank_ends(id.as_str())) => {
                Some("send the id without the blanks around it")
            }
            _ => None,
        }
    }

    fn remedy_for_a_gateway(&self) -> &'static str {
        if self.says(&["missing authentication token"]) {
            "this is no answer of Neptune's: API Gateway says so where it has no route; check the endpoint's host and base path"
        } else {
            "this is no answer of Neptune's: a gateway, proxy or firewall in between refuses; check the endpoint, and what lets the \
             function through"
        }
    }

    fn access_remedy(&self, is_signed: bool) -> &'static str {
        if self.says(&["missing authentication token"]) && is_signed {
            "the request was signed: look for what takes headers away between the function and Neptune"
        } else if self.says(&["missing authentication token"]) {
            "the cluster wants signatures, and the request had none: set NEPTUNE_IAM_AUTH=on, and allow the function's role \
             neptune-db:GetLoaderJobStatus and neptune-db:ListLoaderJobs"
        } else if self.says(&["scoped to a valid region"]) {
            "requests are signed for the wrong region: set SERVICE_REGION to the cluster's"
        } else if self.says(&["signature we calculated"]) {
            "check AWS_SECRET_ACCESS_KEY, and that nothing in between changes path, query or `Host`: name the cluster in NEPTUNE_ENDPOINT, \
             and a balancer or tunnel to it in NEPTUNE_CONNECT_TO"
        } else if self.is_about_the_token() {
            "the credentials are unknown or have expired: leave them to Lambda, or renew them"
        } else if self.says(&["signedheader"]) {
            "look for what takes headers away between the function and Neptune"
        } else if self.says(&["not authorized"]) {
            "allow the function's role neptune-db:GetLoaderJobStatus and neptune-db:ListLoaderJobs on the cluster"
        } else {
            "allow the function's role neptune-db:GetLoaderJobStatus and neptune-db:ListLoaderJobs, and check NEPTUNE_IAM_AUTH and the \
             region"
        }
    }

    /// AWS's usual texts: the token `included in the request is expired` or `is invalid`.
    pub(crate) fn is_about_the_token(&self) -> bool {
        self.says(&["security token"])
    }

    /// The texts are AWS's usual ones and were seen against Neptune (observed); the codes are those that AWS's SDKs take for a wrong clock.
    fn is_about_the_clock(&self) -> bool {
        let codes = ["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"];
        let texts =
            ["signature expired", "signature not yet current", "request has expired", "difference between the request time"];
        self.raw_code.is_some_and(|code| codes.contains(&code)) || self.says(&texts)
    }

    /// Neptune's answer to a `Host` that is not its own (observed).
    fn is_bad_request(&self) -> bool {
        self.code() == Some(ErrorCode::BadRequest)
            && self.text.is_some_and(|text| text.trim().trim_end_matches('.').eq_ignore_ascii_case("bad request"))
    }

    /// Whether the text contains one of these, in upper or lower case. They are in lower case.
    fn says(&self, parts: &[&str]) -> bool {
        let text = self.text.unwrap_or_default().to_lowercase();
        parts.iter().any(|part| text.contains(part))
    }
}

/// Whether a page says that the server expects TLS and received plain HTTP. The texts are those of nginx, Go, Java and Apache, in this order.
fn wants_tls(page: &str) -> bool {
    let page = page.to_lowercase();
    ["https port", "https server", "requires tls", "ssl-enabled"].iter().any(|part| page.contains(part))
}

/// Whether the cause of an error code is temporary: the model marks it as retryable, or gives it the HTTP status of a server error.
fn passes(code: &ErrorCode) -> bool {
    code.is_retryable() || (!matches!(code, ErrorCode::Other(_)) && code.http_status() >= 500)
}

//! The keys and values that a recording keeps: those of Neptune's documentation.

use std::collections::HashSet;
use std::sync::LazyLock;

use neptune_loader::{FeedErrorCode, ListQuery, LoadFormat, LoadMode, Parallelism, StartRequest, StatusQuery};
use regex::Regex;

/// The keys of the loader's and the engine's JSON, and of queries, in lower case.
static KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let asked = StartRequest::PARAMETERS.iter().chain(&StatusQuery::KEYS).chain(&ListQuery::KEYS);
    asked.chain(NUMBER_KEYS).chain(OTHER_KEYS).map(|key| key.to_ascii_lowercase()).collect()
});

/// Those that are neither asked with nor count anything.
const OTHER_KEYS: &[&str] = &[
    // Envelopes and errors.
    "status",
    "payload",
    "answer",
    "requestid",
    "code",
    "message",
    "detailedmessage",
    "error",
    "http",
    "headers",
    "json",
    "text",
    "content-type",
    "location",
    "retry-after",
    // Loads.
    "loadids",
    "overallstatus",
    "feedcount",
    "failedfeeds",
    "errorlogs",
    "fulluri",
    "errorcode",
    "errormessage",
    "filename",
    // Starts.
    "s3bucketregion",
    "baseuri",
    "namedgraphuri",
    "allowemptystrings",
    // Queries.
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-algorithm",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "action",
    // The engine's status.
    "dbengineversion",
    "role",
    "dfequeryengine",
    "gremlin",
    "sparql",
    "opencypher",
    "version",
    "labmode",
    "features",
    "settings",
    "rollingbacktrxearlieststarttime",
    "objectindex",
    "readwriteconflictdetection",
    "slowquerylogs",
    "resultcache",
    "iamauthentication",
    "streams",
    "auditlog",
    "lookupcache",
    "lookupcacheengine",
    "clusterquerytimeoutinms",
    "slowquerylogsthreshold",
    "dfequeryenginemode",
    "neptuneml",
    "transactionlog",
];

/// The keys whose numbers may be large.
const NUMBER_KEYS: &[&str] = &[
    "datatypemismatcherrors",
    "inserterrors",
    "parsingerrors",
    "retrynumber",
    "runnumber",
    "starttime",
    "totalduplicates",
    "totalrecords",
    "totaltimespent",
    "endindex",
    "startindex",
    "recordnum",
    "rollingbacktrxcount",
];

/// The words that are values by themselves, in lower case.
static VALUES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let formats = LoadFormat::ALL.iter().map(|format| format.as_str());
    let modes = LoadMode::ALL.iter().map(|mode| mode.as_str());
    let threads = Parallelism::ALL.iter().map(|parallelism| parallelism.as_str());
    let others = OTHER_VALUES.iter().copied();
    formats.chain(modes).chain(threads).chain(others).map(str::to_ascii_lowercase).collect()
});

/// Those that are not the values of a start alone.
const OTHER_VALUES: &[&str] = &[
    "true",
    "false",
    "healthy",
    "recovery",
    "writer",
    "reader",
    "enabled",
    "disabled",
    "viaqueryhint",
    "200 ok",
    "400 bad request",
    "403 forbidden",
    "404 not found",
    "405 method not allowed",
    "429 too many requests",
    "500 internal server error",
    "getloaderstatus",
    "cancelled",
    "active",
    "proxy",
];

/// What is known by its shape: statuses, codes, versions, dates, regions, and small numbers.
static SHAPES: LazyLock<Regex> = LazyLock::new(|| {
    let shapes = [
        r"LOAD_[A-Z0-9_]{1,60}",
        r"[A-Z][A-Za-z]{2,60}Exception|ThrottlingException|MissingAuthenticationToken",
        r"[1-9]\.\d\.\d{1,2}\.\d{1,2}(?:\.R\d{1,2})|(?:tinkerpop|sparql)-[\d.]{1,12}|Neptune-9\.0\.\d{8}-1\.0",
        r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d [\d:]{8} UTC \d{4}",
        r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d",
        r"\d{1,6}",
    ];
    Regex::new(&format!("^(?:{})$", shapes.join("|"))).expect("the shapes are well formed")
});

/// Whether a key is one of Neptune's.
pub(super) fn is_key(key: &str) -> bool {
    KEYS.contains(&key.to_ascii_lowercase()) || (SHAPES.is_match(key) && key.starts_with("LOAD_"))
}

/// Whether numbers under this key count something of a load's.
pub(super) fn is_number_key(key: &str) -> bool {
    NUMBER_KEYS.contains(&key.to_ascii_lowercase().as_str()) || key.starts_with("LOAD_")
}

/// Whether Neptune's documentation contains the value, so that it identifies no customer.
pub(super) fn is_value(text: &str) -> bool {
    let is_code = FeedErrorCode::DOCUMENTED.iter().any(|code| code.as_str() == text);
    is_code || VALUES.contains(&text.to_ascii_lowercase()) || SHAPES.is_match(text)
}

#[cfg(test)]
mod tests {
    use neptune_loader::LoadStatus;
    use rstest::rstest;

    use super::*;

    #[test]
    fn whatever_neptune_documents_is_known() {
        for key in ["iamRoleArn", "errorsPerPage", "includeQueuedLoads", "recordNum", "overallStatus", "LOAD_FAILED"] {
            assert!(is_key(key) && is_key(&key.to_uppercase()), "{key}");
        }
        for word in ["ntriples", "RESUME", "OVERSUBSCRIBE", "TRUE"] {
            assert!(is_value(word), "{word}");
        }
        for word in LoadStatus::DOCUMENTED
            .iter()
            .map(LoadStatus::as_str)
            .chain(FeedErrorCode::DOCUMENTED.iter().map(FeedErrorCode::as_str))
        {
            assert!(is_value(word), "{word}");
        }
    }

    #[rstest]
    #[case::a_name("jane")]
    #[case::an_address("10.1.2.3")]
    #[case::a_host("db.acme.internal")]
    #[case::a_long_number("4915112345678")]
    #[case::a_base64_text("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")]
    fn whatever_else_there_is_is_not(#[case] word: &str) {
        assert!(!is_value(word) && !is_key(word));
    }
}

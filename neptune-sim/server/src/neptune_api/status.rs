//! `/status`: the engine as a whole.

use neptune_loader::{EngineHealth, EngineStatus, EngineVersion, Evidence, Health, RollingBack};
use serde_json::json;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::reply::Reply;
use crate::cluster::Cluster;
use neptune_scenario::Authentication;

/// How long before the engine's start the first transaction began that is rolled back. Anything plausible will do.
const BEFORE_START_SECS: u64 = 60;

/// `GET`: the state of the engine. The versions are those of the documentation's example.
pub(super) fn read(cluster: &Cluster) -> Reply {
    let engine = cluster.engine();
    let up_since = engine.settings().epoch_secs.saturating_add(engine.up_since().since_start().as_secs());
    let (health, rolling_back) = match engine.health() {
        Health::Healthy => (EngineHealth::Healthy, 0),
        Health::Recovery { rolling_back } => (EngineHealth::Recovery, rolling_back),
    };
    let status = EngineStatus {
        status: health,
        start_time: date_text(up_since),
        db_engine_version: "1.3.0.0.R1",
        role: engine.role(),
        dfe_query_engine: "viaQueryHint",
        gremlin: EngineVersion { version: "tinkerpop-3.6.4" },
        sparql: EngineVersion { version: "sparql-1.1" },
        opencypher: EngineVersion { version: "Neptune-9.0.20190305-1.0" },
        rolling_back: (rolling_back > 0).then(|| RollingBack {
            count: rolling_back,
            earliest_start_time: date_text(up_since.saturating_sub(BEFORE_START_SECS)),
        }),
        lab_mode: json!({"ObjectIndex": "disabled", "ReadWriteConflictDetection": "enabled"}),
        features: json!({
            "SlowQueryLogs": "disabled",
            "ResultCache": {"status": "disabled"},
            "IAMAuthentication": if **engine.authentication() == Authentication::Off { "disabled" } else { "enabled" },
            "Streams": "disabled",
            "AuditLog": "disabled",
        }),
        settings: json!({"clusterQueryTimeoutInMs": "120000", "SlowQueryLogsThreshold": "5000"}),
    };
    let body = serde_json::to_string(&status).expect("an engine status is plain data");
    // 200 also while it recovers (inferred).
    Reply::json(200, body, Some(Evidence::Documented))
}

/// A moment as Neptune writes it: `Thu Feb 08 01:22:14 UTC 2024`.
fn date_text(epoch_secs: u64) -> String {
    let secs = i64::try_from(epoch_secs).ok();
    let time = secs.and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    // Beyond 9999 no calendar is agreed on.
    let time = time.unwrap_or(PrimitiveDateTime::MAX.assume_utc());
    let ((hour, minute, second), day, year) = (time.to_hms(), time.day(), time.year());
    let [weekday, month] = [time.weekday().to_string(), time.month().to_string()];
    let (weekday, month) = (&weekday[..3], &month[..3]);
    format!("{weekday} {month} {day:02} {hour:02}:{minute:02}:{second:02} UTC {year}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_beginning(0, "Thu Jan 01 00:00:00 UTC 1970")]
    #[case::the_example(1_707_355_334, "Thu Feb 08 01:22:14 UTC 2024")]
    #[case::a_leap_day(1_709_164_800, "Thu Feb 29 00:00:00 UTC 2024")]
    #[case::the_day_after_a_leap_day(1_709_251_200, "Fri Mar 01 00:00:00 UTC 2024")]
    #[case::the_end_of_a_year(1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025")]
    #[case::the_end_of_a_century(4_107_542_399, "Sun Feb 28 23:59:59 UTC 2100")]
    #[case::after_it(4_107_542_400, "Mon Mar 01 00:00:00 UTC 2100")]
    fn dates_read_as_neptune_writes_them(#[case] epoch_secs: u64, #[case] text: &str) {
        assert_eq!(date_text(epoch_secs), text);
    }

    #[test]
    fn the_last_second_there_is_has_a_date() {
        assert_eq!(date_text(u64::MAX), "Fri Dec 31 23:59:59 UTC 9999");
    }
}

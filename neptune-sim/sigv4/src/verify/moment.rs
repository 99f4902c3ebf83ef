//! Moments as signatures write them: `20260101T123000Z`, or as an HTTP date.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// A second in UTC, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    epoch_secs: u64,
}

impl Timestamp {
    /// Reads `20260101T123000Z` or `Thu, 01 Jan 2026 12:30:00 GMT`. `None` for any other text, and before 1970.
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_basic(text).or_else(|| Self::from_http_date(text))
    }

    fn from_basic(text: &str) -> Option<Self> {
        let part = |from: usize, digits: usize| number(text.get(from..from + digits)?, digits);
        if text.len() != 16 || text.get(8..9)? != "T" || text.get(15..)? != "Z" {
            return None;
        }
        let month = Month::try_from(u8::try_from(part(4, 2)?).ok()?).ok()?;
        Self::from_civil(part(0, 4)?, month, part(6, 2)?, [part(9, 2)?, part(11, 2)?, part(13, 2)?])
    }

    fn from_http_date(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_ascii_whitespace().take(7).collect();
        let [_weekday, day, month, year, time, zone] = words[..] else { return None };
        // botocore writes `-0000`.
        if !["GMT", "-0000", "+0000"].contains(&zone) {
            return None;
        }
        let mut months = (1..=12).filter_map(|number| Month::try_from(number).ok());
        let month = months.find(|known| short(*known) == month)?;
        let mut time = time.splitn(3, ':').map(|part| number(part, 2));
        Self::from_civil(number(year, 4)?, month, number(day, 2)?, [time.next()??, time.next()??, time.next()??])
    }

    fn from_civil(year: u16, month: Month, day: u16, time: [u16; 3]) -> Option<Self> {
        let date = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
        let [hour, minute, second] = time.map(u8::try_from);
        let time = Time::from_hms(hour.ok()?, minute.ok()?, second.ok()?).ok()?;
        let secs = PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp();
        Some(Self { epoch_secs: secs.try_into().ok()? })
    }

    /// So much later.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self { epoch_secs: self.epoch_secs.saturating_add(by.as_secs()) }
    }

    /// So much earlier, but not before 1970.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self { epoch_secs: self.epoch_secs.saturating_sub(by.as_secs()) }
    }

    /// `20260101`
    pub fn date(self) -> String {
        let now = self.civil();
        format!("{:04}{:02}{:02}", now.year(), u8::from(now.month()), now.day())
    }

    /// `Sun, 30 Aug 2015 12:36:00 GMT`
    pub fn http_date(self) -> String {
        let now = self.civil();
        let (weekday, day, month, (hour, minute, second)) = (short(now.weekday()), now.day(), short(now.month()), now.to_hms());
        format!("{weekday}, {day:02} {month} {:04} {hour:02}:{minute:02}:{second:02} GMT", now.year())
    }

    fn civil(self) -> OffsetDateTime {
        let secs = self.epoch_secs.try_into().ok();
        let civil = secs.and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
        civil.unwrap_or(PrimitiveDateTime::MAX.assume_utc())
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self { epoch_secs: time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.civil().to_hms();
        write!(f, "{}T{hour:02}{minute:02}{second:02}Z", self.date())
    }
}

/// The three letters of a day or a month.
fn short(name: impl fmt::Display) -> String {
    name.to_string().chars().take(3).collect()
}

/// The value of a text of exactly `digits` digits; otherwise `None`.
fn number(text: &str, digits: usize) -> Option<u16> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_beginning("19700101T000000Z", 0)]
    #[case::the_moment_of_aws_examples("20150830T123600Z", 1_440_938_160)]
    #[case::a_leap_day("20240229T000000Z", 1_709_164_800)]
    #[case::the_end_of_a_year("20251231T235959Z", 1_767_225_599)]
    #[case::http_date("Sun, 30 Aug 2015 12:36:00 GMT", 1_440_938_160)]
    #[case::botocores_http_date("Sun, 30 Aug 2015 12:36:00 -0000", 1_440_938_160)]
    fn both_spellings_are_read(#[case] text: &str, #[case] epoch_secs: u64) {
        assert_eq!(Timestamp::parse(text), Some(Timestamp { epoch_secs }));
    }

    #[rstest]
    #[case::empty("")]
    #[case::extended("2015-08-30T12:36:00Z")]
    #[case::no_zone("20150830T123600")]
    #[case::a_sign("2015+830T123600Z")]
    #[case::no_such_day("20150229T000000Z")]
    #[case::day_zero("20150300T000000Z")]
    #[case::no_such_month("20151301T000000Z")]
    #[case::no_such_hour("20150830T243600Z")]
    #[case::before_1970("19691231T235959Z")]
    #[case::year_zero("00000101T000000Z")]
    #[case::other_zone("Sun, 30 Aug 2015 12:36:00 CET")]
    #[case::no_such_month_name("Sun, 30 Agu 2015 12:36:00 GMT")]
    #[case::long_year("Sun, 30 Aug 99999999999999999999 12:36:00 GMT")]
    #[case::more_words("Sun, 30 Aug 2015 12:36:00 GMT GMT")]
    #[case::no_ascii("2015083öT123600Z")]
    fn anything_else_is_no_moment(#[case] text: &str) {
        assert_eq!(Timestamp::parse(text), None);
    }

    #[test]
    fn an_http_date_has_the_right_day_of_the_week() {
        let date = Timestamp { epoch_secs: 1_440_938_160 }.http_date();
        assert_eq!(date, "Sun, 30 Aug 2015 12:36:00 GMT");
    }

    proptest! {
        #[test]
        fn a_moment_reads_back_as_itself(epoch_secs in 0_u64..253_402_300_800) {
            let moment = Timestamp { epoch_secs };
            prop_assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
            prop_assert_eq!(Timestamp::parse(&moment.http_date()), Some(moment));
        }
    }
}

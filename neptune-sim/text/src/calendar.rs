//! Dates and times of day in UTC.

/// Seconds of a day. No leap second counts here.
pub const DAY_SECS: u64 = 86_400;
/// The months as dates spell them.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The days of the week, from that of 1 January 1970.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// Days from 1 March of the year 0 to 1970.
const BEFORE_1970: u64 = 719_468;

/// Year, month and day; hour, minute and second.
pub fn date_and_time(epoch_secs: u64) -> ([u64; 3], [u64; 3]) {
    let secs = epoch_secs % DAY_SECS;
    (civil(epoch_secs / DAY_SECS), [secs / 3600, secs / 60 % 60, secs % 60])
}

/// The names of the day of the week and of the month.
pub fn names(epoch_secs: u64) -> (&'static str, &'static str) {
    let ([_, month, _], _) = date_and_time(epoch_secs);
    // A month is 1 to 12.
    let month = MONTHS[usize::try_from(month - 1).unwrap_or(0)];
    (WEEKDAYS[usize::try_from(epoch_secs / DAY_SECS % 7).unwrap_or(0)], month)
}

/// The second of a date and a time of day; `None` before 1970, and for what no calendar or no clock has.
pub fn epoch_secs(date: [u64; 3], [hour, minute, second]: [u64; 3]) -> Option<u64> {
    let [year, month, day] = date;
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days(year, month, day)?;
    (civil(days) == date).then_some(days * DAY_SECS + hour * 3600 + minute * 60 + second)
}

/// Days since 1970; `None` before. Years begin in March here, so that the leap day is their last.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let before_year = 365 * year + year / 4 - year / 100 + year / 400;
    (before_year + (153 * month + 2) / 5 + day).checked_sub(BEFORE_1970 + 1)
}

/// Year, month and day of a day since 1970.
fn civil(days: u64) -> [u64; 3] {
    let days = days + BEFORE_1970;
    // 400 years have 146097 days.
    let (era, days) = (days / 146_097, days % 146_097);
    let year = (days - days / 1460 + days / 36_524 - days / 146_096) / 365;
    let days = days - (365 * year + year / 4 - year / 100);
    let month = (5 * days + 2) / 153;
    let day = days - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    [era * 400 + year, month, day]
}

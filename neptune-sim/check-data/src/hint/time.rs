//! Times as programs write them, and what to set in each, so that a load takes them.

use neptune_data::Type;

/// The documented forms.
const FORMS: &str = "2024-02-29, 2024-02-29T10:15, 2024-02-29T10:15:30 and 2024-02-29T10:15:30Z";

/// A date with a time that is written otherwise than a load takes it, in its parts.
struct Time<'a> {
    day: &'a str,
    /// Between day and time.
    separator: char,
    /// Hours, minutes and seconds.
    clock: &'a str,
    /// How many digits a fraction of its seconds has; `None` if there is none.
    fraction: Option<usize>,
    zone: Zone,
    /// As it is written.
    zone_text: &'a str,
    /// Whether Java names the zone behind its offset: `+01:00[Europe/Paris]`.
    has_name: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    None,
    Utc,
    Other,
}

/// Why a text is no date, or is none of the documented forms, and what to set in the programs that write it so.
pub(super) fn of_time(value: &str) -> String {
    if ["0000-00-00", "0001-01-01 00:00:00"].iter().any(|nothing| value.starts_with(nothing)) {
        return "MySQL and Go write this where there is no date: leave the cell empty".to_owned();
    }
    if let Some(hint) = of_other_kind(value) {
        return hint;
    }
    if value.split_at_checked(10).is_some_and(|(day, _)| like(day, "0000-00-00") && Type::Date.check(day.as_bytes()).is_err()) {
        return "this day is not in the calendar".to_owned();
    }
    if let Some(time) = Time::read(value) {
        return time.remedy();
    }
    if let Ok(number) = value.parse::<i64>() {
        return of_number(value, number);
    }
    if value.split(' ').next().is_some_and(|day| is_day_with(day, ['/', '.'])) {
        let hours = if has_half_of_day(value) { ", and hours from 0 to 23" } else { "" };
        return format!("write the year first, with hyphens and two digits each for month and day: `2024-02-29`{hours}");
    }
    if value.ends_with(" +0000 UTC") {
        return "write `2024-02-29T10:15:30Z`: in Go Format(time.RFC3339)".to_owned();
    }
    if value.rsplit_once(' ').is_some_and(|(time, zone)| is_place(zone) || is_zone(zone) && Time::read(time).is_some()) {
        return "convert the time to UTC, leave out the name of the zone and write it as `2024-02-29T10:15:30Z`".to_owned();
    }
    if value.contains(" GMT") && value.ends_with(')') {
        return "write `2024-02-29T10:15:30Z`: in JavaScript toISOString().slice(0, 19) + \"Z\"".to_owned();
    }
    if has_month(value) {
        let remedy = "in Java DateTimeFormatter.ISO_INSTANT, in Python isoformat(timespec=\"seconds\")";
        return format!("names of days and months are not read; write `2024-02-29T10:15:30Z` ({remedy})");
    }
    if has_half_of_day(value) {
        return "hours go from 0 to 23, without AM and PM: write `2024-02-29T22:15:30`".to_owned();
    }
    of_parts(value)
}

/// What helps against a text that is something else than a day, with a time or without one.
fn of_other_kind(value: &str) -> Option<String> {
    let is_like = |forms: &[&str]| forms.iter().any(|form| like(value, form));
    if let Some(number) =
        value.strip_prefix("/Date(").and_then(|rest| rest.split([')', '+', '-']).find(|part| !part.is_empty()))
    {
        return number
            .parse()
            .ok()
            .map(|milliseconds: i64| format!(".NET writes a time so: {}", of_number(number, milliseconds)));
    }
    if matches!(value.trim_start_matches('-'), "infinity" | "Infinity") {
        return Some("PostgreSQL writes this for a time without an end: leave the cell empty".to_owned());
    }
    if is_like(&["0000-00", "0000-000", "0000/00", "0000-W00", "0000-Q0", "0000Q0"]) {
        return Some(
            "a month, a quarter or a week is no day: write its first day, `2024-02-01`, or make the column String".to_owned(),
        );
    }
    if is_like(&["00000000T000000Z", "00000000T000000", "00000000000000", "00000000T0000Z"]) {
        return Some(
            "write hyphens between the parts of a day and colons between those of a time: `2024-02-29T10:15:30Z`".to_owned(),
        );
    }
    if let Some((day, _)) = value.split_at_checked(10).filter(|(day, zone)| like(day, "0000-00-00") && is_zone_of_day(zone)) {
        return Some(format!("a day has no zone: write `{day}`"));
    }
    if is_like(&["+0000-00-00", "-0000-00-00", "00000-00-00", "+00000-00-00"]) {
        return Some("a year has four digits and no sign: make the column String to keep it".to_owned());
    }
    if value.contains("E+") && value.parse::<f64>().is_ok() {
        return Some(
            "a spreadsheet has shortened the number, and digits are lost: format the column as a date, or as text".to_owned(),
        );
    }
    if value.contains(['e', 'E']) && value.parse::<f64>().is_ok() {
        return Some(format!("a number is no date. The forms are {FORMS}"));
    }
    let (whole, _) = value.split_once('.').filter(|(whole, _)| whole.len() >= 9 && value.parse::<f64>().is_ok())?;
    whole.parse().ok().map(|number| of_number(whole, number))
}

/// `Z`, `+01:00`: a zone behind a day, as XML Schema has it.
fn is_zone_of_day(text: &str) -> bool {
    text == "Z" || text.starts_with(['+', '-']) && like(&text[1..], "00:00")
}

/// Whether a time is written with the halves of a day.
fn has_half_of_day(value: &str) -> bool {
    let end = value.to_ascii_uppercase();
    end.contains(':') && [" AM", " PM", "AM", "PM"].iter().any(|half| end.ends_with(half))
}

/// The short name of a time zone: `CET`, `PST`.
fn is_zone(text: &str) -> bool {
    matches!(text.len(), 3..=5) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a month is named: `29-Feb-2024`, `Thu Feb 29 10:15:30 UTC 2024`
fn has_month(value: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let is_word = |word: &str| word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word.to_ascii_lowercase()));
    value.split(|c: char| !c.is_ascii_alphabetic()).any(is_word) && value.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text is written like this one, where `0` stands for any digit.
fn like(text: &str, form: &str) -> bool {
    let same = |(one, other): (char, char)| if other == '0' { one.is_ascii_digit() } else { one == other };
    text.chars().count() == form.len() && text.chars().zip(form.chars()).all(same)
}

/// The name of a time zone, as Trino and Athena write it: `Europe/Berlin`.
fn is_place(zone: &str) -> bool {
    let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
    zone.split_once('/').is_some_and(|(area, place)| is_word(area) && is_word(place))
}

/// Why a text of no known program is none of the forms.
fn of_parts(value: &str) -> String {
    let is_form = ["0000-00-00T00:00", "0000-00-00T00:00:00", "0000-00-00T00:00:00Z"].iter().any(|form| like(value, form));
    match () {
        () if is_form => "hours go to 23, minutes and seconds to 59".to_owned(),
        () if like(value, "00:00") || like(value, "00:00:00") => {
            "a time without a day is no date: make the column String".to_owned()
        }
        () if value.split_at_checked(10).is_some_and(|(day, time)| like(day, "0000-00-00") && !time.is_empty()) => {
            format!("behind a day stands a time such as `T10:15:30`, or nothing; the forms are {FORMS}")
        }
        () if value.split([' ', 'T']).next().is_some_and(|day| is_day_with(day, ['-', '-'])) => {
            format!("the year has four digits, month and day have two; the forms are {FORMS}")
        }
        () => format!("the forms are {FORMS}"),
    }
}

impl<'a> Time<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let (day, rest) = value.split_at_checked(10)?;
        let separator = rest.chars().next().filter(|c| matches!(c, ' ' | 'T' | 't'))?;
        let (clock, rest) = split_clock(&rest[1..])?;
        let fraction = rest.strip_prefix(['.', ',']).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let (zone_text, fraction) = fraction.map_or((rest, None), |zone| (zone, Some(rest.len() - zone.len() - 1)));
        let (zone_text, has_name) = zone_text.split_once('[').map_or((zone_text, false), |(offset, _)| (offset, true));
        (like(day, "0000-00-00") && is_in_range(clock)).then_some(())?;
        let zone = Zone::read(zone_text)?;
        Some(Self { day, separator, clock, fraction, zone, zone_text, has_name })
    }

    /// What to write, and how programs are made to write it.
    fn remedy(&self) -> String {
        let Self { day, clock, zone, .. } = self;
        let programs = self.programs().join("; ");
        let dropped = if self.has_name { "leave out the zone in brackets and " } else { "" };
        match zone {
            Zone::None => format!("{dropped}write `{day}T{clock}`: {programs}"),
            Zone::Utc if clock.len() == 5 => format!("{dropped}write `{day}T{clock}:00Z`: {programs}"),
            Zone::Utc => format!("{dropped}write `{day}T{clock}Z`: {programs}"),
            Zone::Other => {
                let dropped = if self.has_name { ", leave out the zone in brackets" } else { "" };
                format!("convert the time to UTC{dropped} and write it as `2024-02-29T10:15:30Z`: {programs}")
            }
        }
    }

    fn programs(&self) -> Vec<String> {
        let utc = self.zone != Zone::None;
        let z = if utc { "Z" } else { "" };
        let format = format!("%Y-%m-%dT%H:%M:%S{z}");
        let pandas = format!("pandas to_csv(date_format=\"{format}\")");
        let polars = format!("polars write_csv(datetime_format=\"{format}\")");
        let python = format!("Python strftime(\"{format}\")");
        let duckdb = format!("DuckDB strftime(column, '{format}')");
        let spark = format!("PySpark option(\"timestampFormat\", \"yyyy-MM-dd'T'HH:mm:ss{}\")", if utc { "'Z'" } else { "" });
        // Its seconds have a fraction if the column has one.
        let zone = if utc { ", \"UTC\"" } else { "" };
        let pyarrow = format!("pyarrow compute.strftime(column.cast(timestamp(\"s\"{zone}), safe=False), \"{format}\")");
        if self.has_name && utc {
            return vec!["Java truncatedTo(ChronoUnit.SECONDS).toInstant()".to_owned()];
        }
        match (self.separator, self.zone_text) {
            (' ', "Z") => vec![pyarrow],
            (' ', text) if text.len() == 3 => {
                let postgres = "PostgreSQL to_char(column at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')".to_owned();
                vec![duckdb, postgres]
            }
            (' ', "") => vec![pandas, format!("SQLite strftime('{format}', column)"), duckdb, python],
            (' ', text) if text.trim() == "UTC" => vec![format!("BigQuery FORMAT_TIMESTAMP('{format}', column)"), pandas],
            (' ', _) => vec![pandas, python],
            (_, "Z") if self.fraction == Some(3) => {
                vec![spark, "JavaScript toISOString().slice(0, 19) + \"Z\"".to_owned(), "Java truncatedTo(SECONDS)".to_owned()]
            }
            (_, "Z") if self.fraction.is_some() => vec![polars, pandas, python],
            _ => vec![polars, pandas, spark],
        }
    }
}

/// `10:15:30` or `10:15`, and what follows it.
fn split_clock(text: &str) -> Option<(&str, &str)> {
    let is_clock =
        |text: &str| text.bytes().enumerate().all(|(at, byte)| if at % 3 == 2 { byte == b':' } else { byte.is_ascii_digit() });
    [8, 5].into_iter().find_map(|length| text.split_at_checked(length).filter(|(clock, _)| is_clock(clock)))
}

impl Zone {
    fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "" => Some(Self::None),
            "Z" | "z" | "UTC" | "GMT" => Some(Self::Utc),
            text => {
                let digits: String = text.strip_prefix(['+', '-'])?.split(':').collect();
                let is_offset = matches!(digits.len(), 2 | 4 | 6) && digits.bytes().all(|byte| byte.is_ascii_digit());
                let zone = if digits.bytes().all(|byte| byte == b'0') { Self::Utc } else { Self::Other };
                is_offset.then_some(zone)
            }
        }
    }
}

/// Whether the parts of a time are in their ranges.
fn is_in_range(clock: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
    number(&clock[..2]) < 24 && number(&clock[3..5]) < 60 && clock.get(6..).is_none_or(|seconds| number(seconds) < 60)
}

/// `29.02.2024`, `2/29/24`
fn is_day_with(value: &str, separators: [char; 2]) -> bool {
    let parts: Vec<&str> = value.split(separators).collect();
    let is_number = |part: &&str| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

/// A number: a day without hyphens, or a count of something since a day.
fn of_number(text: &str, number: i64) -> String {
    if like(text, "00000000") {
        let day = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
        if Type::Date.check(day.as_bytes()).is_ok() {
            return format!("write it with hyphens: `{day}`");
        }
    }
    let days = match text.trim_start_matches('-').len() {
        9 | 10 => Some((number, "seconds")),
        12 | 13 => Some((number / 1000, "milliseconds")),
        15 | 16 => Some((number / 1_000_000, "microseconds")),
        18 | 19 => Some((number / 1_000_000_000, "nanoseconds")),
        _ => None,
    };
    if let Some((seconds, unit)) = days {
        // JavaScript's times are milliseconds.
        let csv_stringify = match unit {
            "milliseconds" => "; for csv-stringify, set cast: { date: (date) => date.toISOString().slice(0, 19) + \"Z\" }",
            _ => "",
        };
        let day = day_of(seconds);
        return format!("a number is no date; as {unit} since 1970 it is `{day}`. Write it so, or with a time{csv_stringify}");
    }
    let since_1970 = format!("as days since 1970 it is `{}`", day_of(number.saturating_mul(86_400)));
    match number {
        1000..3000 => format!("a year alone is no date: write `{number}-01-01`, or make the column Int"),
        7_000..20_000 => format!("a number is no date; {since_1970} (Debezium and Parquet count so). Write it so"),
        20_000..80_000 => {
            format!("a number is no date: if a spreadsheet counted days, format the column as `yyyy-mm-dd`; {since_1970}")
        }
        _ => format!("a number is no date. The forms are {FORMS}"),
    }
}

/// The day of so many seconds since 1970, in UTC: `2024-02-29`.
fn day_of(seconds: i64) -> String {
    // Years that begin in March, in eras of 400 years.
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (of_month, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    format!("{:04}-{month:02}-{of_month:02}", year + era * 400 + i64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::pandas(
        "2024-05-06 07:08:09.000000+00:00",
        "write `2024-05-06T07:08:09Z`: pandas to_csv(date_format=\"%Y-%m-%dT%H:%M:%SZ\")"
    )]
    #[case::polars("2024-05-06T07:08:09.500000+0000", "write `2024-05-06T07:08:09Z`: polars write_csv(datetime_format=")]
    #[case::duckdb("2024-05-06 07:08:09.5+00", "DuckDB strftime(column, '%Y-%m-%dT%H:%M:%SZ')")]
    #[case::pyarrow("2024-05-06 07:08:09.000000Z", "timestamp(\"s\", \"UTC\")")]
    #[case::pyspark("2024-05-06T07:08:09.000Z", "PySpark option(\"timestampFormat\", \"yyyy-MM-dd'T'HH:mm:ss'Z'\")")]
    #[case::sqlite("2024-05-06 07:08:09", "write `2024-05-06T07:08:09`: pandas")]
    #[case::no_zone_gets_none("2024-05-06 07:08:09", "SQLite strftime('%Y-%m-%dT%H:%M:%S', column)")]
    #[case::another_zone("2024-05-06 07:08:09+02:00", "convert the time to UTC and write it as `2024-02-29T10:15:30Z`: pandas")]
    #[case::bigquery("2024-05-06 07:08:09 UTC", "BigQuery")]
    #[case::milliseconds("1714979289500", "as milliseconds since 1970 it is `2024-05-06`")]
    #[case::before_1970("-2209075200000", "as milliseconds since 1970 it is `1899-12-31`")]
    #[case::seconds("1709201730", "as seconds since 1970 it is `2024-02-29`")]
    #[case::zero("0", "a number is no date. The forms are")]
    #[case::no_hyphens("20240229", "`2024-02-29`")]
    #[case::eight_digits_with_a_sign("-20201005", "a number is no date. ")]
    #[case::eight_digits_that_are_no_day("20249929", "a number is no date. ")]
    #[case::american("2/29/2024", "write the year first")]
    #[case::german("29.02.2024", "write the year first")]
    #[case::java("Thu Feb 29 10:15:30 UTC 2024", "names of days and months are not read")]
    #[case::one_digit("2024-2-9", "month and day have two")]
    #[case::two_digits_of_a_year("24-02-29", "the year has four digits")]
    #[case::oracle("29-FEB-24", "names of days and months are not read")]
    #[case::a_word_that_begins_like_a_month("maybe 3", "the forms are")]
    #[case::no_seconds("2024-02-29 10:15", "write `2024-02-29T10:15`: pandas")]
    #[case::no_seconds_in_utc("2024-02-29T10:15Z", "write `2024-02-29T10:15:00Z`")]
    #[case::zoned_of_java("2024-02-29T10:15:30Z[UTC]", "write `2024-02-29T10:15:30Z`")]
    #[case::zoned_of_java_elsewhere("2024-02-29T10:15:30+01:00[Europe/Paris]", "convert the time to UTC")]
    #[case::a_year("2024", "`2024-01-01`, or make the column Int")]
    #[case::a_day_of_a_spreadsheet("45351", "if a spreadsheet counted days")]
    #[case::days_of_debezium("19782", "as days since 1970 it is `2024-02-29`")]
    #[case::days_of_either("20500", "as days since 1970 it is `2026-02-16`")]
    #[case::milliseconds_of_dot_net(
        "/Date(1709201730000+0000)/",
        ".NET writes a time so: a number is no date; as milliseconds since 1970 it is `2024-02-29`"
    )]
    #[case::nothing_of_dot_net("/Date()/", "the forms are")]
    #[case::no_end_of_postgres("-infinity", "leave the cell empty")]
    #[case::a_month("2024-02", "its first day")]
    #[case::a_week("2024-W09", "its first day")]
    #[case::no_hyphens_and_colons("20240229T101530Z", "colons between those of a time")]
    #[case::digits_alone("20240229101530", "colons between those of a time")]
    #[case::a_day_with_a_zone("2024-02-29+01:00", "a day has no zone: write `2024-02-29`")]
    #[case::a_year_with_a_sign("-0044-03-15", "make the column String")]
    #[case::shortened("1.7092E+12", "digits are lost")]
    #[case::seconds_with_an_exponent("1.70920173e9", "a number is no date.")]
    #[case::seconds_with_a_fraction("1709201730.5", "as seconds since 1970 it is `2024-02-29`")]
    #[case::the_afternoon("2024-02-29 10:15:30 PM", "without AM and PM")]
    #[case::american_with_the_afternoon("02/29/2024 10:15 PM", "and hours from 0 to 23")]
    #[case::a_short_zone("2024-02-29T10:15:30 CET", "convert the time to UTC")]
    #[case::no_time_behind_a_letter("2024-02-29T", "behind a day stands a time")]
    #[case::one_digit_with_a_time("2024-2-9 7:08:09", "month and day have two")]
    #[case::only_a_time("10:15:30", "a time without a day")]
    #[case::no_such_day("2024-02-30", "this day is not in the calendar")]
    #[case::no_such_day_with_a_time("2024-06-31T10:00", "this day is not in the calendar")]
    #[case::no_such_day_of_sql("2024-02-30 10:00:00", "this day is not in the calendar")]
    #[case::no_leap_year("2023-02-29T07:08:09Z", "this day is not in the calendar")]
    #[case::no_such_day_with_a_fraction("2024-06-31T10:00:00.000Z", "this day is not in the calendar")]
    #[case::six_digits("2024-05-06T07:08:09.123456Z", "write `2024-05-06T07:08:09Z`: polars")]
    #[case::american_with_a_time("5/6/2024 7:08:09", "write the year first")]
    #[case::go("2024-05-06 07:08:09 +0000 UTC", "in Go Format(time.RFC3339)")]
    #[case::javascript("Mon May 06 2024 07:08:09 GMT+0000 (Coordinated Universal Time)", "in JavaScript toISOString()")]
    #[case::no_such_time("2024-02-28T25:00:00Z", "hours go to 23")]
    #[case::a_number_with_a_point("3.2", "the forms are 2024-02-29,")]
    #[case::a_letter_at_the_end_of_a_day("2024-02-3x", "the forms are")]
    #[case::no_such_hour("2024-02-29 25:00:00", "the forms are")]
    #[case::no_zone_at_all("2024-02-29 10:15:30 x", "the forms are")]
    #[case::a_letter_of_two_bytes("2024-02-2é 10:15:30", "the forms are")]
    #[case::a_date_of_two_bytes("é", "the forms are")]
    fn each_shape_has_its_remedy(#[case] value: &str, #[case] expected: &str) {
        let said = of_time(value);
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (seconds, day) in
            [(0, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"), (4_107_542_400, "2100-03-01")]
        {
            assert_eq!(day_of(seconds), day);
        }
    }
}

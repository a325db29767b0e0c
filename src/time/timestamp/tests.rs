//! Every form of a time, and what is wrong with the others.

use super::*;

fn read(json: &str) -> String {
    Timestamp::from_json(json.as_bytes(), None)
        .map_or_else(|error| error.to_string(), |time| time.to_string())
}

fn read_as(unit: Unit, json: &str) -> String {
    Timestamp::from_json(json.as_bytes(), Some(unit))
        .map_or_else(|error| error.to_string(), |time| time.to_string())
}

#[test]
fn rfc_3339_is_read_in_all_its_forms() {
    for (text, shown) in [
        ("2024-01-15T10:30:00Z", "2024-01-15T10:30:00Z"),
        ("2024-01-15t10:30:00z", "2024-01-15T10:30:00Z"),
        ("2024-01-15 10:30:00Z", "2024-01-15T10:30:00Z"),
        ("2024-01-15T10:30Z", "2024-01-15T10:30:00Z"),
        ("2024-01-15T10:30:00+02:00", "2024-01-15T08:30:00Z"),
        ("2024-01-15T10:30:00-0530", "2024-01-15T16:00:00Z"),
        ("2024-01-15T10:30:00+02", "2024-01-15T08:30:00Z"),
        ("2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00Z"),
        ("2024-01-15T10:30:00-00:00", "2024-01-15T10:30:00Z"),
        ("2024-01-15T10:30:00.5Z", "2024-01-15T10:30:00.500Z"),
        ("2024-01-15T10:30:00,25+00:00", "2024-01-15T10:30:00.250Z"),
        ("2024-01-15T10:30:00.000001Z", "2024-01-15T10:30:00.000001Z"),
        ("2024-01-15T10:30:00.123456789Z", "2024-01-15T10:30:00.123456789Z"),
        ("2024-01-15T10:30:00.1234567899999Z", "2024-01-15T10:30:00.123456789Z"),
        ("2024-01-15T10:30:00.000Z", "2024-01-15T10:30:00Z"),
        ("2024-01-15", "2024-01-15T00:00:00Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("2000-02-29", "2000-02-29T00:00:00Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
        (r"2024-01-15T10:30:00\u005a", "2024-01-15T10:30:00Z"),
    ] {
        assert_eq!(read(&format!("\"{text}\"")), shown, "{text}");
    }
}

#[test]
fn a_leap_second_is_the_first_of_the_next_minute() {
    assert_eq!(read(r#""2016-12-31T23:59:60Z""#), "2017-01-01T00:00:00Z");
    assert_eq!(read(r#""2016-12-31T23:59:60.5Z""#), "2017-01-01T00:00:00.500Z");
    assert_eq!(read(r#""2017-01-01T08:59:60+09:00""#), "2017-01-01T00:00:00Z");
}

#[test]
fn times_before_1970_are_read_and_printed() {
    for text in ["1969-12-31T23:59:59.999999999Z", "1900-02-28T12:00:00Z", "0001-01-01T00:00:00.001Z"] {
        assert_eq!(read(&format!("\"{text}\"")), text);
    }
    let time = |text: &str| Timestamp::parse(text).expect(text).0;
    assert_eq!(time("1969-12-31T23:59:59.999999999Z"), -1);
    assert_eq!(time("1970-01-01T00:00:00Z"), 0);
    assert_eq!(time("1969-12-31T23:59:59.9999999999Z"), -1, "cut toward the past");
}

#[test]
fn the_unit_of_a_number_is_told_by_its_magnitude() {
    for (number, shown) in [
        ("0", "1970-01-01T00:00:00Z"),
        ("-0", "1970-01-01T00:00:00Z"),
        ("1705314600", "2024-01-15T10:30:00Z"),
        ("1705314600000", "2024-01-15T10:30:00Z"),
        ("1705314600000000", "2024-01-15T10:30:00Z"),
        ("1705314600000000000", "2024-01-15T10:30:00Z"),
        ("1705314600000000001", "2024-01-15T10:30:00.000000001Z"),
        ("1705314600.25", "2024-01-15T10:30:00.250Z"),
        ("1705314600123.5", "2024-01-15T10:30:00.123500Z"),
        ("1.7053146e9", "2024-01-15T10:30:00Z"),
        ("1.7053146E+12", "2024-01-15T10:30:00Z"),
        ("17053146000e-1", "2024-01-15T10:30:00Z"),
        ("99999999999", "5138-11-16T09:46:39Z"),
        ("100000000000", "1973-03-03T09:46:40Z"),
        ("-1", "1969-12-31T23:59:59Z"),
        ("-1.5", "1969-12-31T23:59:58.500Z"),
        ("-1705314600000", "1915-12-18T13:30:00Z"),
        ("-0.0000000001", "1969-12-31T23:59:59.999999999Z"),
        ("0.0000000001", "1970-01-01T00:00:00Z"),
        ("1e-400", "1970-01-01T00:00:00Z"),
        ("0e999999999", "1970-01-01T00:00:00Z"),
    ] {
        assert_eq!(read(number), shown, "{number}");
        if !number.contains(['e', 'E']) {
            assert_eq!(read(&format!("\"{number}\"")), shown, "\"{number}\"");
        }
    }
}

#[test]
fn a_given_unit_counts_whatever_the_magnitude() {
    assert_eq!(read_as(Unit::Milliseconds, "1000"), "1970-01-01T00:00:01Z");
    assert_eq!(read_as(Unit::Microseconds, "-1"), "1969-12-31T23:59:59.999999Z");
    assert_eq!(read_as(Unit::Nanoseconds, "1705314600"), "1970-01-01T00:00:01.705314600Z");
    assert_eq!(read_as(Unit::Seconds, "\"1705314600\""), "2024-01-15T10:30:00Z");
    assert_eq!(read_as(Unit::Nanoseconds, "1.9"), "1970-01-01T00:00:00.000000001Z");
    assert_eq!(read_as(Unit::Nanoseconds, "-1.1"), "1969-12-31T23:59:59.999999998Z");
    assert_eq!(read_as(Unit::Seconds, "253402300799"), "9999-12-31T23:59:59Z");
    assert!(read_as(Unit::Seconds, "253402300800").contains("outside the years"), "the year 10000");
    for (text, unit) in [("s", Unit::Seconds), ("ms", Unit::Milliseconds), ("µs", Unit::Microseconds)] {
        assert_eq!(Unit::parse(text), Ok(unit));
    }
    assert!(Unit::parse("min").is_err());
}

#[test]
fn what_is_no_time_is_an_error_that_says_why() {
    for (json, why) in [
        (r#""2024-01-15T10:30:00""#, "no zone"),
        (r#""2024-01-15T10:30:00.123""#, "no zone"),
        (r#""2024-02-30T10:30:00Z""#, "no such date"),
        (r#""2023-02-29""#, "no such date"),
        (r#""1900-02-29""#, "no such date"),
        (r#""2024-00-10""#, "no such date"),
        (r#""2024-13-01""#, "no such date"),
        (r#""2024-01-15T24:00:00Z""#, "no such time of day"),
        (r#""2024-01-15T10:60:00Z""#, "no such time of day"),
        (r#""2024-01-15T10:30:61Z""#, "no such time of day"),
        (r#""2024-01-15T10:30:00+24:00""#, "zone"),
        (r#""2024-01-15T10:30:00 CET""#, "zone"),
        (r#""2024-01-15T10:30:00.Z""#, "not like"),
        (r#""2024-01-15T10Z""#, "not like"),
        (r#""15.01.2024""#, "not like"),
        (r#""24-01-15T10:30:00Z""#, "not like"),
        (r#""+12024-01-15T10:30:00Z""#, "not like"),
        (r#""0000-01-01T00:00:00+01:00""#, "outside the years"),
        (r#""9999-12-31T23:59:59-01:00""#, "outside the years"),
        (r#""""#, "not like"),
        (r#""-""#, "no time"),
        (r#""1.2.3""#, "not like"),
        (r#"".""#, "not like"),
        (r#""1.""#, "not like"),
        (r#""1e9""#, "not like"),
        (r#""２０２４-01-15T10:30:00Z""#, "not like"),
        ("null", "no time"),
        ("true", "no time"),
        (r#"{"at":1}"#, "no time"),
        ("[1]", "no time"),
        ("1e400", "outside the years"),
        ("-1e30", "outside the years"),
        ("1e99999999999999999999", "outside the years"),
        ("99999999999999999999999999999999999999999999", "outside the years"),
    ] {
        let error = Timestamp::from_json(json.as_bytes(), None).map(|time| time.to_string()).expect_err(json);
        assert!(error.to_string().contains(why), "{json}: {error}");
        assert_eq!(error.kind(), crate::error::Kind::Data, "{json}");
    }
}

#[test]
fn both_readers_of_utc_agree() {
    for text in ["1583-10-04T23:59:59Z", "2024-02-29T23:59:59.123456789Z", "2100-03-01T00:00:00.9Z"] {
        let fast = parse_utc(text.as_bytes()).expect(text);
        assert_eq!(parse_rfc3339(text.as_bytes()), Ok(fast), "{text}");
    }
    for text in
        ["2024-02-29T23:59:59.Z", "2024-02-29T23:59:60Z", "2024-02-29X23:59:59Z", "2024-2-29T23:59:59.0Z"]
    {
        assert_eq!(parse_utc(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn every_day_of_eight_centuries_comes_back() {
    for day in -200_000..100_000i128 {
        let time = Timestamp(day * 86_400 * SECOND);
        assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
    }
}

#[test]
fn what_lies_outside_the_years_0000_to_9999_is_printed_with_its_sign() {
    assert_eq!(Timestamp(LATEST + 1).to_string(), "+010000-01-01T00:00:00Z");
    assert_eq!(Timestamp(EARLIEST - 1).to_string(), "-000001-12-31T23:59:59.999999999Z");
}

#[test]
fn zones_print_their_offset() {
    let printed = |text: &str, zone: Tz| {
        let mut out = Vec::new();
        Timestamp::parse(text).expect(text).write_in(zone, &mut out);
        String::from_utf8(out).expect("UTF-8")
    };
    let vienna = chrono_tz::Europe::Vienna;
    assert_eq!(printed("2024-01-15T10:30:00Z", vienna), "2024-01-15T11:30:00+01:00");
    assert_eq!(printed("2024-07-15T22:30:00.5Z", vienna), "2024-07-16T00:30:00.500+02:00");
    assert_eq!(printed("1960-01-01T00:00:00Z", chrono_tz::Asia::Kolkata), "1960-01-01T05:30:00+05:30");
    assert_eq!(printed("2024-01-15T10:30:00Z", chrono_tz::UTC), "2024-01-15T10:30:00+00:00");
}

#[test]
fn moments_are_times_words_and_offsets() {
    let now = Timestamp::parse("2024-01-15T10:30:00Z").expect("now");
    let moment = |text: &str| match Moment::parse(text, now) {
        Ok(Moment::Time(time)) => time.to_string(),
        Ok(Moment::Offset(offset)) => format!("@{offset}"),
        Err(error) => error.to_string(),
    };
    for (text, shown) in [
        ("now", "2024-01-15T10:30:00Z"),
        ("-2h", "2024-01-15T08:30:00Z"),
        ("+1h30m", "2024-01-15T12:00:00Z"),
        ("-PT5M", "2024-01-15T10:25:00Z"),
        ("@42", "@42"),
        ("2024-01-14", "2024-01-14T00:00:00Z"),
    ] {
        assert_eq!(moment(text), shown, "{text}");
    }
    for text in ["@", "@-1", "@x", "later", "-", "-5", "2h", "2024-01-15T10:30:00"] {
        let error = Moment::parse(text, now).expect_err(text);
        assert_eq!(error.kind(), crate::error::Kind::Usage, "{text}");
        assert!(error.to_string().contains(" like "), "{text}: {error}");
    }
}

//! The page of `stream stat` for people: bars, a sparkline, lengths of time in words that options take.

use std::fmt::Write as _;

use crate::cli::output::plain;
use crate::operator::stat::Summary;
use crate::operator::stat::summary::{Sizes, TimeSummary, Values};
use crate::time::duration::Duration;

/// How wide the longest bar is.
const BAR: u64 = 30;

/// The levels of a sparkline, the lowest for anything but nothing.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The page.
pub fn page(sources: &[String], summary: &Summary) -> String {
    let mut out = String::new();
    let name = if sources.is_empty() { "-".to_owned() } else { sources.join(" ") };
    line(&mut out, "source", &plain(&name));
    line(&mut out, "events", &summary.events.to_string());
    line(&mut out, "bytes", &summary.bytes.to_string());
    if summary.events == 0 {
        return out;
    }
    match &summary.time {
        Some(time) => times(time, &mut out),
        None => line(&mut out, "first", "no event has an event time; name its field with --time PATH"),
    }
    for (count, what) in [
        (summary.without_time, "without an event time"),
        (summary.unreadable_time, "with one that cannot be read"),
    ] {
        if count > 0 && count < summary.events {
            line(&mut out, "", &format!("{count} of {} events {what}", summary.events));
        }
    }
    line(&mut out, "sizes", &sizes(&summary.sizes));
    values("types", &summary.types, summary.events, &mut out);
    values("entities", &summary.entities, summary.events, &mut out);
    out
}

fn line(out: &mut String, label: &str, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{label:<10} {text}");
}

fn times(time: &TimeSummary, out: &mut String) {
    let span = Duration(time.last.0 - time.first.0).short();
    line(out, "first", &time.first.to_string());
    line(out, "last", &format!("{}, {span} later", time.last));
    if let Some(chart) = &time.chart {
        let most = chart.counts.iter().copied().max().unwrap_or_default();
        let step = chart.step.short();
        line(out, "over time", &sparkline(&chart.counts));
        line(out, "", &format!("{step} a column from {}, at most {most} in one", chart.start));
    }
    let about = if time.is_exact { "" } else { "about " };
    let percent = percent(time.out_of_order, time.timed);
    line(out, "disorder", &format!("{} of {} events out of order, {percent}", time.out_of_order, time.timed));
    let [half, ninety, ninety_nine, all] = time.lateness.map(Duration::short);
    line(
        out,
        "lateness",
        &format!("{about}{half} for 50 %, {ninety} for 90 %, {ninety_nine} for 99 %, {all} for 100 %"),
    );
    line(out, "", &format!("--watermark {} keeps 99.9 %", time.watermark.short()));
}

fn sizes(sizes: &Sizes) -> String {
    let [smallest, half, ninety, ninety_nine, largest] = sizes.quantiles;
    let about = if sizes.is_exact { "" } else { "about " };
    format!(
        "{smallest} to {largest} bytes, {} on average, {about}{half} for 50 %, {ninety} for 90 %, {ninety_nine} for 99 %",
        sizes.average
    )
}

fn values(label: &str, values: &Values, events: u64, out: &mut String) {
    let about = if values.is_exact { "" } else { "about " };
    let without = match values.without {
        0 => String::new(),
        count => format!("; {count} of {events} events without one"),
    };
    line(out, label, &format!("{about}{}{without}", values.distinct));
    let names: Vec<String> = values.top.iter().map(|(text, _)| shown(text)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let most = values.top.first().map_or(1, |(_, count)| *count).max(1);
    let digits = most.to_string().len();
    for (name, (_, count)) in names.iter().zip(&values.top) {
        let fill = " ".repeat(widest - name.chars().count());
        let bar = "█".repeat((count * BAR).div_ceil(most) as usize);
        let spread = " ".repeat((BAR - (count * BAR).div_ceil(most)) as usize);
        let percent = percent(*count, events);
        let _ = writeln!(out, "  {name}{fill}  {bar}{spread}  {count:>digits$}  {percent:>7}");
    }
    let told = values.top.len() as u64;
    if told == 0 && values.error > 0 {
        let _ = writeln!(out, "  none of them has many events");
        return;
    }
    if values.distinct > told {
        let _ = writeln!(out, "  and {about}{} more", values.distinct - told);
    }
    if values.error > 0 {
        let _ = writeln!(out, "  each may have been counted up to {} too low", values.error);
    }
}

/// A value of the data as it is shown: strings without quotes, everything else as JSON.
fn shown(text: &str) -> String {
    plain(&serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned()))
}

fn percent(part: u64, whole: u64) -> String {
    let whole = u128::from(whole.max(1));
    let tenths = (u128::from(part) * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn sparkline(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let level = |count: u64| match count {
        0 => ' ',
        _ => LEVELS[((u128::from(count) * 8).div_ceil(u128::from(most)) - 1) as usize],
    };
    counts.iter().map(|&count| level(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_shows_the_shape_and_leaves_gaps() {
        assert_eq!(sparkline(&[1, 0, 4, 8]), "▁ ▄█");
        assert_eq!(sparkline(&[1, 1_000_000]), "▁█");
        assert_eq!(sparkline(&[u64::MAX]), "█");
    }

    #[test]
    fn percents_are_rounded_to_a_tenth() {
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(0, 0), "0.0 %");
    }
}

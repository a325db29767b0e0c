//! The rate of durable single-line appends by one writer and by sixteen at once: `cargo bench --bench writers`, with
//! `-- --appends N`. Devices flush in very different times, so flushes are also made slower by so many milliseconds.

mod crowd_of_writers;

use std::time::Duration;

use crowd_of_writers::rate;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let after = words.iter().position(|word| word == "--appends").and_then(|at| words.get(at + 1));
    let appends: u64 = after.map_or(300, |text| text.parse().expect("a number follows --appends"));
    println!("| flush slower by | one writer, appends/s | sixteen | ratio |");
    println!("| --- | --- | --- | --- |");
    for milliseconds in [0, 1, 5, 10] {
        let slower = Duration::from_millis(milliseconds);
        let (one, sixteen) = (rate(1, appends, slower), rate(16, appends, slower));
        println!("| {milliseconds} ms | {one:.0} | {sixteen:.0} | {:.1} |", sixteen / one);
    }
}

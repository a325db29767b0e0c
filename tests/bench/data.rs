//! The events that are measured with: a ledger, clicks with purchases, and an auction house after Nexmark. The same number of events is always the
//! same bytes, on every machine, and what the right answers are follows from the same values.

use std::io::{self, Write};

/// 2024-01-01T00:00:00Z in milliseconds.
const BEGIN: u64 = 1_704_067_200_000;

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(count)) >> 64) as u64
    }

    /// Small numbers are likelier than large ones, as popular users are.
    fn popular(&mut self, count: u64) -> u64 {
        let most = self.below(count) + 1;
        self.below(most)
    }
}

/// One entry of the ledger.
pub struct Entry {
    pub account: u64,
    pub kind: &'static str,
    pub cents: u64,
    /// In milliseconds.
    pub time: u64,
    id: u64,
}

/// One click or purchase.
#[derive(Clone)]
pub struct Visit {
    pub user: u64,
    pub product: u64,
    /// In milliseconds.
    pub time: u64,
    /// When it arrives, which is the order of the lines.
    arrival: u64,
    pub id: u64,
}

/// The entries of a ledger, in order.
pub fn ledger(count: u64) -> impl Iterator<Item = Entry> {
    let mut choices = Choices(1);
    let mut time = BEGIN;
    (0..count).map(move |id| {
        time += choices.below(5184);
        let kind = match choices.below(100) {
            0..=54 => "MoneyDeposited",
            55..=92 => "MoneyWithdrawn",
            _ => "FeePaid",
        };
        Entry { account: choices.popular(100_000), kind, cents: choices.below(500_000), time, id }
    })
}

/// How late an event arrives, in milliseconds: most at once, some up to two minutes, a few up to twenty.
fn delay(choices: &mut Choices) -> u64 {
    match choices.below(1000) {
        0 => choices.below(1_200_000),
        1..=50 => choices.below(120_000),
        _ => 0,
    }
}

fn in_order_of_arrival(mut visits: Vec<Visit>) -> Vec<Visit> {
    visits.sort_by_key(|visit| (visit.arrival, visit.id));
    visits
}

/// The clicks in the order in which they arrive.
pub fn clicks(count: u64) -> Vec<Visit> {
    let mut choices = Choices(2);
    let mut time = BEGIN;
    let visits = (0..count).map(|id| {
        time += choices.below(173);
        let (user, product) = (choices.popular(50_000), choices.popular(5_000));
        Visit { user, product, time, arrival: time + delay(&mut choices), id }
    });
    in_order_of_arrival(visits.collect())
}

/// The purchases that some of these clicks lead to, in the order in which they arrive.
pub fn purchases(clicks: &[Visit]) -> Vec<Visit> {
    let mut choices = Choices(3);
    let mut bought = Vec::new();
    for click in clicks {
        if choices.below(5) == 0 {
            let time = click.time + choices.below(7_200_000);
            let arrival = time + delay(&mut choices);
            bought.push(Visit { time, arrival, ..click.clone() });
        }
    }
    in_order_of_arrival(bought)
}

/// RFC 3339 in UTC with milliseconds (days to civil date after Howard Hinnant's "chrono-compatible low-level date
/// algorithms").
fn time_text(milliseconds: u64) -> String {
    let (days, rest) = ((milliseconds / 86_400_000) as i64 + 719_468, milliseconds % 86_400_000);
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (date, civil) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(civil <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!("{year:04}-{civil:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1000)
}

/// Writes the ledger as lines of about 280 bytes.
pub fn write_ledger(out: &mut impl Write, count: u64) -> io::Result<()> {
    for Entry { account, kind, cents, time, id } in ledger(count) {
        writeln!(
            out,
            "{{\"eventId\":\"evt-{id:012}\",\"eventType\":\"{kind}\",\"timestamp\":\"{}\",\"streamId\":\"account-{account}\",\
             \"data\":{{\"amount\":{}.{:02},\"currency\":\"EUR\",\"note\":\"standing order {id} for \\\"rent\\\" and more\"}},\
             \"metadata\":{{\"userId\":\"user-{}\",\"source\":\"web\",\"version\":1}}}}",
            time_text(time),
            cents / 100,
            cents % 100,
            id % 20_000,
        )?;
    }
    Ok(())
}

/// Writes clicks or purchases.
pub fn write_visits(out: &mut impl Write, visits: &[Visit], kind: &str) -> io::Result<()> {
    for Visit { user, product, time, id, .. } in visits {
        writeln!(
            out,
            "{{\"eventId\":\"{kind}-{id}\",\"eventType\":\"{kind}\",\"timestamp\":\"{}\",\"userId\":\"user-{user}\",\
             \"productId\":\"product-{product}\",\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101\",\
             \"page\":\"/product\"}}",
            time_text(*time),
        )?;
    }
    Ok(())
}

/// Something that happens in the auction house of Nexmark (Tucker, Tufte, Papadimos, Maier: "NEXMark, a benchmark for
/// queries over data streams", 2002).
pub enum Happening {
    Person { id: u64, name: String },
    Auction { id: u64, seller: u64 },
    Bid { auction: u64, bidder: u64, price: u64 },
}

/// The first number of persons and auctions.
const FIRST: u64 = 1100;

/// What happens and when, so many milliseconds apart: of fifty events one is a person, three are auctions and the rest are
/// bids. Half of the bids are for a few hot auctions, and prices are coarse, so that some are equal.
pub fn nexmark(count: u64, apart: u64) -> impl Iterator<Item = (u64, Happening)> {
    let mut choices = Choices(4);
    (0..count).map(move |number| {
        let (round, place) = (number / 50, number % 50);
        let recent = |choices: &mut Choices, newest: u64, count: u64| {
            FIRST + newest - choices.below(count.min(newest + 1))
        };
        let happening = match place {
            0 => {
                let first = ["vicky", "peter", "kate", "walter", "sarah"][choices.below(5) as usize];
                let last = ["noris", "smith", "jones", "white", "bartels"][choices.below(5) as usize];
                Happening::Person { id: FIRST + round, name: format!("{first} {last}") }
            }
            1..=3 => Happening::Auction {
                id: FIRST + round * 3 + place - 1,
                seller: recent(&mut choices, round, if place == 1 { 4 } else { 1000 }),
            },
            _ => {
                let newest = round * 3 + 2;
                let is_hot = choices.below(2) == 0;
                let auction =
                    if is_hot { FIRST + newest / 10 * 10 } else { recent(&mut choices, newest, 100) };
                let bidder = recent(&mut choices, round, 1000);
                Happening::Bid { auction, bidder, price: 100 * (1 + choices.below(10_000)) }
            }
        };
        (BEGIN + number * apart, happening)
    })
}

/// Writes the auction house.
pub fn write_nexmark(out: &mut impl Write, count: u64, apart: u64) -> io::Result<()> {
    for (number, (time, happening)) in nexmark(count, apart).enumerate() {
        let (kind, data) = match happening {
            Happening::Person { id, name } => {
                let email = name.replace(' ', ".");
                let data = format!(
                    "\"id\":{id},\"name\":\"{name}\",\"emailAddress\":\"{email}@example.com\",\"city\":\"portland\",\"state\":\"or\""
                );
                ("Person", data)
            }
            Happening::Auction { id, seller } => {
                let data = format!(
                    "\"id\":{id},\"itemName\":\"item {id}\",\"description\":\"as good as new\",\"initialBid\":100,\"seller\":{seller},\"category\":{}",
                    10 + id % 5
                );
                ("Auction", data)
            }
            Happening::Bid { auction, bidder, price } => {
                let data = format!(
                    "\"auction\":{auction},\"bidder\":{bidder},\"price\":{price},\"channel\":\"channel-{}\",\
                     \"url\":\"https://example.com/item.htm?query=1&channel_id={number}\",\"extra\":\"on behalf of a friend\"",
                    number % 100
                );
                ("Bid", data)
            }
        };
        let time = time_text(time);
        writeln!(
            out,
            "{{\"eventId\":\"nx-{number}\",\"eventType\":\"{kind}\",\"timestamp\":\"{time}\",\"data\":{{{data}}}}}"
        )?;
    }
    Ok(())
}

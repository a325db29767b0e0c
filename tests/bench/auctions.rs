//! The auction house after Nexmark that is measured with.

use std::io::{self, Write};

use crate::choices::{BEGIN, Choices, time_text};

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

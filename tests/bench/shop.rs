//! The shop that is measured with: clicks of users on products, a few of which make most of them, and the purchases that some clicks lead to.

use std::io::{self, Write};

use crate::choices::{BEGIN, Choices, Id, Ranks, SEED, money, time_text};

const USERS: u64 = 50_000;
const PRODUCTS: u64 = 5_000;

/// Each user has one of these.
const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
    "ExampleBot/1.0 (+https://example.com/bot)",
];

/// What clicks are called, and on which pages they are.
const KINDS: [&str; 4] = ["PageViewed", "ProductViewed", "ProductViewed", "AddedToCart"];
const PAGES: [&str; 6] = ["/", "/search", "/product", "/cart", "/category/shoes", "/sale?week=27"];

/// One click or purchase.
pub struct Visit {
    pub id: Id,
    pub user: u64,
    pub product: u64,
    /// In milliseconds.
    pub time: u64,
    /// When it arrives, which is the order of the lines.
    arrival: u64,
    what: What,
}

enum What {
    Click { kind: &'static str, page: &'static str },
    Purchase { order: u64, quantity: u64, cents: u64 },
}

/// The clicks, and the purchases, each in the order in which they arrive.
pub struct Shop {
    pub clicks: Vec<Visit>,
    pub purchases: Vec<Visit>,
}

/// A purchase before its line is drawn. They are made in the order of these fields.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    time: u64,
    number: u64,
    user: u64,
    product: u64,
}

/// A shop with so many clicks. A million are made in a day; every fifth leads to a purchase within two hours.
pub fn shop(count: u64) -> Shop {
    let mut choices = Choices(SEED);
    let (users, products) = (Ranks::zipf(USERS, 7919), Ranks::zipf(PRODUCTS, 104_729));
    let mut time = BEGIN;
    let (mut clicks, mut orders) = (Vec::new(), Vec::new());
    for _ in 0..count {
        time += choices.below(173);
        let (user, product) = (users.draw(&mut choices), products.draw(&mut choices));
        let (is_bought, after) = (choices.below(5) == 0, choices.below(7_200_000));
        let arrival = time + delay(&mut choices);
        let what = What::Click { kind: choices.one_of(&KINDS), page: choices.one_of(&PAGES) };
        clicks.push(Visit { id: Id::draw(&mut choices), user, product, time, arrival, what });
        let mut order = |time, user, product| {
            orders.push(Order { time, number: orders.len() as u64 + 1, user, product });
        };
        if is_bought {
            order(time + after, user, product);
        }
        // Some buy what they did not click on.
        let Choices(state) = choices;
        if state % 50 == 0 {
            order(time, (state >> 20) % USERS, (state >> 8) % PRODUCTS);
        }
    }
    Shop { clicks: in_order_of_arrival(clicks), purchases: purchases(orders) }
}

fn purchases(mut orders: Vec<Order>) -> Vec<Visit> {
    let mut choices = Choices(SEED ^ 0x5bd1_e995_0000_0001);
    orders.sort();
    let visits = orders.into_iter().map(|Order { time, number: order, user, product }| {
        let arrival = time + delay(&mut choices);
        let id = Id::draw(&mut choices);
        let (cents, quantity) = (99 + choices.below(30_000), 1 + choices.below(3));
        Visit { id, user, product, time, arrival, what: What::Purchase { order, quantity, cents } }
    });
    in_order_of_arrival(visits.collect())
}

/// How late an event arrives, in milliseconds: most at once, some up to two minutes, a few up to twenty.
fn delay(choices: &mut Choices) -> u64 {
    match choices.below(1000) {
        0 => 120_000 + choices.below(1_080_000),
        1..=50 => 1 + choices.below(120_000),
        _ => 0,
    }
}

/// Those that arrive at once stay in the order in which they were made.
fn in_order_of_arrival(mut visits: Vec<Visit>) -> Vec<Visit> {
    visits.sort_by_key(|visit| visit.arrival);
    visits
}

/// Writes clicks or purchases.
pub fn write_visits(out: &mut impl Write, visits: &[Visit]) -> io::Result<()> {
    for Visit { id, user, product, time, what, .. } in visits {
        let time = time_text(*time);
        let kind = match what {
            What::Click { kind, .. } => kind,
            What::Purchase { .. } => "OrderPlaced",
        };
        write!(
            out,
            "{{\"eventId\":\"{id}\",\"eventType\":\"{kind}\",\"timestamp\":\"{time}\",\"userId\":\"user-{user}\",\
             \"productId\":\"product-{product}\","
        )?;
        match what {
            What::Click { page, .. } => {
                let agent = AGENTS[(user % 6) as usize];
                writeln!(out, "\"userAgent\":\"{agent}\",\"page\":\"{page}\"}}")?;
            }
            What::Purchase { order, quantity, cents } => {
                let amount = money(*cents);
                writeln!(out, "\"orderId\":\"order-{order}\",\"quantity\":{quantity},\"amount\":{amount}}}")?;
            }
        }
    }
    Ok(())
}

//! Six queries of Nexmark: how bourn and DuckDB are asked them, and the right answers. As commands on a file they stand in
//! docs/examples/nexmark.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::auctions::{self, Happening};
use crate::peers::{Peer, duckdb, spaced, with_row};
use crate::workloads::{Files, Workload};

/// The queries.
pub const QUERIES: &[Workload] = &[
    Workload { name: "nexmark-q1", bourn: euros, peers: euros_peers, answer: in_euros, row: euro_row },
    Workload { name: "nexmark-q2", bourn: some, peers: some_peers, answer: of_some, row: cells },
    Workload { name: "nexmark-q5", bourn: hot, peers: hot_peers, answer: hottest, row: cells },
    Workload { name: "nexmark-q7", bourn: highest, peers: highest_peers, answer: highest_bids, row: cells },
    Workload {
        name: "nexmark-q8",
        bourn: newcomers,
        peers: newcomers_peers,
        answer: new_sellers,
        row: cells,
    },
    Workload {
        name: "nexmark-q11",
        bourn: visits,
        peers: visits_peers,
        answer: visits_of_bidders,
        row: cells,
    },
];

const SECOND: u64 = 1000;

/// How many milliseconds lie between two events.
pub const APART: u64 = 10;

fn asked(files: &Files, command: &str, rest: &[&str]) -> Vec<String> {
    let path = files.nexmark.display().to_string();
    let rest = rest.iter().map(|word| (*word).to_owned());
    [command.to_owned(), path].into_iter().chain(rest).collect()
}

/// An array as its elements with spaces between them.
fn cells(row: &serde_json::Value) -> String {
    let cells = row.as_array().into_iter().flatten();
    let text = |cell: &serde_json::Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
    cells.map(text).collect::<Vec<_>>().join(" ")
}

/// The bids: time, auction, bidder, price.
fn bids(count: u64) -> impl Iterator<Item = (u64, u64, u64, u64)> {
    auctions::nexmark(count, APART).filter_map(|(time, happening)| match happening {
        Happening::Bid { auction, bidder, price } => Some((time, auction, bidder, price)),
        _ => None,
    })
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

/// DuckDB is asked about a table of the bids.
fn of_bids(files: &Files, query: &str) -> Vec<Peer> {
    let bids = format!(
        "WITH bid AS (SELECT data.auction AS auction, data.bidder AS bidder, data.price AS price, epoch_ms(timestamp) AS t \
         FROM {} WHERE eventType = 'Bid')",
        events(&files.nexmark)
    );
    vec![with_row(duckdb(&format!("{bids}{query}")), spaced)]
}

fn events(path: &Path) -> String {
    format!(
        "read_ndjson('{}', columns={{eventType:'VARCHAR',timestamp:'TIMESTAMP',data:'STRUCT(id BIGINT,name VARCHAR,seller BIGINT,\
         auction BIGINT,bidder BIGINT,price BIGINT)'}})",
        path.display()
    )
}

fn euros(files: &Files) -> Vec<String> {
    let select = "[.data.auction, .data.bidder, 0.908 * .data.price, (.timestamp | fromdate * 1000 | floor)]";
    asked(files, "cat", &["--type", "Bid", "--select", select])
}

fn euro_row(row: &serde_json::Value) -> String {
    let price = row[2].as_f64().unwrap_or(f64::NAN);
    format!("{} {} {price:.3} {}", row[0], row[1], row[3])
}

fn in_euros(count: u64) -> Vec<String> {
    let row = |(time, auction, bidder, price)| {
        let thousandths = 908 * price;
        format!("{auction} {bidder} {}.{:03} {time}", thousandths / 1000, thousandths % 1000)
    };
    sorted(bids(count).map(row).collect())
}

fn euros_peers(files: &Files) -> Vec<Peer> {
    of_bids(files, " SELECT auction, bidder, (0.908*price)::DECIMAL(20,3), t FROM bid")
}

fn some(files: &Files) -> Vec<String> {
    let rest = ["--type", "Bid", "--where", ".data.auction % 123 == 0", "--select"];
    asked(files, "cat", &[&rest[..], &["[.data.auction, .data.price]"]].concat())
}

fn of_some(count: u64) -> Vec<String> {
    let some = bids(count).filter(|(_, auction, ..)| auction % 123 == 0);
    sorted(some.map(|(_, auction, _, price)| format!("{auction} {price}")).collect())
}

fn some_peers(files: &Files) -> Vec<Peer> {
    of_bids(files, " SELECT auction, price FROM bid WHERE auction % 123 = 0")
}

fn hot(files: &Files) -> Vec<String> {
    let window = ["--type", "Bid", "--hopping", "10s/2s", "--by", ".data.auction", "-a", "bids=count()"];
    let top = ["--top", "1", "--ties", "--per-window", "--summary", "none", "--select"];
    let select = "[(.window.start | fromdate * 1000 | floor), .key.auction, .bids]";
    asked(files, "window", &[&window[..], &top, &[select]].concat())
}

fn hottest(count: u64) -> Vec<String> {
    let mut counts: BTreeMap<u64, BTreeMap<u64, u64>> = BTreeMap::new();
    for (time, auction, ..) in bids(count) {
        for hop in 0..5 {
            let start = time - time % (2 * SECOND) - hop * 2 * SECOND;
            *counts.entry(start).or_default().entry(auction).or_default() += 1;
        }
    }
    let rows = counts.iter().flat_map(|(start, counts)| {
        let most = counts.values().max().copied();
        let hottest = counts.iter().filter(move |(_, count)| Some(**count) == most);
        hottest.map(move |(auction, count)| format!("{start} {auction} {count}"))
    });
    sorted(rows.collect())
}

fn hot_peers(files: &Files) -> Vec<Peer> {
    let query = ", s AS (SELECT t//2000*2000 AS s, auction, count(*) AS n FROM bid GROUP BY 1,2), \
        h AS (SELECT s - 2000*k AS w, auction, sum(n)::BIGINT AS n FROM s, range(5) r(k) GROUP BY 1,2) \
        SELECT w, auction, n FROM (SELECT *, max(n) OVER (PARTITION BY w) AS mx FROM h) WHERE n = mx";
    of_bids(files, query)
}

fn highest(files: &Files) -> Vec<String> {
    let aggregate = "bids=at_max(.data.price; [.data.auction, .data.price, .data.bidder, (.timestamp | fromdate * 1000 | floor)])";
    let window = ["--type", "Bid", "--tumbling", "10s", "--summary", "none", "-a", aggregate];
    asked(files, "window", &[&window[..], &["--select", ".bids[]"]].concat())
}

fn highest_bids(count: u64) -> Vec<String> {
    let mut highest: BTreeMap<u64, (u64, Vec<String>)> = BTreeMap::new();
    for (time, auction, bidder, price) in bids(count) {
        let (most, rows) = highest.entry(time / (10 * SECOND)).or_default();
        if price > *most {
            (*most, *rows) = (price, Vec::new());
        }
        if price == *most {
            rows.push(format!("{auction} {price} {bidder} {time}"));
        }
    }
    sorted(highest.into_values().flat_map(|(_, rows)| rows).collect())
}

fn highest_peers(files: &Files) -> Vec<Peer> {
    let query = ", m AS (SELECT t//10000 AS w, max(price) AS mx FROM bid GROUP BY 1) \
        SELECT auction, price, bidder, t FROM bid JOIN m ON price = mx AND t//10000 = w";
    of_bids(files, query)
}

fn newcomers(files: &Files) -> Vec<String> {
    let window = ["--type", "Person,Auction", "--tumbling", "10s", "--summary", "none"];
    let by = ["--by", "person=if .eventType == \"Person\" then .data.id else .data.seller end"];
    let aggregates = [
        "-a",
        "name=last(.data.name) where .eventType == \"Person\"",
        "-a",
        "auctions=count() where .eventType == \"Auction\"",
    ];
    let select = "[.key.person, .name, (.window.start | fromdate * 1000 | floor)]";
    let rows = ["--having", ".name != null and .auctions > 0", "--select", select];
    asked(files, "window", &[&window[..], &by, &aggregates, &rows].concat())
}

fn new_sellers(count: u64) -> Vec<String> {
    let (mut came, mut sold) = (BTreeMap::new(), BTreeSet::new());
    for (time, happening) in auctions::nexmark(count, APART) {
        let start = time - time % (10 * SECOND);
        match happening {
            Happening::Person { id, name } => {
                came.insert(id, (start, name));
            }
            Happening::Auction { seller, .. } => {
                sold.insert((seller, start));
            }
            Happening::Bid { .. } => {}
        }
    }
    let new = came.into_iter().filter(|(id, (start, _))| sold.contains(&(*id, *start)));
    sorted(new.map(|(id, (start, name))| format!("{id} {name} {start}")).collect())
}

fn newcomers_peers(files: &Files) -> Vec<Peer> {
    let query = format!(
        "WITH e AS MATERIALIZED (SELECT eventType, data.id AS id, data.name AS name, data.seller AS seller, \
         epoch_ms(timestamp)//10000*10000 AS w FROM {} WHERE eventType <> 'Bid') \
         SELECT DISTINCT p.id, p.name, p.w FROM e p JOIN e a \
         ON p.eventType='Person' AND a.eventType='Auction' AND p.id = a.seller AND p.w = a.w",
        events(&files.nexmark)
    );
    vec![with_row(duckdb(&query), spaced)]
}

fn visits(files: &Files) -> Vec<String> {
    let window = ["--type", "Bid", "--session", "10s", "--by", ".data.bidder", "-a", "bids=count()"];
    let select = "[.key.bidder, .bids, (.window.start | fromdate * 1000 | floor)]";
    asked(files, "window", &[&window[..], &["--summary", "none", "--select", select]].concat())
}

fn visits_of_bidders(count: u64) -> Vec<String> {
    let mut times: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    bids(count).for_each(|(time, _, bidder, _)| times.entry(bidder).or_default().push(time));
    let rows = times.iter().flat_map(|(bidder, times)| {
        let visits = times.chunk_by(|a, b| b - a <= 10 * SECOND);
        visits.map(move |visit| format!("{bidder} {} {}", visit.len(), visit[0]))
    });
    sorted(rows.collect())
}

fn visits_peers(files: &Files) -> Vec<Peer> {
    let query = ", g AS (SELECT bidder, t, CASE WHEN t - lag(t) OVER w > 10000 THEN 1 ELSE 0 END AS cut FROM bid \
        WINDOW w AS (PARTITION BY bidder ORDER BY t)), s AS (SELECT bidder, t, \
        sum(cut) OVER (PARTITION BY bidder ORDER BY t ROWS UNBOUNDED PRECEDING) AS sid FROM g) \
        SELECT bidder, count(*), min(t) FROM s GROUP BY bidder, sid";
    of_bids(files, query)
}

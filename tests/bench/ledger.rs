//! The ledger that is measured with: a hundred thousand accounts of which a few have most of the entries, and notes that mislead whoever looks for
//! text and does not parse. It can be had with accounts that are all equally likely, and written so that lines differ.

use std::io::{self, Write};

use crate::choices::{BEGIN, Choices, Id, Ranks, SEED, money, time_text};

/// How many accounts there are; of a million entries some 80,000 have one, if a few have most.
const ACCOUNTS: u64 = 100_000;

/// Spreads the popular accounts over the numbers.
const SPREAD: u64 = 61_803_399;

/// Notes begin with one of these.
const NOTES: [&str; 12] = [
    "salary",
    "rent",
    "groceries",
    "card payment at terminal",
    "monthly fee",
    "transfer from savings",
    "ATM",
    "refund of order",
    "invoice",
    "subscription renewal",
    "gift",
    "standing order",
];

/// How some notes end, as JSON has it: with escapes, with other scripts, with an event, with the name of a type.
const ESCAPES: &str = r#" for \"Müller & Søn\" \u00e9t\u00e9"#;
const EVENT: &str = r#" {\"eventType\":\"FeePaid\",\"streamId\":\"account-1\"}"#;
const TYPE: &str = r"\ncorrected by FeePaid desk 🏦";

/// One entry of the ledger.
pub struct Entry {
    pub id: Id,
    pub account: u64,
    pub kind: &'static str,
    pub cents: u64,
    /// In milliseconds.
    pub time: u64,
    user: u64,
    source: &'static str,
    note: Note,
}

/// The note of an entry: a beginning, a number, an end.
struct Note(&'static str, u64, &'static str);

/// The entries of a ledger, in order: a few accounts have most of them.
pub fn ledger(count: u64) -> impl Iterator<Item = Entry> {
    entries(count, Ranks::zipf(ACCOUNTS, SPREAD))
}

/// The entries of a ledger in which all accounts are equally likely.
pub fn even_ledger(count: u64) -> impl Iterator<Item = Entry> {
    entries(count, Ranks::even(ACCOUNTS, SPREAD))
}

/// The first entry of an account creates it. A million entries are made in thirty days.
fn entries(count: u64, accounts: Ranks) -> impl Iterator<Item = Entry> {
    let mut choices = Choices(SEED);
    let mut time = BEGIN;
    let mut is_there = vec![false; accounts.count() as usize];
    (0..count).map(move |_| {
        time += choices.below(5184);
        let account = accounts.draw(&mut choices);
        let was_there = std::mem::replace(&mut is_there[account as usize], true);
        entry(&mut choices, time, account, was_there)
    })
}

fn entry(choices: &mut Choices, time: u64, account: u64, is_there: bool) -> Entry {
    let kind = match is_there.then(|| choices.below(100)) {
        None => "AccountCreated",
        Some(0..=54) => "MoneyDeposited",
        Some(55..=92) => "MoneyWithdrawn",
        Some(_) => "FeePaid",
    };
    let cents = match kind {
        "AccountCreated" => 0,
        "FeePaid" => 50 + choices.below(950),
        _ => 1 + choices.below(500_000),
    };
    let user = choices.below(20_000);
    let source = choices.one_of(&["atm", "web", "mobile", "branch", "batch"]);
    let (words, number) = (choices.one_of(&NOTES), choices.below(1_000_000));
    let end = match choices.below(1000) {
        0..=9 => ESCAPES,
        10..=11 => EVENT,
        12..=13 => TYPE,
        _ => "",
    };
    Entry { id: Id::draw(choices), account, kind, cents, time, user, source, note: Note(words, number, end) }
}

/// How a line is written.
enum Form {
    /// As all lines are.
    Plain,
    /// With the keys in another order, and spaces between the words.
    Spaced,
    /// With an escape in a key, a deeper field that is called like the type, and another end.
    Odd,
}

/// Writes entries as lines of about 280 bytes that all have the same form.
pub fn write_ledger(out: &mut impl Write, mut entries: impl Iterator<Item = Entry>) -> io::Result<()> {
    entries.try_for_each(|entry| write_entry(out, &entry, &Form::Plain))
}

/// Writes entries so that of fifty lines two have another form.
pub fn write_messy_ledger(out: &mut impl Write, entries: impl Iterator<Item = Entry>) -> io::Result<()> {
    let form = |number| match number % 50 {
        17 => Form::Spaced,
        34 => Form::Odd,
        _ => Form::Plain,
    };
    entries.enumerate().try_for_each(|(number, entry)| write_entry(out, &entry, &form(number)))
}

fn write_entry(out: &mut impl Write, entry: &Entry, form: &Form) -> io::Result<()> {
    let Entry { id, account, kind, user, source, .. } = entry;
    let (time, amount) = (time_text(entry.time), money(entry.cents));
    let currency = ["EUR", "EUR", "EUR", "USD", "GBP"][(account % 5) as usize];
    let Note(words, number, end) = entry.note;
    match form {
        Form::Plain => writeln!(
            out,
            "{{\"eventId\":\"{id}\",\"eventType\":\"{kind}\",\"timestamp\":\"{time}\",\"streamId\":\"account-{account}\",\
             \"data\":{{\"amount\":{amount},\"currency\":\"{currency}\",\"note\":\"{words} {number}{end}\"}},\
             \"metadata\":{{\"userId\":\"user-{user}\",\"source\":\"{source}\",\"version\":1}}}}"
        ),
        Form::Spaced => writeln!(
            out,
            "{{ \"metadata\": {{ \"version\": 1, \"source\": \"{source}\", \"userId\": \"user-{user}\" }}, \
             \"data\": {{ \"note\": \"{words} {number}{end}\", \"currency\": \"{currency}\", \"amount\": {amount} }}, \
             \"streamId\": \"account-{account}\", \"timestamp\": \"{time}\", \"eventType\": \"{kind}\", \"eventId\": \"{id}\" }}"
        ),
        Form::Odd => writeln!(
            out,
            "{{\"\\u0065ventType\":\"{kind}\",\"eventId\":\"{id}\",\"streamId\":\"account-{account}\",\"timestamp\":\"{time}\",\
             \"data\":{{\"amount\":{amount},\"currency\":\"{currency}\",\"note\":\"{words} {number}{end}\",\"eventType\":\"FeePaid\"}},\
             \"metadata\":{{\"userId\":\"user-{user}\",\"source\":\"{source}\",\"version\":1}}}}\r"
        ),
    }
}

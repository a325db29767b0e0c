//! Read models in SQLite: what is in the table is what a fold over everything says, however often the runs that keep it
//! are killed. `BOURN_TEST_KILLS` says how often.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rusqlite::Connection;

const MODEL: &[&str] = &[
    "fold",
    "ledger",
    "--by",
    ".account",
    "-a",
    "balance=sum(.amount)",
    "-a",
    "events=count()",
    "--into",
    "sqlite:shop.db#accounts",
];

fn bourn(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bourn"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    bourn(folder, arguments).output().expect("bourn runs")
}

fn succeed(folder: &Path, arguments: &[&str]) {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Appends `count` events, of which the first has the number `first`; gives the cents of each account.
fn append(folder: &Path, first: u64, count: u64, cents: &mut BTreeMap<String, (i64, i64)>) {
    let mut append =
        bourn(folder, &["append", "ledger"]).stdin(Stdio::piped()).spawn().expect("bourn starts");
    let mut lines = String::new();
    for n in first..first + count {
        let (account, amount) = (format!("a{}", n % 50), (n * 7919 % 10_000) as i64 - 3000);
        let sign = if amount < 0 { "-" } else { "" };
        let (whole, part) = (amount.abs() / 100, amount.abs() % 100);
        lines.push_str(&format!("{{\"account\":\"{account}\",\"amount\":{sign}{whole}.{part:02}}}\n"));
        let entry = cents.entry(account).or_default();
        *entry = (entry.0 + amount, entry.1 + 1);
    }
    append.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("written");
    assert!(append.wait_with_output().expect("it ends").status.success());
}

/// The rows of the table: cents and events of each account.
fn rows(folder: &Path) -> BTreeMap<String, (i64, i64)> {
    let database = Connection::open(folder.join("shop.db")).expect("it opens");
    let mut query =
        database.prepare("SELECT account, balance, events FROM accounts").expect("the table is there");
    let rows = query.query_map([], |row| {
        let balance: f64 = row.get(1)?;
        Ok((row.get::<_, String>(0)?, ((balance * 100.0).round() as i64, row.get::<_, i64>(2)?)))
    });
    rows.expect("it reads").map(|row| row.expect("a row")).collect()
}

#[test]
fn a_table_that_is_kept_by_killed_runs_says_what_a_fold_over_everything_says() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    let kills = std::env::var("BOURN_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let mut expected = BTreeMap::new();
    append(folder, 0, 20_000, &mut expected);
    let mut written = 20_000;
    for kill in 0..kills {
        append(folder, written, 500, &mut expected);
        written += 500;
        let mut reader = bourn(folder, MODEL).stderr(Stdio::null()).spawn().expect("bourn starts");
        std::thread::sleep(Duration::from_millis(kill * 13 % 60));
        reader.kill().expect("it can be killed, or is gone already");
        reader.wait().expect("it ends");
    }
    succeed(folder, MODEL);
    assert_eq!(rows(folder), expected);
    let renamed = [&["fold", "./ledger"], &MODEL[2..]].concat();
    assert_eq!(run(folder, &renamed).status.code(), Some(2), "another name would count everything twice");
    // Only what is new is read.
    let summary = run(folder, &[MODEL, &["--summary", "text"]].concat());
    assert!(String::from_utf8_lossy(&summary.stderr).contains("read 0"), "{summary:?}");
}

#[test]
fn several_tables_stand_side_by_side_and_each_is_made_anew_on_its_own() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    let mut expected = BTreeMap::new();
    append(folder, 0, 100, &mut expected);
    let total = ["fold", "ledger", "-a", "most=max(.amount)", "--into", "sqlite:shop.db#total"];
    let reducer = [
        "fold",
        "ledger",
        "--init",
        "[]",
        "--reduce",
        ". + [$e.amount] | .[-2:]",
        "--into",
        "sqlite:shop.db#last",
    ];
    for words in [MODEL, &total, &reducer] {
        succeed(folder, words);
    }
    let database = Connection::open(folder.join("shop.db")).expect("it opens");
    let one = |query: &str| {
        database.query_row(query, [], |row| row.get::<_, rusqlite::types::Value>(0)).expect(query)
    };
    assert_eq!(one("SELECT most FROM total"), rusqlite::types::Value::Real(67.63));
    assert_eq!(one("SELECT state FROM last"), rusqlite::types::Value::Text("[30.62,9.81]".into()));
    // A reader that has begun sees the old table to its end.
    let reader = Connection::open(folder.join("shop.db")).expect("it opens");
    reader.execute_batch("PRAGMA journal_mode=WAL; BEGIN; SELECT count(*) FROM accounts").expect("it reads");
    let other = [&MODEL[..4], &["-a", "most=max(.amount)", "--into", "sqlite:shop.db#accounts"]].concat();
    let refused = run(folder, &other);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    succeed(folder, &[&other[..], &["--rebuild"]].concat());
    reader
        .query_row("SELECT sum(events) FROM accounts", [], |row| row.get::<_, i64>(0))
        .expect("the old columns");
    reader.execute_batch("COMMIT").expect("it ends");
    assert_eq!(one("SELECT count(most) FROM accounts"), rusqlite::types::Value::Integer(50));
    assert_eq!(one("SELECT count(*) FROM total"), rusqlite::types::Value::Integer(1));
}

#[test]
fn a_table_of_somebody_else_and_a_changed_history_are_refused() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    let file = folder.join("ledger");
    std::fs::write(&file, "{\"account\":\"a\",\"amount\":1}\n{\"account\":\"b\",\"amount\":2}\n")
        .expect("written");
    let database = Connection::open(folder.join("shop.db")).expect("it opens");
    database.execute_batch("CREATE TABLE accounts (x)").expect("a table");
    let refused = run(folder, MODEL);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is not a read model of bourn"));
    database.execute_batch("DROP TABLE accounts").expect("no table");
    succeed(folder, MODEL);
    std::fs::write(&file, "{\"account\":\"a\",\"amount\":1}\n{\"account\":\"b\",\"amount\":3}\n")
        .expect("written");
    let changed = run(folder, MODEL);
    assert_eq!(changed.status.code(), Some(3), "{changed:?}");
    assert_eq!(rows(folder), BTreeMap::from([("a".to_owned(), (100, 1)), ("b".to_owned(), (200, 1))]));
    succeed(folder, &[MODEL, &["--rebuild"]].concat());
    assert_eq!(rows(folder)["b"], (300, 1));
}

#[test]
fn a_run_that_is_interrupted_stores_nothing_and_leaves_a_table_in_a_file_as_it_was() {
    let place = tempfile::tempdir().expect("a directory");
    let folder = place.path();
    for target in ["sqlite:shop.db#accounts", "csv:table.csv", "table.jsonl"] {
        std::fs::write(folder.join("table.csv"), "old").expect("written");
        std::fs::write(folder.join("table.jsonl"), "old").expect("written");
        let words = ["fold", "-", "-a", "events=count()", "--into", target];
        let mut fold = bourn(folder, &words).stdin(Stdio::piped()).spawn().expect("bourn starts");
        fold.stdin.as_mut().expect("a pipe").write_all(&b"{}\n".repeat(200_000)).expect("written");
        let killed = Command::new("kill").args(["-INT", &fold.id().to_string()]).status().expect("kill runs");
        assert!(killed.success());
        write_until_closed(fold.stdin.as_mut().expect("a pipe"));
        let output = fold.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{target}: {output:?}");
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("it is there");
    assert_eq!((text("table.csv"), text("table.jsonl")), ("old".to_owned(), "old".to_owned()));
    let database = Connection::open(folder.join("shop.db")).expect("it opens");
    let tables = database.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0));
    assert_eq!(tables, Ok(0));
}

/// Writes lines until nobody reads them: whoever has been interrupted reads no more, once it has seen the signal.
fn write_until_closed(pipe: &mut impl Write) {
    for _ in 0..60_000 {
        match pipe.write_all(&b"{}\n".repeat(1_000)) {
            Ok(()) => std::thread::sleep(std::time::Duration::from_millis(1)),
            Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => return,
            Err(cause) => panic!("cannot write: {cause}"),
        }
    }
    panic!("the signal is not seen in a minute");
}

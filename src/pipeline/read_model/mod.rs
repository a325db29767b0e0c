//! Read models: the states of a fold as a table of an SQLite database, kept up to date by run after run. The rows, the
//! position and the state of the fold are written in one transaction, so that they can never disagree. What a JSON
//! value is in a cell is in the file beside.

mod cell;

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::resume::Keeper;
use super::sink::Sink;
use crate::error::{Error, Kind, Result};
use cell::Row;

/// Holds the runs of all read models of a database.
const RUNS: &str = "bourn_read_models";

/// The column that makes a row known: its key as JSON.
pub const KEY: &str = "_key";

/// How long somebody else who writes to the database is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a read model is called, and of what its rows consist.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The database file.
    pub file: String,
    /// The table.
    pub table: String,
    /// The parts of the key.
    pub parts: Vec<String>,
    /// The other columns; of a reducer without a name of its own, one.
    pub columns: Vec<String>,
    /// Whether a row is nothing but the state of a reducer.
    pub is_bare: bool,
}

impl Shape {
    /// Reads `FILE#TABLE`, as it stands behind `sqlite:`.
    pub fn parse(target: &str) -> Result<Shape> {
        let is_name = |name: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            !name.is_empty() && name.bytes().all(is_letter) && !name.as_bytes()[0].is_ascii_digit()
        };
        match target.rsplit_once('#') {
            Some((file, table))
                if !file.is_empty() && is_name(table) && !table.eq_ignore_ascii_case(RUNS) =>
            {
                Ok(Shape {
                    file: file.to_owned(),
                    table: table.to_owned(),
                    parts: Vec::new(),
                    columns: Vec::new(),
                    is_bare: false,
                })
            }
            _ => Err(Error::usage(format!("'sqlite:{target}' names no table of a database"))
                .hint("write it like sqlite:shop.db#accounts; a name has letters, digits and '_'")),
        }
    }

    /// Refuses columns that SQLite would take for the same.
    fn check(&self) -> Result<()> {
        let mut names: Vec<String> = self.names().map(str::to_ascii_lowercase).collect();
        names.sort();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            None => Ok(()),
            Some(pair) => Err(Error::usage(format!("two columns of the table are called {}", pair[0]))
                .hint("name them apart, as in --by 'user=.userId' or -a 'total=sum(.x)'")),
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(KEY).chain(self.parts.iter().chain(&self.columns).map(String::as_str))
    }

    fn create(&self) -> String {
        let columns: Vec<String> = self.names().map(quoted).collect();
        let key = quoted(KEY);
        let rest = columns[1..].iter().map(|name| format!(", {name}")).collect::<String>();
        format!("CREATE TABLE {} ({key} TEXT PRIMARY KEY NOT NULL{rest})", quoted(&self.table))
    }

    fn upsert(&self) -> String {
        let columns: Vec<String> = self.names().map(quoted).collect();
        let marks = vec!["?"; columns.len()].join(",");
        let set: Vec<String> = columns.iter().map(|name| format!("{name}=excluded.{name}")).collect();
        let (table, key) = (quoted(&self.table), quoted(KEY));
        format!(
            "INSERT INTO {table} ({}) VALUES ({marks}) ON CONFLICT({key}) DO UPDATE SET {}",
            columns.join(","),
            set.join(",")
        )
    }
}

/// A name as SQL has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A read model on its way from the last run to the next.
pub struct ReadModel {
    shape: Shape,
    connection: RefCell<Connection>,
    /// The header of the last run, as it was when this one began; nothing when there was none.
    found: RefCell<Option<String>>,
    is_rebuilt: bool,
    /// The rows that this run has changed, as lines of JSON.
    rows: RefCell<Vec<u8>>,
}

impl ReadModel {
    /// Opens the database, which is made when it is missing; with `is_rebuilt` all rows are made anew.
    pub fn open(shape: Shape, is_rebuilt: bool) -> Result<Rc<ReadModel>> {
        shape.check()?;
        let failed = |error: rusqlite::Error| failed(&shape.file, &error);
        let connection = Connection::open(Path::new(&shape.file)).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        let found = header(&connection, &shape.table).map_err(failed)?;
        if found.is_none() && has_table(&connection, &shape.table).map_err(failed)? {
            return Err(Error::usage(format!(
                "the table {} of {} is not a read model of bourn",
                shape.table, shape.file
            ))
            .hint("name another table; this one is left as it is"));
        }
        let (connection, rows) = (RefCell::new(connection), RefCell::new(Vec::new()));
        Ok(Rc::new(ReadModel { shape, connection, found: RefCell::new(found), is_rebuilt, rows }))
    }

    fn failed(&self, error: &rusqlite::Error) -> Error {
        failed(&self.shape.file, error)
    }

    /// Puts the rows and the run into the transaction.
    fn put(&self, transaction: &Transaction<'_>, header: &str, state: &[u8]) -> rusqlite::Result<()> {
        transaction.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {RUNS} (name TEXT PRIMARY KEY NOT NULL, run TEXT NOT NULL, state BLOB NOT NULL)"
        ))?;
        let is_new = self.found.borrow().is_none();
        if self.is_rebuilt {
            transaction.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(&self.shape.table)))?;
        }
        if is_new || self.is_rebuilt {
            transaction.execute_batch(&self.shape.create())?;
        }
        let mut upsert = transaction.prepare(&self.shape.upsert())?;
        for line in self.rows.borrow().split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            upsert.execute(rusqlite::params_from_iter(Row::read(line, &self.shape).cells()))?;
        }
        transaction.execute(
            &format!("INSERT INTO {RUNS} (name, run, state) VALUES (?, ?, ?) ON CONFLICT(name) DO UPDATE SET run=excluded.run, state=excluded.state"),
            params![self.shape.table, header, state],
        )?;
        Ok(())
    }
}

/// The header of the last run of a table.
fn header(connection: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    if !has_table(connection, RUNS)? {
        return Ok(None);
    }
    let query = format!("SELECT run FROM {RUNS} WHERE name = ?");
    connection.query_row(&query, [table], |row| row.get(0)).optional()
}

fn has_table(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let query = "SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE";
    connection.query_row(query, [table], |_| Ok(())).optional().map(|found| found.is_some())
}

#[cold]
fn failed(file: &str, error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let code = error.sqlite_error_code();
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::conflict(format!("somebody else writes to {file}")).hint("try again when that has ended")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::data(format!("{file} is no SQLite database, or a damaged one")).hint("name another file")
        }
        Some(ErrorCode::CannotOpen) => Error::new(Kind::System, format!("cannot open {file} as a database"))
            .hint("does its directory exist, and may you write to it?"),
        _ => Error::new(Kind::System, format!("cannot write to {file}: {error}")),
    }
}

impl Keeper for Rc<ReadModel> {
    fn read(&self) -> Result<Option<Vec<u8>>> {
        let Some(header) = self.found.borrow().clone() else { return Ok(None) };
        let query = format!("SELECT state FROM {RUNS} WHERE name = ? AND run = ?");
        let connection = self.connection.borrow();
        let state =
            connection.query_row(&query, [&self.shape.table, &header], |row| row.get::<_, Vec<u8>>(0));
        let mut kept = header.into_bytes();
        kept.push(b'\n');
        kept.extend_from_slice(&state.map_err(|error| self.failed(&error))?);
        Ok(Some(kept))
    }

    fn write(&self, content: &[u8]) -> Result<()> {
        let end = memchr::memchr(b'\n', content).unwrap_or(content.len());
        let header_text = String::from_utf8_lossy(&content[..end]).into_owned();
        let failed = |error: rusqlite::Error| self.failed(&error);
        let mut connection = self.connection.borrow_mut();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        if header(&transaction, &self.shape.table).map_err(failed)? != *self.found.borrow() {
            return Err(Error::conflict(format!(
                "another run has brought the table {} of {} further meanwhile; nothing was stored",
                self.shape.table, self.shape.file
            ))
            .hint("let one run at a time write a table; run it again to go on from there"));
        }
        self.put(&transaction, &header_text, content.get(end + 1..).unwrap_or_default()).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        *self.found.borrow_mut() = Some(header_text);
        self.rows.borrow_mut().clear();
        Ok(())
    }

    fn shown(&self) -> String {
        format!("{}#{}", self.shape.file, self.shape.table)
    }

    fn takes_whole_runs(&self) -> bool {
        true
    }
}

impl Sink for Rc<ReadModel> {
    fn write(&mut self, lines: &[u8]) -> Result<()> {
        self.rows.borrow_mut().extend_from_slice(lines);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

//! How other programs are asked the same questions, and how their rows become those of the answer. Programs that are not
//! installed are left out. Polars and chdb are Python libraries: `BOURN_BENCH_PYTHON` names the Python that has them.

use std::path::Path;

use crate::workloads::Files;

/// A program that answers the same question.
pub struct Peer {
    /// What it is called in the table.
    pub name: &'static str,
    /// The program that is run.
    pub program: String,
    pub words: Vec<String>,
    /// A line of its output in the form of the answer; nothing when its lines are those of the events.
    pub row: Option<fn(&str) -> String>,
    /// Whether it gives no answer, and only its cost can be compared.
    pub is_silent: bool,
}

pub fn peer(name: &'static str, program: &str, words: &[&str]) -> Peer {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Peer { name, program: program.to_owned(), words, row: None, is_silent: false }
}

/// DuckDB with a query whose rows come out as CSV.
pub fn duckdb(query: &str) -> Peer {
    peer("duckdb", "duckdb", &["-init", "/dev/null", "-noheader", "-csv", "-c", query])
}

fn python(name: &'static str, program: &str) -> Peer {
    let python = std::env::var("BOURN_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    peer(name, &python, &["-c", program])
}

/// A peer whose lines become rows of the answer so.
pub fn with_row(peer: Peer, row: fn(&str) -> String) -> Peer {
    Peer { row: Some(row), ..peer }
}

/// The text of a file's name within a query or a Python text: of names made by the runner none has a quote.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `a,b,c` as `a b c`.
pub fn spaced(line: &str) -> String {
    line.replace(',', " ").replace('"', "")
}

/// Nobody else answers it.
pub fn none(_: &Files) -> Vec<Peer> {
    Vec::new()
}

/// The columns of the ledger for DuckDB.
const LEDGER: &str = "columns={eventId:'VARCHAR',eventType:'VARCHAR',timestamp:'TIMESTAMP',streamId:'VARCHAR',\
    data:'STRUCT(amount DECIMAL(18,2),currency VARCHAR,note VARCHAR)',\
    metadata:'STRUCT(userId VARCHAR,source VARCHAR,version INTEGER)'}";

/// The events of a ledger for which a clause holds, every field read and written again.
pub fn duckdb_over(ledger: &Path, clause: &str) -> Peer {
    let path = shown(ledger);
    duckdb(&format!(
        "COPY (SELECT * FROM read_ndjson('{path}', {LEDGER}) {clause}) TO '/dev/stdout' (FORMAT json)"
    ))
}

/// GNU cat copies bytes and looks at none; DuckDB reads every field and writes it again.
pub fn cat(files: &Files) -> Vec<Peer> {
    let path = shown(&files.ledger);
    vec![peer("cat", "cat", &[&path]), duckdb_over(&files.ledger, "")]
}

/// ripgrep looks for the text and does not know whether it is the type of the event.
pub fn filter(files: &Files) -> Vec<Peer> {
    let path = shown(&files.ledger);
    let ripgrep = ["-NIF", "--no-config", "\"eventType\":\"FeePaid\"", &path];
    [peer("ripgrep", "rg", &ripgrep)].into_iter().chain(fees(&files.ledger)).collect()
}

/// Where lines differ, text cannot tell.
pub fn filter_messy(files: &Files) -> Vec<Peer> {
    fees(&files.messy)
}

/// DuckDB reads every field and writes it again, or looks for one field in lines that it hands on as they are.
fn fees(ledger: &Path) -> Vec<Peer> {
    let query = format!(
        "SELECT json FROM read_ndjson_objects('{}') WHERE json->>'$.eventType' = 'FeePaid'",
        shown(ledger)
    );
    let lines = peer("duckdb, lines", "duckdb", &["-init", "/dev/null", "-noheader", "-list", "-c", &query]);
    vec![duckdb_over(ledger, "WHERE eventType = 'FeePaid'"), lines]
}

pub fn large(files: &Files) -> Vec<Peer> {
    let path = shown(&files.ledger);
    let duckdb = duckdb_over(&files.ledger, "WHERE data.amount > 4000");
    vec![duckdb, peer("jq", "jq", &["-c", "select(.data.amount > 4000)", &path])]
}

pub fn fold(ledger: &Path) -> Vec<Peer> {
    let columns = "columns={streamId:'VARCHAR',eventType:'VARCHAR',data:'STRUCT(amount DECIMAL(18,2))'}";
    let query = format!(
        "SELECT streamId, CAST(sum(CASE eventType WHEN 'MoneyDeposited' THEN data.amount WHEN 'AccountCreated' THEN 0 \
         ELSE -data.amount END)*100 AS BIGINT), count(*) FROM read_ndjson('{}', {columns}) GROUP BY 1",
        shown(ledger)
    );
    vec![with_row(duckdb(&query), spaced)]
}

pub fn tumbling(files: &Files) -> Vec<Peer> {
    let query = format!(
        "SELECT epoch_ms(time_bucket(INTERVAL 5 MINUTE, timestamp)), userId, count(*) \
         FROM read_ndjson('{}', columns={{timestamp:'TIMESTAMP',userId:'VARCHAR'}}) GROUP BY 1, 2",
        shown(&files.clicks)
    );
    vec![with_row(duckdb(&query), spaced)]
}

/// Reads times as milliseconds in Polars.
const MILLISECONDS: &str =
    "pl.col('timestamp').str.to_datetime('%Y-%m-%dT%H:%M:%S%.3fZ',time_unit='ms').dt.epoch('ms')";

pub fn hopping(files: &Files) -> Vec<Peer> {
    let program = format!(
        "import sys, polars as pl\n\
         c=pl.scan_ndjson('{}',schema=pl.Schema({{'timestamp':pl.String,'userId':pl.String}}))\n\
         c=c.group_by(({MILLISECONDS}//60000*60000).alias('m'),'userId').agg(pl.len().alias('n'))\n\
         hops=pl.concat([c.with_columns(w=pl.col('m')-60000*h) for h in range(5)])\n\
         rows=hops.group_by('w','userId').agg(pl.col('n').sum()).select('w','userId','n').collect(engine='streaming')\n\
         rows.write_csv(sys.stdout.buffer,include_header=False)",
        shown(&files.clicks)
    );
    vec![with_row(python("polars", &program), spaced)]
}

pub fn session(files: &Files) -> Vec<Peer> {
    let query = format!(
        "SELECT userId, s[1], s[-1], length(s) FROM (SELECT userId, arraySort(groupArray(toUnixTimestamp64Milli(timestamp))) AS ts, \
         arrayJoin(arraySplit((x, d) -> d > 1800000, ts, arrayDifference(ts))) AS s FROM file('{}', JSONEachRow, \
         'timestamp DateTime64(3, \\\\'UTC\\\\'), userId String') GROUP BY userId) \
         SETTINGS date_time_input_format='best_effort', input_format_skip_unknown_fields=1",
        shown(&files.clicks)
    );
    let program =
        format!("import sys, chdb\nsys.stdout.buffer.write(chdb.query(\"\"\"{query}\"\"\", 'CSV').bytes())");
    vec![with_row(python("chdb", &program), spaced)]
}

pub fn join(files: &Files) -> Vec<Peer> {
    let schema =
        "pl.Schema({'eventId':pl.String,'timestamp':pl.String,'userId':pl.String,'productId':pl.String})";
    let program = format!(
        "import sys, polars as pl\n\
         r=lambda f,x: pl.scan_ndjson(f,schema={schema}).select(pl.col('eventId').alias(x),{MILLISECONDS}.alias('t'+x),'userId','productId')\n\
         j=r('{}','c').join(r('{}','p'),on=['userId','productId'])\n\
         j=j.filter((pl.col('tp')>=pl.col('tc'))&(pl.col('tp')<=pl.col('tc')+3600000)).select('c','p')\n\
         j.collect(engine='streaming').write_csv(sys.stdout.buffer,include_header=False)",
        shown(&files.clicks),
        shown(&files.purchases)
    );
    vec![with_row(python("polars", &program), spaced)]
}

//! The same questions to streams with all indexes, with one of them gone, damaged or another's, and with none: output,
//! messages and exit code are the same bytes. And how little of a stream is read when its indexes are whole.

#[path = "common/choices.rs"]
mod choices;
#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bourn::event::line::{Block, Offset};
use bourn::log::Stream;
use bourn::log::index::{Between, Search};
use bourn::log::writer::Sync;
use bourn::sys::disk::Disk;
use bourn::sys::storage::{File, Lock, Metadata, Open, Patience, Storage};
use bourn::time::timestamp::Timestamp;
use choices::Choices;
use folder::copy;
use xxhash_rust::xxh3::xxh3_64;

fn bourn(folder: &Path, arguments: &[String]) -> (String, String, Option<i32>) {
    let run = Command::new(env!("CARGO_BIN_EXE_bourn"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("bourn can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(run.stdout), text(run.stderr), run.status.code())
}

fn instant(second: u64) -> String {
    Timestamp(i128::from(1_704_067_200 + second) * 1_000_000_000).to_string()
}

/// A line of a stream: mostly an event with time and entity; now and then something is missing, odd, or wrong.
fn line(at: u64, choices: &mut Choices) -> String {
    let second = (10 * at + choices.below(40)).saturating_sub(20);
    let time = match choices.below(60) {
        0 => String::new(),
        1 => "\"timestamp\":\"yesterday\",".to_owned(),
        2 => format!("\"timestamp\":{},", 1_704_067_200_000 + 1000 * second),
        _ => format!("\"timestamp\":\"{}\",", instant(second)),
    };
    let entity = match choices.below(40) {
        0 => String::new(),
        1 => "\"streamId\":7,".to_owned(),
        2 => "\"streamId\":\"acc\\u006funt-3\",".to_owned(),
        3 => "\"streamId\":null,".to_owned(),
        _ => format!("\"streamId\":\"account-{}\",", choices.below(1 + at / 8)),
    };
    let kind = ["Paid", "Sent"][choices.below(2) as usize];
    let end = if choices.below(400) == 0 { "" } else { "}" };
    let fill = "x".repeat(choices.below(80) as usize);
    format!("{{{time}{entity}\"eventType\":\"{kind}\",\"n\":{at},\"fill\":\"{fill}\"{end}\n")
}

/// Makes a stream `s` in `folder`.
fn make(folder: &Path, choices: &mut Choices, wrong: bool) {
    let path = folder.join("s");
    fs::create_dir_all(&path).expect("a folder");
    fs::write(path.join("stream.toml"), format!("segment-bytes = {}\n", 2000 + choices.below(6000)))
        .expect("written");
    let stream = Stream::create(Arc::new(Disk), &path).expect("a stream");
    // Flushed: the active segment gets an index, too.
    let (mut writer, _) = stream.writer(Patience::Forever, Sync::End).expect("a writer");
    for at in 0..150 + choices.below(150) {
        let mut line = line(at, choices);
        if !wrong {
            line = format!(
                "{{\"streamId\":\"account-{}\",\"timestamp\":\"{}\",\"n\":{at},\"fill\":\"{:90}\"}}\n",
                at / 9 % 20,
                instant(10 * at),
                ""
            );
        }
        writer.append(line.as_bytes(), 1).expect("it is stored");
    }
    writer.finish().expect("it is stored");
}

fn questions(choices: &mut Choices) -> Vec<Vec<String>> {
    let time = |choices: &mut Choices| instant(choices.below(3000));
    let (early, late) = (time(choices), time(choices));
    let (first, last) = (choices.below(200), choices.below(250));
    let entity = format!("account-{}", choices.below(20));
    let texts = [
        "cat s".to_owned(),
        "cat s --on-error skip --max-line 160".to_owned(),
        format!("cat s s --from {first} --on-error skip"),
        format!("cat s --from {late} --on-error skip"),
        format!("cat s --from {early} --to {late}"),
        format!("cat s --to {early} --with-offset --on-error skip"),
        format!("cat s --from {first} --limit 5"),
        format!("cat s --from {first} --to {last} --stream {entity} --on-error skip"),
        format!("cat s --last {} --on-error skip", choices.below(30)),
        format!("cat s --last 7 --from {first} --reverse"),
        "cat s --last 3 --type Paid --on-error skip".to_owned(),
        format!("cat s --stream {entity} --on-error skip"),
        "cat s --stream account-3 --with-offset --on-error skip".to_owned(),
        "cat s --stream 7 --on-error skip --reverse".to_owned(),
        "cat s --stream nobody".to_owned(),
        format!("cat s --stream {entity} --from {early} --on-error skip --max-line 150"),
        format!("cat s --from {late} --max-line 160"),
        format!("cat s --from {late} --where .n>100 --on-error skip"),
        format!("cat s --to {early} --where .n+\"x\">1"),
        format!("cat s --from {late} --type Sent --on-error skip --select .n"),
        format!("cat s --from {early} --time .n"),
        "cat s --stream Paid --key .eventType --on-error skip --limit 9".to_owned(),
        format!("cat s s --stream {entity} --with-offset --on-error skip"),
        format!("cat s s --from {late} --to {last} --on-error skip"),
        format!("replay s --from {late} --summary json --on-error skip"),
        format!("replay s --before {early} --summary json"),
        format!("replay s --from {early} --until {late} --sort --summary json --on-error skip"),
        format!("replay s --stream {entity} --until @{last} --summary json --on-error skip"),
        format!("replay s --from @{first} --before {late} --summary json --on-error skip"),
        format!("replay s s --until {early} --summary json --on-error skip"),
        format!("fold s --by .streamId --stream {entity} --on-error skip --summary json"),
    ];
    texts.iter().map(|text| text.split(' ').map(str::to_owned).collect()).collect()
}

/// The files of all indexes, in order.
fn indexes(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder.join("s/.bourn")).expect("a folder");
    let mut paths: Vec<PathBuf> = inside.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "index" || end == "entities"));
    paths.sort();
    paths
}

/// What differs between the answers of the two folders to the questions.
fn differences(
    whole: &[(String, String, Option<i32>)],
    folder: &Path,
    questions: &[Vec<String>],
) -> Vec<String> {
    let asked = questions.iter().zip(whole);
    let differing = asked.filter(|(question, wanted)| bourn(folder, question) != **wanted);
    differing.map(|(question, _)| question.join(" ")).collect()
}

/// Hurts indexes in `folder` in one of several ways; says how.
fn hurt(folder: &Path, way: u64, choices: &mut Choices) -> String {
    let paths = indexes(folder);
    let one = &paths[choices.below(paths.len() as u64) as usize];
    let read = |path: &Path| fs::read(path).expect("it can be read");
    match way {
        0 => "as they are".to_owned(),
        1 => {
            fs::remove_file(one).expect("removed");
            format!("without {}", one.display())
        }
        2 => {
            for path in &paths {
                let mut bytes = read(path);
                let at = choices.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << choices.below(8);
                fs::write(path, bytes).expect("written");
            }
            "with a bit of each turned".to_owned()
        }
        3 => {
            for path in &paths {
                let bytes = read(path);
                fs::write(path, &bytes[..choices.below(bytes.len() as u64) as usize]).expect("written");
            }
            "with each cut".to_owned()
        }
        4 => {
            let contents: Vec<Vec<u8>> = paths.iter().map(|path| read(path)).collect();
            for (at, path) in paths.iter().enumerate() {
                fs::write(path, &contents[(at + 2) % contents.len()]).expect("written");
            }
            "with each that of the next segment".to_owned()
        }
        _ => {
            for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "entities")) {
                fs::remove_file(path).expect("removed");
            }
            "without the entities".to_owned()
        }
    }
}

#[test]
fn indexes_change_no_answer() {
    for seed in 0..5 {
        let mut choices = Choices(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let (none, some) = (folder.path().join("none"), folder.path().join("some"));
        make(&none, &mut choices, seed > 0);
        copy(&none, &some);
        assert!(indexes(&none).len() >= 4, "several segments are sealed");
        indexes(&none).iter().for_each(|path| fs::remove_file(path).expect("removed"));
        let questions = questions(&mut choices);
        let whole: Vec<_> = questions.iter().map(|question| bourn(&none, question)).collect();
        assert!(
            whole.iter().filter(|(out, _, _)| !out.is_empty()).count() > 8,
            "most questions have answers"
        );
        for way in 0..6 {
            let hurt_folder = folder.path().join(way.to_string());
            copy(&some, &hurt_folder);
            let how = hurt(&hurt_folder, way, &mut choices);
            let found = differences(&whole, &hurt_folder, &questions);
            assert!(found.is_empty(), "seed {seed}: {found:?} {how}");
        }
    }
}

/// Writes files of indexes anew with what `lie` makes of their bodies, and with right checksums.
fn rewrite(folder: &Path, ending: &str, lie: impl Fn(&str) -> String) {
    for path in indexes(folder).iter().filter(|path| path.extension().is_some_and(|end| end == ending)) {
        let text = fs::read_to_string(path).expect("it can be read");
        let (header, body) = text.split_once('\n').expect("a header");
        let (before, _) = header.split_once(",\"body\":\"").expect("a header has a checksum of the body");
        let body = lie(body);
        let said = format!("{before},\"body\":\"{:016x}\"", xxh3_64(body.as_bytes()));
        let sum = xxh3_64(said.as_bytes());
        fs::write(path, format!("{said},\"sum\":\"{sum:016x}\"}}\n{body}")).expect("written");
    }
}

#[test]
fn an_index_that_lies_is_found_by_the_same_questions() {
    let mut choices = Choices(0);
    let folder = tempfile::tempdir().expect("a folder");
    let honest = folder.path().join("honest");
    make(&honest, &mut choices, false);
    let questions = questions(&mut choices);
    let whole: Vec<_> = questions.iter().map(|question| bourn(&honest, question)).collect();
    let asked = |name: &str, ending: &str, lie: &dyn Fn(&str) -> String| {
        let folder = folder.path().join(name);
        copy(&honest, &folder);
        rewrite(&folder, ending, lie);
        differences(&whole, &folder, &questions)
    };
    let said = |text: &str| text.to_owned();
    for ending in ["index", "entities"] {
        assert!(asked(ending, ending, &said).is_empty(), "the same indexes, written again");
        let read = |folder: &Path| {
            indexes(folder).iter().map(|path| fs::read(path).expect("bytes")).collect::<Vec<_>>()
        };
        assert_eq!(read(&honest), read(&folder.path().join(ending)), "the checksums are understood");
    }
    let early = asked("early", "index", &|body| body.replace("\":\"2024-", "\":\"1924-"));
    assert!(early.iter().any(|question| question.starts_with("cat s --from 2024")), "{early:?}");
    let late = asked("late", "index", &|body| body.replace("\":\"2024-", "\":\"2124-"));
    assert!(late.iter().any(|question| question.starts_with("replay s --before 2024")), "{late:?}");
    let nobody = asked("nobody", "entities", &|body| "\n".repeat(body.lines().count()));
    assert!(nobody.iter().any(|question| question.starts_with("cat s --stream")), "{nobody:?}");
}

#[test]
fn rot_is_found_in_every_block_that_is_handed_on_unparsed() {
    let folder = tempfile::tempdir().expect("a folder");
    let honest = folder.path().join("honest");
    make(&honest, &mut Choices(0), false);
    let question = ["cat".to_owned(), "s".to_owned()];
    let (whole, _, _) = bourn(&honest, &question);
    let mut names: Vec<_> = fs::read_dir(honest.join("s"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "jsonl"))
        .collect();
    names.sort();
    // The last one is not sealed.
    names.pop();
    assert!(names.len() > 2, "several segments are sealed");
    let mut before = 0;
    for name in names {
        let bytes = fs::read(honest.join("s").join(&name)).expect("a segment");
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let rotten = folder.path().join("rotten");
            copy(&honest, &rotten);
            let mut bytes = bytes.clone();
            bytes[at] = 0;
            fs::write(rotten.join("s").join(&name), bytes).expect("written");
            let (out, message, code) = bourn(&rotten, &question);
            let line_start = whole[..before + at].rfind('\n').map_or(0, |end| end + 1);
            assert_eq!((&*out, code), (&whole[..line_start], Some(3)), "{name:?} byte {at}: {message}");
            indexes(&rotten).iter().for_each(|path| fs::remove_file(path).expect("removed"));
            assert_eq!(bourn(&rotten, &question), (out, message, code), "the same without an index");
        }
        before += bytes.len();
    }
}

/// A disk that counts the bytes that are read.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicU64>);

struct CountingFile(Box<dyn File>, Arc<AtomicU64>);

impl CountingFile {
    fn counted(&self, read: io::Result<usize>) -> io::Result<usize> {
        self.1.fetch_add(*read.as_ref().unwrap_or(&0) as u64, Ordering::Relaxed);
        read
    }
}

impl File for CountingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer);
        self.counted(read)
    }
    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        self.counted(self.0.read_at(buffer, position))
    }
    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, position)
    }
    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.0.truncate(bytes)
    }
    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }
    fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }
}

impl Storage for Counting {
    fn open(&self, path: &Path, how: Open, no_follow: bool) -> io::Result<Box<dyn File>> {
        Ok(Box::new(CountingFile(Disk.open(path, how, no_follow)?, self.0.clone())))
    }
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        Disk.metadata(path)
    }
    fn is_link(&self, path: &Path) -> bool {
        Disk.is_link(path)
    }
    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        Disk.list(directory)
    }
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        Disk.create_directory(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        Disk.remove(path)
    }
    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        Disk.restrict(path, private)
    }
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        Disk.sync_directory(path)
    }
    fn lock(&self, path: &Path, patience: Patience) -> io::Result<Box<dyn Lock>> {
        Disk.lock(path, patience)
    }
    fn is_network(&self, path: &Path) -> io::Result<bool> {
        Disk.is_network(path)
    }
    fn is_writable(&self, directory: &Path) -> bool {
        Disk.is_writable(directory)
    }
    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        Disk.is_locked(path)
    }

    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        Disk.lock_shared(path)
    }

    fn is_held(&self, path: &Path, askers: &Path) -> io::Result<bool> {
        Disk.is_held(path, askers)
    }
}

/// How many bytes are read for a search from an offset on, and how many lines it gives.
fn read(path: &Path, from: u64, search: &Search) -> (u64, u64) {
    let storage = Counting::default();
    let stream = Stream::open(Arc::new(storage.clone()), path).expect("a stream");
    let mut reader = stream.search_from(Offset(from), search.clone()).expect("a reader");
    let (mut block, mut lines) = (Block::default(), 0);
    while reader.next_block(&mut block).expect("it can be read") {
        lines += block.line_count();
    }
    (storage.0.load(Ordering::Relaxed), lines)
}

#[test]
fn a_search_reads_a_small_part_of_a_stream() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s");
    fs::create_dir_all(&path).expect("a folder");
    fs::write(path.join("stream.toml"), "segment-bytes = 1048576\n").expect("written");
    let stream = Stream::create(Arc::new(Disk), &path).expect("a stream");
    let (mut writer, _) = stream.writer(Patience::Forever, Sync::None).expect("a writer");
    for batch in 0..140 {
        let lines: Vec<String> = (100 * batch..100 * batch + 100)
            .map(|at: u64| {
                let (time, fill) = (instant(10 * at), "x".repeat(200));
                format!(
                    "{{\"streamId\":\"account-{}\",\"timestamp\":\"{time}\",\"fill\":\"{fill}\"}}\n",
                    at / 3
                )
            })
            .collect();
        writer.append(lines.concat().as_bytes(), 100).expect("it is stored");
    }
    writer.finish().expect("it is stored");
    let all = Search::new(1 << 20);
    let to = Timestamp(i128::from(1_704_067_200 + 20 * 10) * 1_000_000_000);
    let time = Some((".timestamp".to_owned(), Between { from: None, to: Some(to) }));
    let entity = Some((".streamId".to_owned(), b"account-1234".to_vec()));
    let (bytes, lines) = read(&path, 0, &all);
    assert!(bytes > 3 << 20 && lines == 14_000, "{bytes} bytes, {lines} lines");
    // The active segment has no index: nothing was flushed.
    let active =
        fs::metadata(stream.segments().expect("listed").last().expect("one").path.as_path()).expect("there");
    let searches = [
        (0, Search { time, ..all.clone() }),
        (0, Search { entity, ..all.clone() }),
        (0, Search { last: Some(20), ..all.clone() }),
        (5000, Search { end: Offset(5010), last: Some(1), ..all.clone() }),
    ];
    for (from, search) in &searches[..3] {
        let (some, lines) = read(&path, *from, search);
        assert!(some < active.len() + bytes / 8 && lines > 0, "{some} of {bytes} bytes for {search:?}");
    }
    let from = stream.segments().expect("listed").last().expect("one").first.0 - 10;
    let (some, _) = read(&path, from, &all);
    assert!(some < active.len() + bytes / 8, "{some} of {bytes} bytes from {from} on");
    indexes(folder.path()).iter().for_each(|path| fs::remove_file(path).expect("removed"));
    for (from, search) in &searches[..3] {
        let (whole, lines) = read(&path, *from, search);
        assert!(
            whole >= bytes && lines == 14_000,
            "{whole} of {bytes} bytes without an index for {search:?}"
        );
    }
    // A run that is flushed keeps an index of the active segment.
    let (mut writer, _) = stream.writer(Patience::Forever, Sync::End).expect("a writer");
    writer.append(b"{\"timestamp\":\"2030-01-01T00:00:00Z\"}\n", 1).expect("it is stored");
    writer.finish().expect("it is stored");
    let (some, lines) = read(&path, 0, &searches[0].1);
    let kept = indexes(folder.path()).into_iter().map(|path| (fs::read(&path).expect("bytes"), path));
    let kept: Vec<_> = kept.collect();
    kept.iter().for_each(|(_, path)| fs::remove_file(path).expect("removed"));
    let (whole, _) = read(&path, 0, &searches[0].1);
    assert!(some + active.len() / 2 < whole && lines < 14_000, "{some} of {whole} bytes, {lines} lines");
    kept.iter().for_each(|(bytes, path)| fs::write(path, bytes).expect("written"));
    // What comes behind it is read.
    let (mut writer, _) = stream.writer(Patience::Forever, Sync::None).expect("a writer");
    writer.append(b"{\"timestamp\":\"2024-01-01T00:00:00Z\"}\n", 1).expect("it is stored");
    writer.finish().expect("it is stored");
    assert_eq!(read(&path, 0, &searches[0].1).1, lines + 1);
}

//! Every subcommand over hostile input, as a file and as a stream: it ends by itself, within bounded memory, with a
//! documented exit code, one sentence when it refuses, and nothing that a terminal would obey. The list of subcommands is
//! the program's own, so that a new one is missed at once.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The most address space of a run, in KiB.
const MEMORY_KIB: u64 = 1 << 20;

/// The longest that a run may take. It takes milliseconds, but machines differ.
const PATIENCE: Duration = Duration::from_secs(60);

/// How each subcommand is asked about a source, which stands for `@`; those without it read standard input, or nothing.
const RECIPES: &[(&str, &[&str])] = &[
    (
        "append",
        &[
            "append out @",
            "append out @ --verbatim --on-error quarantine",
            "append out @ --unique --on-error skip",
        ],
    ),
    (
        "cat",
        &[
            "cat @",
            "cat @ --format table",
            "cat @ --format csv --csv-safe --on-error skip",
            "cat @ --where .data.amount>1 --select .data --on-error skip",
            "cat @ --type Paid --stream a --quarantine bad",
            "cat @ --last 2",
        ],
    ),
    ("replay", &["replay @ --until 2024-06-01", "replay @ --sort --on-error skip"]),
    (
        "fold",
        &[
            "fold @ --by .streamId -a n=count() -a s=sum(.data.amount) --on-error skip --format table",
            "fold @ --init 0 --reduce .+$e.data.amount --on-error skip",
            "fold @ --by .data -a d=distinct(.data) -a t=top(2;.data) -a l=list(.eventType) --on-error skip",
        ],
    ),
    ("history", &["history @ --stream a --on-error skip"]),
    ("diff", &["diff @ --from 2024-01-01 --to 2024-06-01 --on-error skip"]),
    (
        "window",
        &[
            "window @ --tumbling 5m --by .streamId -a n=count() -a a=avg(.data.amount) --on-error skip",
            "window @ --hopping 5m/1m --on-error skip -a n=count()",
            "window @ --session 5m --by .data --on-error skip -a n=count()",
            "window @ --sliding 1m --on-error skip -a n=count()",
        ],
    ),
    (
        "join",
        &[
            "join @ @ --on .streamId --within 1h --on-error skip",
            "join @ @ --on .streamId --as-of --on-error skip",
        ],
    ),
    ("explain", &["explain --event evt-1 -- window @ --tumbling 5m -a n=count() --on-error skip"]),
    ("watermark", &["watermark @ --watermark 1m --sort --on-error skip"]),
    (
        "audit check",
        &[
            "audit check @",
            "audit check @ --format json --balanced .streamId=.data.amount",
            "audit check @ --format github",
        ],
    ),
    ("audit checkpoint", &["audit checkpoint @"]),
    ("audit verify", &["audit verify @", "audit verify @ --checkpoint @"]),
    ("audit prove", &["audit prove @ 0"]),
    ("audit verify-proof", &["audit verify-proof @"]),
    ("audit cosign", &["audit cosign @ --key @"]),
    ("audit keygen", &["audit keygen witness --out @"]),
    ("consumer run", &["consumer run @ c --on-error skip -- true"]),
    ("consumer replay-dead-letter", &["consumer replay-dead-letter @ c -- true"]),
    ("consumer commit", &["consumer commit @ c 1"]),
    ("consumer list", &["consumer list @"]),
    ("consumer show", &["consumer show @ c"]),
    ("consumer lag", &["consumer lag @"]),
    ("consumer reset", &["consumer reset @ c --to 2024-01-01 --dry-run"]),
    ("consumer delete", &["consumer delete @ c"]),
    ("stream init", &["stream init @"]),
    ("stream list", &["stream list ."]),
    ("stream stat", &["stream stat @", "stream stat @ --on-error skip"]),
    ("stream repair", &["stream repair @"]),
    ("stream seal", &["stream seal @"]),
    ("stream redact", &["stream redact @ 0 --reason because --yes"]),
    ("completions", &["completions bash"]),
    ("man", &["man"]),
];

/// An event with these members, and a plain one behind it.
fn event(members: &str) -> Vec<u8> {
    let plain = r#"{"eventId":"evt-2","eventType":"Paid","timestamp":"2024-01-01T00:00:00Z","streamId":"a","data":{"amount":1}}"#;
    format!("{{\"eventId\":\"evt-1\",{members}}}\n{plain}\n").into_bytes()
}

/// What people may be handed.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    let at = r#""timestamp":"2024-01-01T00:00:00Z""#;
    let nested = |depth: usize| format!("{}{}\n", "[".repeat(depth), "]".repeat(depth));
    vec![
        ("nothing", Vec::new()),
        ("newlines", b"\n\n\r\n\n".to_vec()),
        ("zeros", vec![0; 5000]),
        ("a hole", [&event(at)[..], &[0; 4096], &event(at)].concat()),
        ("a cut line", b"{\"eventId\":\"evt-1\"".to_vec()),
        (
            "lone surrogates",
            event(&format!(r#"{at},"eventType":"\ud800","streamId":"\udfff\ud800","data":{{"\udc00":1}}"#)),
        ),
        (
            "duplicate keys",
            event(&format!(r#"{at},{at},"streamId":"a","streamId":"b","data":{{"amount":1,"amount":2}}"#)),
        ),
        ("huge exponents", event(&format!(r#"{at},"data":{{"amount":1e999999999,"x":-1e-999999999}}"#))),
        (
            "ten thousand digits",
            event(&format!(r#"{at},"data":{{"amount":{}.{}}}"#, "9".repeat(10_000), "9".repeat(10_000))),
        ),
        ("times beyond all calendars", event(r#""timestamp":1e300,"data":{"amount":1}"#)),
        (
            "a time of another kind",
            event(r#""timestamp":{"a":[]},"streamId":[1],"eventType":null,"data":[]"#),
        ),
        ("invalid UTF-8", [b"{\"eventId\":\"\xff\xfe\",", &event(at)[1..]].concat()),
        ("UTF-16", b"\xff\xfe{\0}\0\n\0".to_vec()),
        ("nothing but a mark", b"\xef\xbb\xbf".to_vec()),
        ("deep", nested(100_000).into_bytes()),
        ("deep members", event(&format!(r#"{at},"data":{}"#, nested(100_000).trim_end()))),
        ("as deep as may be", event(&format!(r#"{at},"streamId":"a","data":{}"#, nested(510).trim_end()))),
        ("a gigantic line", [br#"{"eventId":""#, &vec![b'x'; 70 << 20][..], b"\"}\n"].concat()),
        (
            "escapes",
            event(&format!(
                r#"{at},"eventType":"\u001b[31mred","streamId":"\u001b]0;title\u0007","data":{{"\u001b[2J":"\u009b1m"}}"#
            )),
        ),
        ("raw escapes", b"\x1b[31m{\"eventId\":\"\x1b]0;title\x07\"}\n\x1b[2J\n".to_vec()),
        (
            "formulas",
            event(&format!(
                r#"{at},"eventType":"=cmd|'/c calc'!A1","streamId":"@SUM(1)","data":{{"amount":"+1"}}"#
            )),
        ),
        ("a fake archive", b"\x1f\x8b\x08\0\0\0\0\0\0\x03nothing of the kind".to_vec()),
        ("another fake", b"\x28\xb5\x2f\xfd\x04\0nothing of the kind".to_vec()),
        ("noise", (0..20_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
    ]
}

/// How a run ended.
struct Ended {
    /// Nothing after a signal, or when it had to be killed.
    code: Option<i32>,
    words: Vec<u8>,
    took_too_long: bool,
}

/// What is wrong with how a run ended; nothing when all is well.
fn judge(ended: &Ended) -> Result<(), String> {
    let words = String::from_utf8_lossy(&ended.words);
    let told = words.chars().take(300).collect::<String>();
    if ended.took_too_long {
        return Err("it does not end".to_owned());
    }
    let Some(code) = ended.code.filter(|code| (0..=5).contains(code)) else {
        return Err(format!("it ends with {:?}: {told}", ended.code));
    };
    if words.contains("panicked") {
        return Err(format!("it panics: {told}"));
    }
    if let Some(control) = words.chars().find(|char| char.is_control() && *char != '\n') {
        return Err(format!("a terminal would obey {control:?}: {told:?}"));
    }
    if words.contains("--help shows how it is used") {
        return Err(format!("the recipe is no use of the command: {told}"));
    }
    let sentences: Vec<&str> = words.lines().filter(|line| line.starts_with("bourn: ")).collect();
    if words.len() > 64 << 10 || sentences.iter().any(|sentence| sentence.len() > 4000) {
        return Err(format!("{} bytes are no sentence: {told}", words.len()));
    }
    if code > 2 && sentences.is_empty() {
        return Err(format!("it ends with {code} and does not say why: {told}"));
    }
    Ok(())
}

fn run(place: &Path, words: &str, input: &Path) -> Ended {
    let bourn = env!("CARGO_BIN_EXE_bourn");
    // The words are the list's above: none needs quoting.
    let shell = format!("ulimit -v {MEMORY_KIB}; exec '{bourn}' \"$@\"");
    let stdin = std::fs::File::open(input).expect("the input is there");
    let mut child = Command::new("sh")
        .args(["-c", &shell, "sh"])
        .args(words.split(' '))
        .current_dir(place)
        .stdin(Stdio::from(stdin))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh runs");
    let mut stderr = child.stderr.take().expect("it is piped");
    let reader = std::thread::spawn(move || {
        let mut words = Vec::new();
        let _ = stderr.read_to_end(&mut words);
        words
    });
    let begun = Instant::now();
    let (code, took_too_long) = loop {
        match child.try_wait().expect("it can be waited for") {
            Some(status) => break (status.code(), false),
            None if begun.elapsed() > PATIENCE => {
                let _ = child.kill();
                break (None, true);
            }
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    Ended { code, words: reader.join().expect("it reads"), took_too_long }
}

/// The subcommands under these words, by the program's own help.
fn subcommands(above: &[&str]) -> Vec<String> {
    let help =
        Command::new(env!("CARGO_BIN_EXE_bourn")).args(above).arg("--help").output().expect("bourn runs");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let list =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let name = |line: &str| Some(line.strip_prefix("  ")?.split(' ').next()?.to_owned());
    list.filter_map(name).filter(|name| !name.is_empty() && name != "help").collect()
}

#[test]
fn every_subcommand_has_a_recipe() {
    let mut names = Vec::new();
    for name in subcommands(&[]) {
        let below = subcommands(&[&name]);
        names.extend(below.iter().map(|below| format!("{name} {below}")));
        names.extend(below.is_empty().then_some(name));
    }
    let mut known: Vec<&str> = RECIPES.iter().map(|(name, _)| *name).collect();
    names.sort();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn no_subcommand_panics_hangs_or_hands_a_terminal_what_it_obeys_whatever_it_reads() {
    let mut wrong = Vec::new();
    for (name, bytes) in inputs() {
        for recipe in RECIPES.iter().flat_map(|(_, recipes)| recipes.iter()) {
            for source in ["input.jsonl", "s"] {
                let place = tempfile::tempdir().expect("a directory");
                let input = place.path().join("input.jsonl");
                std::fs::write(&input, &bytes).expect("it is written");
                std::fs::create_dir(place.path().join("s")).expect("a directory");
                std::fs::write(place.path().join("s/00000000000000000000.jsonl"), &bytes)
                    .expect("it is written");
                let ended = run(place.path(), &recipe.replace('@', source), &input);
                let why = judge(&ended).err();
                wrong.extend(why.map(|why| format!("{} over {name}: {why}", recipe.replace('@', source))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_do_not_lead_out_of_the_stream() {
    let place = tempfile::tempdir().expect("a directory");
    let input = place.path().join("input.jsonl");
    std::fs::write(&input, event(r#""streamId":"a","timestamp":"2024-01-01T00:00:00Z""#))
        .expect("it is written");
    let begun = run(place.path(), "append s input.jsonl", &input);
    assert_eq!(begun.code, Some(0), "{}", String::from_utf8_lossy(&begun.words));
    for name in ["..", "../x", "a/b", ".hidden", "a\u{1b}[31m", &"x".repeat(101)] {
        for words in [
            "consumer commit s @ 1",
            "consumer show s @",
            "cat s --consumer @ --commit",
            "consumer delete s @",
        ] {
            let ended = run(place.path(), &words.replace('@', name), &input);
            judge(&ended).unwrap_or_else(|why| panic!("{words} for {name:?}: {why}"));
            assert_eq!(
                ended.code,
                Some(2),
                "{words} for {name:?}: {}",
                String::from_utf8_lossy(&ended.words)
            );
        }
    }
    assert!(!place.path().join("x.jsonl").exists());
}

#[test]
fn endless_expressions_end() {
    let place = tempfile::tempdir().expect("a directory");
    let input = place.path().join("input.jsonl");
    std::fs::write(&input, event(r#""streamId":"a","timestamp":"2024-01-01T00:00:00Z","data":{"amount":1}"#))
        .expect("it is written");
    for expression in [
        "last(repeat(1))",
        "def\u{a0}f:f;f",
        "[range(1e9)]",
        "until(false;.)",
        "[recurse([.])]",
        "\"x\"*1e9",
        "[limit(1e9;repeat(.))]|length",
    ] {
        for words in [
            "cat input.jsonl --where @",
            "fold input.jsonl --init 0 --reduce @",
            "cat input.jsonl --select @",
        ] {
            let ended =
                run(place.path(), &format!("{} --max-steps 100000", words.replace('@', expression)), &input);
            judge(&ended).unwrap_or_else(|why| panic!("{words} with {expression}: {why}"));
            assert!(matches!(ended.code, Some(2 | 3)), "{words} with {expression}: {:?}", ended.code);
        }
    }
}

#[test]
fn the_judge_is_no_friend() {
    let ended = |code, words: &str| Ended { code, words: words.as_bytes().to_vec(), took_too_long: false };
    assert!(judge(&ended(Some(3), "bourn: x:1: not JSON; correct the line\n")).is_ok());
    for (code, words) in [
        (Some(101), "thread 'main' panicked at src/main.rs"),
        (Some(0), "thread '<unnamed>' panicked at src/main.rs"),
        (Some(134), "fatal runtime error: stack overflow"),
        (None, ""),
        (Some(3), ""),
        (Some(3), "bourn: \u{1b}[31mred is no JSON"),
        (Some(3), &format!("bourn: {} is no JSON", "x".repeat(5000))),
    ] {
        assert!(judge(&ended(code, words)).is_err(), "{code:?} {words}");
    }
    assert!(judge(&Ended { took_too_long: true, ..ended(Some(0), "") }).is_err());
}

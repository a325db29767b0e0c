//! The program as a tree of questions and answers: a process asks the disk one thing after the other, and what it asks
//! next follows from what it was told before. The tree is grown by running the program itself: it is told again what it
//! was told before, asks one thing more, and is unwound. So processes can be interleaved at single calls, and their
//! states can be gone back to, at the price of a number. Knows no log.

use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use crate::sys::storage::{File, Lock, Metadata, Open, Patience, Storage};

/// What a process asks of the disk. Files are the numbers that they were opened as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    Open {
        path: PathBuf,
        how: Open,
    },
    Metadata {
        path: PathBuf,
    },
    List {
        path: PathBuf,
    },
    CreateDirectory {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Remove {
        path: PathBuf,
    },
    Restrict {
        path: PathBuf,
        private: bool,
    },
    SyncDirectory {
        path: PathBuf,
    },
    /// Takes a lock; `waits` until it is free.
    Lock {
        path: PathBuf,
        is_shared: bool,
        waits: bool,
    },
    /// Frees the lock that was taken as this call.
    Unlock {
        taken_by: usize,
    },
    IsLocked {
        path: PathBuf,
    },
    IsHeld {
        path: PathBuf,
    },
    Read {
        file: usize,
        position: u64,
        length: usize,
    },
    Write {
        file: usize,
        position: u64,
        bytes: Vec<u8>,
    },
    Truncate {
        file: usize,
        bytes: u64,
    },
    Sync {
        file: usize,
    },
    Size {
        file: usize,
    },
}

/// What a call came back with.
#[derive(Clone, Debug, Hash)]
pub enum Told {
    Nothing,
    Flag(bool),
    Bytes(Arc<[u8]>),
    Metadata(Metadata),
    Names(Vec<PathBuf>),
    /// The number of the file that was opened.
    Opened(usize),
    Failed(io::ErrorKind),
}

impl Told {
    pub fn of<T>(result: io::Result<T>, told: impl FnOnce(T) -> Told) -> Told {
        result.map_or_else(|cause| Told::Failed(cause.kind()), told)
    }

    /// What is inside, or the error that it stands for.
    fn take<T>(self, inside: impl FnOnce(Told) -> Option<T>) -> io::Result<T> {
        match self {
            Told::Failed(kind) => Err(io::Error::from(kind)),
            told => Ok(inside(told).expect("the same call is answered in the same way")),
        }
    }

    fn nothing(self) -> io::Result<()> {
        self.take(|told| matches!(told, Told::Nothing).then_some(()))
    }

    fn flag(self) -> io::Result<bool> {
        self.take(|told| if let Told::Flag(flag) = told { Some(flag) } else { None })
    }

    fn metadata(self) -> io::Result<Metadata> {
        self.take(|told| if let Told::Metadata(found) = told { Some(found) } else { None })
    }
}

/// How a process goes on from where it is.
#[derive(Clone, Debug)]
pub enum Next<E> {
    Asks(Arc<Call>),
    Ended(E),
}

struct Node<E> {
    /// What the process was told, and where it was then.
    told: Option<(usize, Told)>,
    /// How many calls it has made.
    calls: usize,
    next: Next<E>,
}

/// All that a process may come to, as far as it was looked at. Its states are numbers, the first one 0.
pub struct Script<E> {
    body: Box<dyn Fn(Arc<dyn Storage>) -> E>,
    nodes: Vec<Node<E>>,
    known: HashMap<(usize, u128), usize>,
    /// What is told again and again is kept once.
    tellings: HashMap<u128, Told>,
}

impl<E: Clone> Script<E> {
    pub fn new(body: impl Fn(Arc<dyn Storage>) -> E + 'static) -> Script<E> {
        let next = run(Vec::new(), &body);
        Script {
            body: Box::new(body),
            nodes: vec![Node { told: None, calls: 0, next }],
            known: HashMap::new(),
            tellings: HashMap::new(),
        }
    }

    /// What comes next in a state.
    pub fn next(&self, state: usize) -> Next<E> {
        self.nodes[state].next.clone()
    }

    /// What was asked and told on the way to a state.
    pub fn history(&self, state: usize) -> Vec<(&Call, &Told)> {
        let (mut all, mut at) = (Vec::new(), state);
        while let Some((before, told)) = &self.nodes[at].told {
            if let Next::Asks(call) = &self.nodes[*before].next {
                all.push((&**call, told));
            }
            at = *before;
        }
        all.reverse();
        all
    }

    /// How many states are known.
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// How many calls were made before a state.
    pub fn calls(&self, state: usize) -> usize {
        self.nodes[state].calls
    }

    /// The state behind `state` when its call came back with `told`.
    pub fn tell(&mut self, state: usize, told: Told) -> usize {
        let mut hasher = Xxh3::new();
        told.hash(&mut hasher);
        let key = (state, hasher.digest128());
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let told = self.tellings.entry(key.1).or_insert(told).clone();
        let (mut all, mut at) = (vec![told.clone()], state);
        while let Some((before, told)) = &self.nodes[at].told {
            all.push(told.clone());
            at = *before;
        }
        all.reverse();
        let next = run(all, &self.body);
        let calls = self.nodes[state].calls + 1;
        self.nodes.push(Node { told: Some((state, told)), calls, next });
        self.known.insert(key, self.nodes.len() - 1);
        self.nodes.len() - 1
    }
}

/// Runs the process up to the first call that is not answered yet.
fn run<E>(told: Vec<Told>, body: &impl Fn(Arc<dyn Storage>) -> E) -> Next<E> {
    let tape = Asking(Arc::new(Mutex::new(Tape { told, asked: 0, next: None })));
    match catch_unwind(AssertUnwindSafe(|| body(Arc::new(tape.clone())))) {
        Ok(ended) => Next::Ended(ended),
        Err(cause) if cause.is::<Stopped>() => {
            Next::Asks(Arc::new(tape.tape().next.take().expect("it stopped at a call")))
        }
        Err(cause) => resume_unwind(cause),
    }
}

/// Why a process is unwound.
struct Stopped;

struct Tape {
    told: Vec<Told>,
    asked: usize,
    next: Option<Call>,
}

/// A disk that answers from the tape.
#[derive(Clone)]
struct Asking(Arc<Mutex<Tape>>);

impl Asking {
    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, call: Call) -> Told {
        let mut tape = self.tape();
        tape.asked += 1;
        if let Some(told) = tape.told.get(tape.asked - 1) {
            return told.clone();
        }
        tape.next = Some(call);
        drop(tape);
        resume_unwind(Box::new(Stopped));
    }

    fn lock_as(&self, path: &Path, is_shared: bool, waits: bool) -> io::Result<Box<dyn Lock>> {
        self.ask(Call::Lock { path: path.to_owned(), is_shared, waits }).nothing()?;
        let taken_by = self.tape().asked - 1;
        Ok(Box::new(AskedLock { disk: self.clone(), taken_by }))
    }
}

impl Storage for Asking {
    fn open(&self, path: &Path, how: Open, _: bool) -> io::Result<Box<dyn File>> {
        let told = self.ask(Call::Open { path: path.to_owned(), how });
        let file = told.take(|told| if let Told::Opened(file) = told { Some(file) } else { None })?;
        Ok(Box::new(AskedFile { disk: self.clone(), file }))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.ask(Call::Metadata { path: path.to_owned() }).metadata()
    }

    fn is_link(&self, _: &Path) -> bool {
        false
    }

    fn is_network(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }

    fn is_writable(&self, _: &Path) -> bool {
        true
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        let told = self.ask(Call::List { path: directory.to_owned() });
        told.take(|told| if let Told::Names(names) = told { Some(names) } else { None })
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.ask(Call::CreateDirectory { path: path.to_owned() }).nothing()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask(Call::Rename { from: from.to_owned(), to: to.to_owned() }).nothing()
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.ask(Call::Remove { path: path.to_owned() }).nothing()
    }

    fn restrict(&self, path: &Path, private: bool) -> io::Result<()> {
        self.ask(Call::Restrict { path: path.to_owned(), private }).nothing()
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.ask(Call::SyncDirectory { path: path.to_owned() }).nothing()
    }

    fn lock(&self, path: &Path, patience: Patience) -> io::Result<Box<dyn Lock>> {
        self.lock_as(path, false, patience != Patience::None)
    }

    fn lock_shared(&self, path: &Path) -> io::Result<Box<dyn Lock>> {
        self.lock_as(path, true, true)
    }

    fn is_locked(&self, path: &Path) -> io::Result<bool> {
        self.ask(Call::IsLocked { path: path.to_owned() }).flag()
    }

    fn is_held(&self, path: &Path, _: &Path) -> io::Result<bool> {
        self.ask(Call::IsHeld { path: path.to_owned() }).flag()
    }
}

struct AskedLock {
    disk: Asking,
    taken_by: usize,
}

impl Lock for AskedLock {}

impl Drop for AskedLock {
    fn drop(&mut self) {
        // A process that is unwound goes on later, and holds what it holds.
        if !std::thread::panicking() {
            self.disk.ask(Call::Unlock { taken_by: self.taken_by });
        }
    }
}

struct AskedFile {
    disk: Asking,
    file: usize,
}

impl File for AskedFile {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    fn read_at(&self, buffer: &mut [u8], position: u64) -> io::Result<usize> {
        let told = self.disk.ask(Call::Read { file: self.file, position, length: buffer.len() });
        let bytes = told.take(|told| if let Told::Bytes(bytes) = told { Some(bytes) } else { None })?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    fn write_all_at(&self, bytes: &[u8], position: u64) -> io::Result<()> {
        self.disk.ask(Call::Write { file: self.file, position, bytes: bytes.to_vec() }).nothing()
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.disk.ask(Call::Truncate { file: self.file, bytes }).nothing()
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.ask(Call::Sync { file: self.file }).nothing()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.disk.ask(Call::Size { file: self.file }).metadata()
    }
}

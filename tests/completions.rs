//! The files in completions/ are what `bourn completions` prints; `UPDATE=1` writes them anew.

use std::path::Path;
use std::process::Command;

/// The shells and the file names they look for.
const FILES: [(&str, &str); 5] = [
    ("bash", "bourn.bash"),
    ("elvish", "bourn.elv"),
    ("fish", "bourn.fish"),
    ("powershell", "_bourn.ps1"),
    ("zsh", "_bourn"),
];

#[test]
fn the_shipped_completions_are_what_the_program_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    for (shell, name) in FILES {
        let run = Command::new(env!("CARGO_BIN_EXE_bourn")).args(["completions", shell]).output();
        let run = run.expect("bourn can be started");
        assert!(run.status.success() && !run.stdout.is_empty(), "bourn completions {shell} fails");
        let path = folder.join(name);
        if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
            std::fs::create_dir_all(&folder).expect("the repository can be written");
            std::fs::write(&path, &run.stdout).expect("the repository can be written");
        }
        let shipped = std::fs::read(&path).unwrap_or_default();
        assert!(shipped == run.stdout, "completions/{name} is old: UPDATE=1 cargo test --test completions");
    }
}

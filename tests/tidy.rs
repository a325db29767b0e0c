//! The rules of the house as tests: layers, lengths, bans, missing pages, dead links. The rules about code
//! are in tidy/code.rs, those about documents in tidy/documents.rs; each has a sample that breaks it.

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/documents.rs"]
mod documents;
#[path = "common/repository.rs"]
mod repository;
#[path = "tidy/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use repository::{files, relative, root};
use source::Source;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn sources() -> Vec<Source> {
    let paths = files("src", ".rs").into_iter().chain(files("tests", ".rs"));
    paths.map(|path| Source::new(&relative(&path), &read(&path))).collect()
}

fn pages() -> Vec<std::path::PathBuf> {
    files("docs", ".md").into_iter().chain([root().join("README.md")]).collect()
}

#[test]
fn the_code_keeps_every_rule() {
    let mut breaches = Vec::new();
    for source in sources() {
        for (rule, check) in code::RULES {
            let found = check(&source);
            breaches
                .extend(found.iter().map(|(line, what)| format!("{}:{line}: {what} ({rule})", source.path)));
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_directory_of_src_is_a_layer_of_the_table() {
    let known: BTreeSet<&str> = code::LAYERS.iter().map(|(name, _)| *name).chain(["lib", "main"]).collect();
    for source in sources().iter().filter(|source| source.path.starts_with("src/")) {
        assert!(known.contains(source.layer()), "{} is in no layer", source.path);
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    for page in pages() {
        let folder = page.parent().expect("a page is in a folder");
        let exists = |path: &str| folder.join(path).exists();
        let headings = |path: &str| {
            let target = if path.is_empty() { page.clone() } else { folder.join(path) };
            std::fs::read_to_string(target).map(|text| documents::anchors(&text)).unwrap_or_default()
        };
        let broken = documents::broken_links(&read(&page), &exists, &headings);
        assert!(broken.is_empty(), "{}: {broken:?}", relative(&page));
    }
}

#[test]
fn every_dependency_is_explained() {
    let manifest = read(&root().join("Cargo.toml"));
    let unexplained =
        documents::unexplained_dependencies(&manifest, &read(&root().join("docs/dependencies.md")));
    assert!(unexplained.is_empty(), "docs/dependencies.md and Cargo.toml differ in {unexplained:?}");
}

#[test]
fn no_file_holds_a_path_of_one_machine() {
    for folder in ["src", "tests", "docs", "completions", ".ci"] {
        for path in files(folder, "") {
            let text =
                String::from_utf8_lossy(&std::fs::read(&path).expect("a file can be read")).into_owned();
            let lines = documents::machine_paths(&text);
            assert!(lines.is_empty(), "{}: lines {lines:?}", relative(&path));
        }
    }
}

#[test]
fn the_test_command_of_the_readme_is_the_one_that_ci_runs() {
    let readme = read(&root().join("README.md"));
    let command =
        readme.lines().find(|line| line.starts_with("cargo test")).expect("README.md has a test command");
    let ci = read(&root().join(".ci/run"));
    assert!(ci.lines().any(|line| line == command), ".ci/run does not run `{command}`");
}

#[test]
fn every_subcommand_has_a_page_in_the_manual() {
    let index = read(&root().join("docs/commands/README.md"));
    let commands = commands();
    assert!(commands.len() >= 7, "the help lists the commands: {commands:?}");
    let missing = documents::missing_pages(&commands, &root().join("docs/commands"));
    assert!(missing.is_empty(), "no page in docs/commands for {missing:?}");
    for name in commands {
        assert!(
            index.contains(&format!("[{name}]({name}.md)")),
            "docs/commands/README.md does not list {name}"
        );
    }
}

/// The subcommands that the program offers, as its help lists them.
fn commands() -> Vec<String> {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_bourn")).arg("--help").output();
    let help = String::from_utf8(help.expect("bourn can be started").stdout).expect("the help is UTF-8");
    let list =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = list.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn every_dependency_is_used() {
    let manifest: toml::Table = read(&root().join("Cargo.toml")).parse().expect("Cargo.toml is TOML");
    let all = sources();
    let mut unused = Vec::new();
    for table in ["dependencies", "dev-dependencies"] {
        for name in manifest[table].as_table().expect("it is a table").keys() {
            let path = format!("{}::", name.replace('-', "_"));
            let mut in_place =
                all.iter().filter(|source| table == "dev-dependencies" || source.path.starts_with("src/"));
            if !in_place.any(|source| source.code.contains(&path)) {
                unused.push(name);
            }
        }
    }
    assert!(unused.is_empty(), "{unused:?} are in Cargo.toml and nowhere else");
}

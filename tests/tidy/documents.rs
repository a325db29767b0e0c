//! The rules about what stands around the code: links, pages, dependencies, paths of one machine.

use std::collections::BTreeSet;
use std::path::Path;

/// The relative links of a page that lead nowhere. `exists` says whether a path, seen from the page's
/// folder, is there; `headings` gives the anchors of the page behind a path (of this page for "").
pub fn broken_links(
    page: &str,
    exists: &dyn Fn(&str) -> bool,
    headings: &dyn Fn(&str) -> BTreeSet<String>,
) -> Vec<String> {
    let is_broken = |link: &&str| {
        if link.contains("://") || link.starts_with("mailto:") {
            return false;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        (!path.is_empty() && !exists(path)) || (!anchor.is_empty() && !headings(path).contains(anchor))
    };
    let prose = prose(page);
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    links.filter(is_broken).map(str::to_owned).collect()
}

/// A page without its fenced blocks and code spans.
fn prose(page: &str) -> String {
    let mut text = String::new();
    let mut fenced = false;
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            text.extend(line.split('`').step_by(2));
            text.push('\n');
        }
    }
    text
}

/// The anchors of a page's headings, made as the forges make them.
pub fn anchors(page: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut found = BTreeSet::new();
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) {
            let title = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
            found.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

/// The dependencies of a manifest that the page does not name in the first column of its tables, and the
/// names in that column that are no dependencies.
pub fn unexplained_dependencies(manifest: &str, page: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("Cargo.toml is TOML");
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let wanted: BTreeSet<String> = tables
        .iter()
        .filter_map(|table| manifest.get(*table)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect();
    let named: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .flat_map(|(names, _)| names.split("`, `").map(str::to_owned))
        .collect();
    wanted.symmetric_difference(&named).cloned().collect()
}

/// The lines of a file that hold a path of somebody's machine.
pub fn machine_paths(text: &str) -> Vec<usize> {
    let marks =
        [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/", "bash_jobs"), concat!("/fa", "rm/")];
    let has = |line: &str| marks.iter().any(|mark| line.contains(mark));
    text.lines().enumerate().filter(|(_, line)| has(line)).map(|(at, _)| at + 1).collect()
}

/// The subcommands without a page.
pub fn missing_pages(commands: &[String], pages: &Path) -> Vec<String> {
    commands.iter().filter(|name| !pages.join(format!("{name}.md")).is_file()).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let page = "# One two\n[a](here.md) [b](gone.md) [c](#one-two) [d](#three) [e](https://x.org/y)\n```\n[f](code)\n```\n`[g](h)`";
        let found = broken_links(page, &|path| path == "here.md", &|_| anchors(page));
        assert_eq!(found, ["gone.md", "#three"]);
    }

    #[test]
    fn a_dependency_without_a_reason_and_a_reason_without_a_dependency_are_found() {
        let manifest = "[dependencies]\nserde = \"1\"\nclap = \"4\"\n[dev-dependencies]\ntempfile = \"3\"\n";
        let page = "| `clap` | flags |\n| `gone`, `tempfile` | was used |\n";
        assert_eq!(unexplained_dependencies(manifest, page), ["gone", "serde"]);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        assert_eq!(machine_paths(concat!("a\nsee /wo", "rk/x\n")), [2]);
        assert_eq!(machine_paths("frame/works"), []);
    }

    #[test]
    fn a_command_without_a_page_is_found() {
        assert_eq!(missing_pages(&["no-such-command".to_owned()], Path::new(".")), ["no-such-command"]);
    }
}

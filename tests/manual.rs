//! The manual is a test: every `console` block in README.md and below docs/ is run and must print what
//! the page says. `common/session.rs` describes the form of a session.

mod common;

use common::repository;
use common::session::{Document, run};

#[test]
fn every_session_in_the_manual_prints_what_the_page_says() {
    let mut pages = vec![Document::read(&repository::root().join("README.md"), "")];
    pages.extend(repository::files("docs", ".md").iter().map(|path| Document::read(path, "docs/examples")));
    assert!(pages[0].commands() > 3, "README.md has a tour");
    run(pages);
}

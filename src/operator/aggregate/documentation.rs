//! What the table of aggregates says of itself: the table in the help of commands and in the manual.

use super::registry::AGGREGATES;

/// The aggregates as a Markdown table, one row each with its worked example.
pub fn documentation() -> String {
    let mut table =
        "| aggregate | gives | example | over | result |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for aggregate in AGGREGATES {
        let example = &aggregate.example;
        let lines: Vec<String> = example.lines.iter().map(|line| code(line)).collect();
        let cells = [
            code(aggregate.signature),
            cell(aggregate.sentence),
            code(example.expression),
            lines.join(" "),
            code(example.result),
        ];
        table.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    table
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_the_table_as_it_is() {
        let page = include_str!("../../../docs/concepts/aggregates.md");
        let table = documentation();
        assert!(page.contains(&table), "docs/concepts/aggregates.md should have this table:\n{table}");
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(code(".x | length"), "`.x \\| length`");
    }
}

//! The account of a run: every line that was read is used, filtered out, late, duplicate or set aside,
//! and the sum always agrees.

use crate::operator::Fate;

/// Counts of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Lines that count in at least one result.
    pub used: u64,
    /// Lines among the used ones that came too late for another result they belong to.
    pub partly_late: u64,
    /// Lines that a condition or a range left out.
    pub filtered: u64,
    /// Lines that came when all their windows were closed.
    pub late: u64,
    /// Lines that were seen before.
    pub duplicate: u64,
    /// Lines that are no events, or whose clock is wrong.
    pub set_aside: u64,
}

impl Account {
    /// Books one line.
    #[inline]
    pub fn book(&mut self, fate: Fate) {
        *match fate {
            Fate::Used => &mut self.used,
            Fate::PartlyLate => {
                self.partly_late += 1;
                &mut self.used
            }
            Fate::Filtered => &mut self.filtered,
            Fate::Late => &mut self.late,
            Fate::Duplicate => &mut self.duplicate,
            Fate::SetAside => &mut self.set_aside,
        } += 1;
    }

    /// All lines that were read.
    pub fn read(&self) -> u64 {
        self.used + self.filtered + self.late + self.duplicate + self.set_aside
    }

    /// The account in one line of text.
    pub fn to_text(&self) -> String {
        let Account { used, partly_late, filtered, late, duplicate, set_aside } = self;
        let sum = format!(
            "read {} = used {used} + filtered {filtered} + late {late} + duplicate {duplicate} + set aside {set_aside}",
            self.read()
        );
        match partly_late {
            0 => sum,
            _ => format!("{sum}; of the used, {partly_late} came too late for another window"),
        }
    }

    /// The account as one JSON object.
    pub fn to_json(&self) -> String {
        let Account { used, partly_late, filtered, late, duplicate, set_aside } = self;
        format!(
            r#"{{"read":{},"used":{used},"filtered":{filtered},"late":{late},"duplicate":{duplicate},"setAside":{set_aside},"partlyLate":{partly_late}}}"#,
            self.read()
        )
    }
}

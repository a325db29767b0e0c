//! The state as it was at several moments, in one pass: one fold for each moment, and each event goes into the folds of
//! the moments that it had happened by. Events may come in any order, so nothing can be said before the end.

use super::super::saved::{put_bytes, take_bytes};
use super::*;
use crate::time::timestamp::Timestamp;

/// Folds up to several moments.
pub struct Moments {
    /// In the order of the moments.
    folds: Vec<(Timestamp, Fold)>,
}

impl Moments {
    /// The same fold up to each of the moments, included.
    pub fn new(mut folds: Vec<(Timestamp, Fold)>) -> Moments {
        folds.sort_by_key(|(moment, _)| *moment);
        folds.dedup_by_key(|(moment, _)| *moment);
        Moments { folds }
    }
}

impl Operator for Moments {
    fn on_event(&mut self, event: &Event<'_>, results: &mut Results) -> Result<Fate> {
        let mut fate = Fate::Filtered;
        let first = self.folds.partition_point(|(moment, _)| *moment < event.time());
        for (_, fold) in &mut self.folds[first..] {
            fate = fold.on_event(event, results)?;
        }
        Ok(fate)
    }

    fn on_end(&mut self, results: &mut Results) -> Result<()> {
        for (moment, fold) in &mut self.folds {
            let mut rows = Results::default();
            fold.on_end(&mut rows)?;
            for row in rows.rows.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
                results.rows.extend_from_slice(b"{\"at\":\"");
                moment.write_utc(&mut results.rows);
                results.rows.extend_from_slice(b"\",");
                match row {
                    [b'{', rest @ ..] if !fold.tells_bare_state() => results.rows.extend_from_slice(rest),
                    _ => {
                        results.rows.extend_from_slice(b"\"state\":");
                        results.rows.extend_from_slice(row);
                        results.rows.push(b'}');
                    }
                }
                results.rows.push(b'\n');
            }
        }
        Ok(())
    }

    fn save(&self, state: &mut Vec<u8>) {
        for (_, fold) in &self.folds {
            let mut own = Vec::new();
            fold.save(&mut own);
            put_bytes(&own, state);
        }
    }

    fn load(&mut self, mut state: &[u8]) -> Result<()> {
        for (_, fold) in &mut self.folds {
            fold.load(take_bytes(&mut state)?)?;
        }
        if state.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

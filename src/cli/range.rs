//! The flags that say which stretch of history is taken.

use clap::Args;

use super::Context;
use crate::error::Result;
use crate::event::line::Offset;
use crate::pipeline::filter::{StartAt, Until};
use crate::time::timestamp::Moment;

/// Which stretch of history is taken.
#[derive(Args, Clone, Debug, Default)]
pub struct RangeArgs {
    /// From this time or @OFFSET on, included
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Which events")]
    pub from: Option<String>,
    /// Up to this time or @OFFSET, included
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Which events")]
    pub until: Option<String>,
    /// Up to this time or @OFFSET, excluded
    #[arg(
        long,
        value_name = "TIME",
        allow_hyphen_values = true,
        conflicts_with = "until",
        help_heading = "Which events"
    )]
    pub before: Option<String>,
    /// No event lies further behind an earlier one than this, as stream stat tells: the range is then searched for by
    /// bisection in a file, and an event that does is an error
    #[arg(long, value_name = "D", help_heading = "Which events")]
    pub lateness: Option<String>,
}

impl RangeArgs {
    /// The two ends of the range.
    pub fn range(&self, context: &Context) -> Result<(StartAt, Until)> {
        let moment = |text: &Option<String>| text.as_deref().map(|text| context.moment(text)).transpose();
        let start = match moment(&self.from)? {
            None => StartAt::Earliest,
            Some(Moment::Offset(offset)) => StartAt::Offset(Offset(offset)),
            Some(Moment::Time(time)) => StartAt::Time(time),
        };
        let until = match (moment(&self.until)?, moment(&self.before)?) {
            (Some(Moment::Offset(offset)), _) => Until::Offset(Offset(offset)),
            (Some(Moment::Time(time)), _) => Until::Time(time),
            (None, Some(Moment::Offset(offset))) => Until::BeforeOffset(Offset(offset)),
            (None, Some(Moment::Time(time))) => Until::Before(time),
            (None, None) => Until::Latest,
        };
        Ok((start, until))
    }
}

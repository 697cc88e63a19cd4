//! From the facts to the report: a mixture of those who come at once, within the week, within months, and much later.

use crate::places::thousandths;
use crate::random::Random;
use crate::row::File;

/// Longest delay made, in days.
pub(crate) const LONGEST: i32 = 1500;

/// Days from the facts to the report. The weights and means are ours: a median of a few days and a tail of years.
pub(crate) fn draw(file: File, random: &mut Random) -> i32 {
    let at = random.below(1000);
    let mean = match file {
        File::Perceval if at < 900 => 4.0,
        File::Perceval => 30.0,
        _ if at < 220 => return random.between(0, 1),
        _ if at < 720 => 6.0,
        _ if at < 930 => 40.0,
        _ => 250.0,
    };
    let days = thousandths(random.exponential(mean));
    i32::try_from(days).unwrap_or(LONGEST).min(LONGEST)
}

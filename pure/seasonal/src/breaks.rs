//! Declared breaks: what lies between them is decomposed apart.

use crate::{Decomposition, SeasonalError, StlParams, decompose};
use std::ops::Range;

/// What lies between two breaks. Its components say nothing of its neighbours: the gap between the last trend before a
/// break and the first after it is the break itself, and is neither smoothed nor estimated here.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Positions in the series.
    pub range: Range<usize>,
    /// Its components, of the length of the range.
    pub decomposition: Decomposition,
}

/// Decomposes the segments between declared breaks, each on its own: a break is the position of the first value after a
/// shift of level (a new definition, a new source). Without breaks, one segment: the series.
///
/// # Errors
/// [`SeasonalError::Break`] when breaks lie outside, out of order or twice; [`SeasonalError::Short`] with its start when
/// a segment holds no more than two periods: it is refused, never joined to its neighbour; else what [`decompose`] says.
pub fn decompose_between(values: &[f64], breaks: &[usize], params: &StlParams) -> Result<Vec<Segment>, SeasonalError> {
    let len = values.len();
    let mut segments = Vec::with_capacity(breaks.len() + 1);
    let mut start = 0;
    for end in breaks.iter().copied().chain([len]) {
        if end <= start && len > 0 || end > len || (end == len && segments.len() < breaks.len()) {
            return Err(SeasonalError::Break { at: end, len });
        }
        let own = values.get(start..end).unwrap_or_default();
        let decomposition = decompose(own, params).map_err(|error| at(error, start))?;
        segments.push(Segment { range: start..end, decomposition });
        start = end;
    }
    Ok(segments)
}

/// The same error, told in positions of the whole series.
fn at(error: SeasonalError, from: usize) -> SeasonalError {
    match error {
        SeasonalError::Value { index, value } => SeasonalError::Value { index: from + index, value },
        SeasonalError::Short { start, len, period } => SeasonalError::Short { start: from + start, len, period },
        other => other,
    }
}

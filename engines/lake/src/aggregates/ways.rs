//! Where the answer to a question is read: in what was added up, in rows, or partly in each.

use super::cube::Cube;
use super::lots::Lot;
use super::shapes::{SHAPES, Shape};
use crate::error::failed;
use crate::history::View;
use crate::lake::Lake;
use crate::table::{Kind, Version};
use beffroi_ports::{FactsError, ReportsQuery, Spread};
use datafusion::prelude::{DataFrame, col, lit};
use std::collections::HashSet;
use std::sync::Arc;

const READING: &str = "read its tables";
/// How often another way is looked for when one turns out not to be there.
const TRIES: usize = 2 * SHAPES.len();

/// What may be read for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Whatever is quickest.
    Any,
    /// Rows alone.
    Rows,
}

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Reports.
    Rows,
    /// Reports added up.
    Cells,
}

/// A part of what is asked about.
pub(crate) enum Way {
    /// In rows.
    Rows {
        frame: DataFrame,
        /// How many are looked at, at most.
        n_rows: u64,
    },
    /// In what was added up.
    Cells { shape: &'static Shape, cube: Arc<Cube> },
}

/// The ways to an answer, at least one: together they hold every report of the view once.
pub(crate) async fn of(lake: &Lake, view: &View, query: &ReportsQuery, by: By) -> Result<Vec<Way>, FactsError> {
    let part = view.part(Kind::Reports);
    let version = lake.table(Kind::Reports).version(part.version).await?;
    let shapes: Vec<&'static Shape> = SHAPES.iter().filter(|shape| by == By::Any && shape.answers(query)).collect();
    if shapes.is_empty() || !version.files.iter().all(|file| is_plain(&file.path)) {
        return Ok(vec![rows(lake, &version, None, &part.later).await?]);
    }
    let spreads = query.measures.iter().any(|measure| matches!(measure.spread(), Some(Spread::Loss | Spread::Delay)));
    let aggregates = lake.aggregates();
    let lots = aggregates.lots(&version.files)?;
    for _ in 0..TRIES {
        let chosen = shapes.iter().filter_map(|shape| {
            let kept: Vec<Arc<Lot>> = lots.iter().filter(|lot| aggregates.is_kept(lot, shape)).cloned().collect();
            if kept.is_empty() || aggregates.is_too_large(shape, &kept, &part.later) {
                return None;
            }
            let covered: u64 = kept.iter().map(|lot| lot.manifest.n_rows).sum();
            let n_cells: u64 = kept.iter().filter_map(|lot| lot.cells(shape)).sum();
            // Values that nobody asks for are not read for the sake of a few cells.
            Some(((u64::MAX - covered, shape.spreads && !spreads, n_cells), *shape, kept))
        });
        let Some((_, shape, kept)) = chosen.min_by_key(|(cost, ..)| *cost) else { break };
        let Some(cube) = lake.stock(shape, &kept, &part.later).await? else { continue };
        let known: HashSet<&str> = kept.iter().flat_map(|lot| lot.files()).collect();
        let rest: Vec<String> = version
            .files
            .iter()
            .map(|file| &file.path)
            .filter(|path| !known.contains(path.as_str()))
            .cloned()
            .collect();
        let mut ways = vec![Way::Cells { shape, cube }];
        if !rest.is_empty() {
            ways.push(rows(lake, &version, Some(&rest), &part.later).await?);
        }
        return Ok(ways);
    }
    Ok(vec![rows(lake, &version, None, &part.later).await?])
}

/// Whether a file's name reads the same in the log and in an address: some can then be read without the others.
pub(crate) fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.=".contains(&byte))
}

/// The rows of all files of a version or of some, less those of later deliveries.
async fn rows(lake: &Lake, version: &Version, files: Option<&[String]>, later: &[String]) -> Result<Way, FactsError> {
    let provider = match files {
        None => version.rows.clone(),
        Some(files) => version.rows_of(files).await?,
    };
    let frame = without(lake.complete(Kind::Reports, provider)?, later)?;
    let is_read = |path: &String| files.is_none_or(|files| files.contains(path));
    let n_rows = version.files.iter().filter(|file| is_read(&file.path)).filter_map(|file| file.n_rows).sum();
    Ok(Way::Rows { frame, n_rows })
}

/// What a frame holds of other deliveries than these.
pub(crate) fn without(frame: DataFrame, later: &[String]) -> Result<DataFrame, FactsError> {
    if later.is_empty() {
        return Ok(frame);
    }
    let later = later.iter().map(|key| lit(key.as_str())).collect();
    frame.filter(col("delivery").in_list(later, true)).map_err(failed(READING))
}

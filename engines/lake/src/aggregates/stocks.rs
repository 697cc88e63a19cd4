//! Lots in memory: those that an answer needs, in one shape, added up once more over all of them.

use super::cells::conform;
use super::lots::Lot;
use super::shapes::Shape;
use super::ways::{Form, without};
use super::{Aggregates, making};
use crate::error::failed;
use crate::lake::Lake;
use beffroi_ports::FactsError;
use datafusion::arrow::array::RecordBatch;
use std::collections::BTreeSet;
use std::sync::Arc;

const READING: &str = "read what it added up";
/// Cells read before they are added up: what is held beside the stock.
const CELLS_AT_ONCE: usize = 1 << 20;
/// A stock of more cells than this is not kept: its question goes to the rows.
const CELLS_OF_STOCK: usize = 3 << 19;
/// Cells of all stocks kept: about a quarter of a kilobyte each.
const CELLS_KEPT: usize = 2 << 20;
/// A stock that went into a larger one stays when it has at most this many: older snapshots ask for it.
const CELLS_OF_PART: usize = 100_000;

/// The cells of some lots in one shape.
#[derive(Debug)]
pub(crate) struct Stock {
    shape: &'static Shape,
    pub(super) lots: BTreeSet<String>,
    /// Deliveries left out, by what their rows are marked with.
    later: Vec<String>,
    /// Its cells; none when they are too many.
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) n_cells: usize,
}

impl Stock {
    fn is_of(&self, shape: &Shape, later: &[String]) -> bool {
        self.shape == shape && self.later == later
    }

    fn is_too_large(&self) -> bool {
        self.n_cells > CELLS_OF_STOCK
    }
}

fn names(lots: &[Arc<Lot>]) -> BTreeSet<String> {
    lots.iter().map(|lot| lot.name.clone()).collect()
}

impl Aggregates {
    /// Whether these lots are known to make too large a stock.
    pub(crate) fn is_too_large(&self, shape: &Shape, lots: &[Arc<Lot>], later: &[String]) -> bool {
        self.find(shape, &names(lots), later).is_some_and(|stock| stock.is_too_large())
    }

    fn find(&self, shape: &Shape, lots: &BTreeSet<String>, later: &[String]) -> Option<Arc<Stock>> {
        let mut shelf = self.shelf();
        let place = shelf.stocks.iter().position(|stock| stock.is_of(shape, later) && stock.lots == *lots)?;
        // The latest used comes first.
        let stock = shelf.stocks.remove(place)?;
        shelf.stocks.push_front(stock.clone());
        Some(stock)
    }

    /// The largest stock of some of these lots: the rest is added to it.
    fn part(&self, shape: &Shape, lots: &BTreeSet<String>, later: &[String]) -> Option<Arc<Stock>> {
        let shelf = self.shelf();
        let fits =
            |stock: &&Arc<Stock>| stock.is_of(shape, later) && !stock.is_too_large() && stock.lots.is_subset(lots);
        shelf.stocks.iter().filter(fits).max_by_key(|stock| stock.lots.len()).cloned()
    }

    /// Keeps a stock, and lets go of the least lately used ones beyond what is kept.
    fn put(&self, stock: Arc<Stock>) {
        let mut shelf = self.shelf();
        let is_part = |old: &Arc<Stock>| old.is_of(stock.shape, &stock.later) && old.lots.is_subset(&stock.lots);
        shelf.stocks.retain(|old| old.n_cells <= CELLS_OF_PART || !is_part(old));
        shelf.stocks.push_front(stock);
        let mut n_cells = 0;
        shelf.stocks.retain(|stock| {
            n_cells += stock.batches.iter().map(RecordBatch::num_rows).sum::<usize>();
            n_cells <= CELLS_KEPT
        });
    }
}

impl Lake {
    /// The stock of some lots in a shape, without the deliveries that came later; none when something of it is not there
    /// or it is too large, which is remembered.
    pub(crate) async fn stock(
        &self,
        shape: &'static Shape,
        lots: &[Arc<Lot>],
        later: &[String],
    ) -> Result<Option<Arc<Stock>>, FactsError> {
        let (aggregates, wanted) = (self.aggregates(), names(lots));
        if let Some(stock) = aggregates.find(shape, &wanted, later) {
            return Ok((!stock.is_too_large()).then_some(stock));
        }
        let _making = aggregates.making.lock().await;
        if let Some(stock) = aggregates.find(shape, &wanted, later) {
            return Ok((!stock.is_too_large()).then_some(stock));
        }
        let part = aggregates.part(shape, &wanted, later);
        let known = part.as_ref().map(|part| &part.lots);
        let mut batches = part.as_ref().map_or_else(Vec::new, |part| part.batches.clone());
        let mut n_new = 0;
        for lot in lots.iter().filter(|lot| known.is_none_or(|known| !known.contains(&lot.name))) {
            let Some(read) = aggregates.read(lot, shape) else { return Ok(None) };
            n_new += read.iter().map(RecordBatch::num_rows).sum::<usize>();
            batches.extend(self.for_answers(shape, read, later).await?);
            if n_new > CELLS_AT_ONCE {
                batches = self.added_up(shape, batches).await?;
                n_new = 0;
            }
        }
        let mut batches = self.added_up(shape, batches).await?;
        let n_cells = batches.iter().map(RecordBatch::num_rows).sum();
        if n_cells > CELLS_OF_STOCK {
            batches.clear();
        }
        let stock = Arc::new(Stock { shape, lots: wanted, later: later.to_vec(), batches, n_cells });
        aggregates.put(stock.clone());
        Ok((!stock.is_too_large()).then_some(stock))
    }

    /// The cells of a lot as answers are made of them.
    async fn for_answers(
        &self,
        shape: &Shape,
        cells: Vec<RecordBatch>,
        later: &[String],
    ) -> Result<Vec<RecordBatch>, FactsError> {
        let cells = if later.is_empty() {
            cells
        } else {
            let kept = without(self.frame_of(shape.filed(), cells)?, later)?;
            kept.collect().await.map_err(failed(READING))?
        };
        let schema = shape.answering();
        cells.iter().map(|batch| conform(&schema, batch)).collect()
    }

    /// Cells that are alike, added up.
    async fn added_up(&self, shape: &Shape, cells: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, FactsError> {
        let schema = shape.answering();
        let keys = making::keys(shape, Form::Cells { delays: shape.delays }, shape.deliveries);
        let sums = making::sums(Form::Cells { delays: false });
        let frame = self.frame_of(schema.clone(), cells)?.aggregate(keys, sums).map_err(failed(READING))?;
        let batches = frame.collect().await.map_err(failed(READING))?;
        batches.iter().map(|batch| conform(&schema, batch)).collect()
    }
}

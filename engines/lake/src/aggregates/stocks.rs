//! Lots in memory: those that an answer needs, in one shape, added up once more over all of them.

use super::Aggregates;
use super::cube::Cube;
use super::lots::Lot;
use super::shapes::Shape;
use crate::error::failed;
use crate::lake::Lake;
use beffroi_ports::FactsError;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

const READING: &str = "read what it added up";
/// Cells read before they are added up: what is held beside the stock.
const CELLS_AT_ONCE: usize = 1 << 20;
/// A stock of more bytes than this is not kept: its question goes to the rows.
const BYTES_OF_STOCK: usize = 256 << 20;
/// Bytes of all stocks kept.
const BYTES_KEPT: usize = 512 << 20;
/// A stock that went into a larger one stays when it has at most this many bytes: older snapshots ask for it.
const BYTES_OF_PART: usize = 16 << 20;

/// The cells of some lots in one shape.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(crate) shape: &'static Shape,
    pub(super) lots: BTreeSet<String>,
    /// Deliveries left out, by what their rows are marked with.
    later: Vec<String>,
    /// Its cells; none when they are too many.
    cube: Option<Arc<Cube>>,
    n_bytes: usize,
}

impl Stock {
    fn is_of(&self, shape: &Shape, later: &[String]) -> bool {
        self.shape == shape && self.later == later
    }
}

fn names(lots: &[Arc<Lot>]) -> BTreeSet<String> {
    lots.iter().map(|lot| lot.name.clone()).collect()
}

impl Aggregates {
    /// Whether these lots are known to make too large a stock.
    pub(crate) fn is_too_large(&self, shape: &Shape, lots: &[Arc<Lot>], later: &[String]) -> bool {
        self.find(shape, &names(lots), later).is_some_and(|stock| stock.cube.is_none())
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
            |stock: &&Arc<Stock>| stock.is_of(shape, later) && stock.cube.is_some() && stock.lots.is_subset(lots);
        shelf.stocks.iter().filter(fits).max_by_key(|stock| stock.lots.len()).cloned()
    }

    /// Keeps a stock, and lets go of the least lately used ones beyond what is kept.
    fn put(&self, stock: Arc<Stock>) {
        let mut shelf = self.shelf();
        let is_part = |old: &Arc<Stock>| old.is_of(stock.shape, &stock.later) && old.lots.is_subset(&stock.lots);
        shelf.stocks.retain(|old| old.n_bytes <= BYTES_OF_PART || !is_part(old));
        shelf.stocks.push_front(stock);
        let mut n_bytes = 0;
        shelf.stocks.retain(|stock| {
            n_bytes += stock.n_bytes;
            n_bytes <= BYTES_KEPT
        });
    }
}

impl Lake {
    /// The cells of some lots in a shape, without the deliveries that came later; none when something of it is not there
    /// or it is too large, which is remembered.
    pub(crate) async fn stock(
        &self,
        shape: &'static Shape,
        lots: &[Arc<Lot>],
        later: &[String],
    ) -> Result<Option<Arc<Cube>>, FactsError> {
        let (aggregates, wanted) = (self.aggregates(), names(lots));
        if let Some(stock) = aggregates.find(shape, &wanted, later) {
            return Ok(stock.cube.clone());
        }
        let _making = aggregates.making.lock().await;
        if let Some(stock) = aggregates.find(shape, &wanted, later) {
            return Ok(stock.cube.clone());
        }
        let (shared, lots, later) = (Arc::clone(aggregates), lots.to_vec(), later.to_vec());
        // Reading takes its time, and whoever waits for another page does not wait for it.
        let made = tokio::task::spawn_blocking(move || shared.make(shape, &lots, later, wanted));
        let stock = made.await.map_err(failed(READING))??;
        Ok(stock.and_then(|stock| stock.cube.clone()))
    }
}

impl Aggregates {
    /// Reads the lots of a stock and adds them up; none when something of it is not there.
    fn make(
        &self,
        shape: &'static Shape,
        lots: &[Arc<Lot>],
        later: Vec<String>,
        wanted: BTreeSet<String>,
    ) -> Result<Option<Arc<Stock>>, FactsError> {
        let part = self.part(shape, &wanted, &later);
        let known = part.as_ref().map(|part| &part.lots);
        let mut cube = part.as_ref().and_then(|part| part.cube.as_deref()).cloned().unwrap_or_else(|| Cube::new(shape));
        let without: HashSet<&str> = later.iter().map(String::as_str).collect();
        let mut n_known = cube.n_cells();
        for lot in lots.iter().filter(|lot| known.is_none_or(|known| !known.contains(&lot.name))) {
            if !self.read(lot, shape, |batch| cube.take(batch, &without))? {
                return Ok(None);
            }
            if cube.n_cells() - n_known > CELLS_AT_ONCE {
                cube = cube.compacted()?;
                n_known = cube.n_cells();
            }
            if cube.bytes() > 2 * BYTES_OF_STOCK {
                break;
            }
        }
        let cube = if cube.bytes() > 2 * BYTES_OF_STOCK { cube } else { cube.compacted()? };
        let cube = (cube.bytes() <= BYTES_OF_STOCK).then(|| Arc::new(cube));
        let n_bytes = cube.as_ref().map_or(0, |cube| cube.bytes());
        let stock = Arc::new(Stock { shape, lots: wanted, later, cube, n_bytes });
        self.put(stock.clone());
        Ok(Some(stock))
    }
}

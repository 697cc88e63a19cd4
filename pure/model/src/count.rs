//! One row a published count.

use crate::{Layer, Period, SourceId, Territory, Tlp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A figure somebody published, with what is needed to know which figure it is. The same year of the same series may
/// stand several times: the definition version and the vintage tell the rows apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishedCount {
    /// Where it comes from.
    pub source: SourceId,
    /// Which instrument saw it.
    pub layer: Layer,
    /// The publisher's series: `escroqueries`, `rancongiciel-revendications`…
    pub series: String,
    /// The period it counts.
    pub period: Period,
    /// The territory it counts.
    pub territory: Territory,
    /// Finer breakdown within the series, when there is one; empty for the whole.
    pub category: Option<String>,
    /// What one unit is: `victime`, `infraction`, `ménage victime`, `percent`…
    pub unit_of_count: String,
    /// Which definition it was counted under.
    pub definition_version: String,
    /// The day at which the publisher's data stood.
    pub vintage: Date,
    /// The figure.
    pub value: f64,
    /// Population of the territory in that period, when the source gives it.
    pub population: Option<i64>,
    /// To whom it may go.
    pub tlp: Tlp,
    /// Made by a generator, not by life.
    pub synthetic: bool,
}

impl PublishedCount {
    /// What tells the row apart within its source: `series|period|territory|category|unit|definition|vintage`, with
    /// nothing for the category of a whole.
    pub fn key(&self) -> String {
        let category = self.category.as_deref().unwrap_or_default();
        format!(
            "{}|{}|{}|{category}|{}|{}|{}",
            self.series, self.period, self.territory, self.unit_of_count, self.definition_version, self.vintage
        )
    }
}

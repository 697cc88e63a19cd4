//! The sheets of this desk: from records to tables.

pub(crate) mod balance;
pub(crate) mod gaps;
pub(crate) mod inventory;
pub(crate) mod map;
pub(crate) mod portfolio;
pub(crate) mod proposal;

#[cfg(test)]
mod tests;

use crate::gaps::Holding;
use beffroi_register::{Record, SheetContext};

/// What is there, of both inventories, as far as it is open to the reader.
pub(crate) fn holdings(context: &SheetContext<'_>) -> Vec<Holding> {
    let inventories = context.of("asset").chain(context.of("restricted_asset"));
    inventories.filter(|asset| asset.state != "withdrawn").filter_map(holding).collect()
}

fn holding(asset: &Record) -> Option<Holding> {
    Some(Holding {
        reference: asset.reference.clone(),
        capability: asset.value("capability").to_owned(),
        territory: asset.value("territory").parse().ok()?,
        unit: asset.value("unit").to_owned(),
        quantity: asset.value("quantity").parse().unwrap_or(1),
        usable: asset.state == "verified" && asset.value("availability") != "out_of_order",
        until: asset.value("expires").parse().ok(),
    })
}

/// A number that a field holds; nothing is nothing.
pub(crate) fn number(record: &Record, field: &str) -> Option<f64> {
    record.value(field).parse().ok()
}

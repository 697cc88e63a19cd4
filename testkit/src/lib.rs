//! Made-up reports whose truth is known: the same seed gives the same bytes on every machine.
//!
//! [`generate`] writes the files of four invented services and `truth.json`, which says what was planted in them: counts, series,
//! hubs, duplicates, role errors, delays, a new threat and rows that must be refused. Every number, account and address in them
//! is of a kind that belongs to nobody: telephone numbers of the blocks reserved for audiovisual works, domains under
//! `.example` (RFC 2606), accounts of a bank code that no bank holds.
//!
//! The files, one service each:
//!
//! | file | form | layer |
//! | --- | --- | --- |
//! | `synth-unites.csv` | Windows-1252, `;`, dd/mm/yyyy, decimal comma | recorded |
//! | `synth-thesee.jsonl` | JSON lines | recorded |
//! | `synth-perceval.csv` | UTF-8, `,` | platform |
//! | `synth-17cyber.tsv` | UTF-8 with a byte-order mark, tab | platform |
//!
//! In an exercise a source may be delivered week by week: its later files then lie in `deliveries/WEEK/`.

pub mod archive;
mod arrivals;
mod calendar;
pub mod columns;
mod delays;
mod emission;
mod generate;
pub mod hostile;
mod identifiers;
pub mod opendocument;
mod phenomena;
mod places;
mod planting;
mod quotas;
mod random;
mod row;
mod series;
pub mod smtp;
mod tables;
mod tally;
mod threat;
mod truth;
mod waves;
pub mod workbook;
mod writers;

pub use generate::{Config, GenerateError, generate};
pub use row::File;
pub use truth::{
    ByYear, Delays, Duplicate, Hub, Key, LayerTruth, Member, NewThreat, Rejected, SeriesTruth, SourceTruth, Truth,
    TruthDelivery, TruthError, TruthWave, TruthWeek, WaveWeek, truth,
};

#[cfg(test)]
mod tests;

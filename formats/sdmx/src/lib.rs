//! Figures in SDMX 3.0, the exchange format of statistical offices: SDMX-CSV 2.0, and SDMX-JSON 2.0 for the data and for
//! their structure (data structure definition, code lists, concept scheme, dataflow). Written, and what was written read
//! back.
//!
//! Sources: SDMX-CSV 2.0.0 and SDMX-JSON 2.0.0 field guides (SDMX Technical Working Group, 2021), SDMX 3.0 technical
//! notes (section 6, time formats), SDMX cross-domain code lists. Messages hold to the JSON schemas of 2.0.0, and to those
//! of 2.1 which are stricter.
//!
//! What holds whoever calls:
//!
//! - a value whose confidentiality is not free (`CONF_STATUS` other than `F`) is not written: [`check`](DataSet::check)
//!   refuses it. A protected cell is `C` without value, whether it is protected for itself or for what it would give
//!   away, since the difference would help whoever subtracts;
//! - no value is missing without a reason (`OBS_STATUS` or `CONF_STATUS`);
//! - a code stands in its list, a period fits its frequency, an observation is there once;
//! - vintages are data sets with `validFrom` and `validTo` (columns `VALID_FROM`, `VALID_TO` in CSV), each whole: what is
//!   not in the later one was not published in it.
//!
//! Readers take what these writers write and nothing else: unknown members, members given twice, other headers are
//! refused. They read at most [`MOST_BYTES`] bytes and [`MOST_OBSERVATIONS`] observations.

mod cell;
mod cross_domain;
mod csv_form;
mod data;
mod error;
mod id;
mod index;
mod json_data;
mod json_structure;
mod period;
mod structure;
mod wire;

pub use cross_domain::{CONF_STATUS, FREQ, OBS_STATUS, conf_status_list, freq_list, obs_status_list};
pub use csv_form::{CSV_MEDIA_TYPE, read_csv, write_csv};
pub use data::{Action, DataMessage, DataSet, Header, Observation, Value};
pub use error::SdmxError;
pub use id::ArtefactRef;
pub use json_data::{JSON_MEDIA_TYPE, read_data, write_data};
pub use json_structure::{STRUCTURE_MEDIA_TYPE, read_structure, write_structure};
pub use period::{Frequency, TimePeriod};
pub use structure::{
    Attachment, Attribute, Code, Codelist, Concept, ConceptScheme, DataStructure, Dataflow, Dimension, Representation,
    Structures, Text,
};

/// Longest message that is read, in bytes. Reading takes up to some twenty times as much memory.
pub const MOST_BYTES: usize = 16 << 20;
/// Most observations of a data set that are read.
pub const MOST_OBSERVATIONS: usize = 1_000_000;

/// Identifier of the time dimension.
pub const TIME_PERIOD: &str = "TIME_PERIOD";
/// Identifier of the measure.
pub const OBS_VALUE: &str = "OBS_VALUE";
/// Identifier of the unit, when the structure has one.
pub const UNIT_MEASURE: &str = "UNIT_MEASURE";
/// Identifier of the number of decimals shown, when the structure has one.
pub const DECIMALS: &str = "DECIMALS";

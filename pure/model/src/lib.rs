//! The words of the house as types: periods, territories, markings, reports, observables, published counts,
//! deliveries and their identifiers.
//!
//! Everything that crosses a floor is made of these. Nothing here reads a file, a clock or a random source.

mod channel;
mod count;
mod delivery;
mod ids;
mod layer;
mod marking;
mod observable;
mod period;
mod report;
mod territory;
mod text;

pub use channel::Channel;
pub use count::PublishedCount;
pub use delivery::{Delivery, DeliveryOutcome};
pub use ids::{AlertRef, DeliveryId, IdError, ReportId, SeriesId, SignalId, SituationRef, SourceId};
pub use layer::Layer;
pub use marking::{Marking, MarkingError, Pap, Tlp};
pub use observable::{Observable, ObservableKind, Role};
pub use period::{Grain, Period, PeriodError};
pub use report::{Report, ReportKind, Sex, VictimKind};
pub use territory::{Territory, TerritoryError, TerritoryKind};
pub use text::Text;

//! Count series under watch: what was to be expected, from which value on it is a signal, and how improbable it was.
//!
//! | method | remembers | source |
//! | --- | --- | --- |
//! | EARS C1, C2, C3 | the last 7 to 11 periods | Hutwagner et al. 2003; Fricker, Hegler and Dunfee 2008 |
//! | Bayes | the same weeks of past years and the last weeks | Riebler 2004; Höhle 2007 |
//! | CUSUM | every week since it began | Page 1954; Rossi, Lampugnani and Marchi 1999 |
//! | likelihood ratios | every week since it began, against a seasonal regression | Höhle and Paul 2008 |
//! | Farrington | the same weeks of past years | Farrington, Andrews, Beale and Catchpole 1996 |
//! | Farrington flexible | all past years, by season | Noufaily et al. 2013 |
//!
//! Parameters bear the names of the R package `surveillance` (in snake case) and results agree with it: the tests
//! compare every threshold and alarm with that package's output on public series.
//!
//! Many series watched every week make false alarms by their number alone: [`benjamini_hochberg`] keeps the share of
//! false ones among the alarms below a stated rate, [`weighted_benjamini_hochberg`] does it where some series count for
//! more, [`tree_discoveries`] where series are parts of others; [`budget_limit`] holds their number in a month.
//! What spreads from place to place is looked for by [`scan`]. What is still to come in is foreseen by [`Delays`], and
//! held against its part of the expected count by [`detect_partial`].

mod bayes;
mod calendar;
mod chance;
mod cusum;
mod detect;
mod distribution;
mod ears;
mod false_discovery;
mod farrington;
mod flexible;
mod glm;
mod glr;
mod levels;
mod novelty;
mod nowcast;
mod params;
mod scan;
mod series;
mod table;
mod tree;

pub use bayes::BayesParams;
pub use calendar::Calendar;
pub use cusum::{CusumMean, CusumParams, CusumTransform};
pub use detect::{Method, detect, detect_partial};
pub use ears::{EarsParams, EarsVariant};
pub use false_discovery::{benjamini_hochberg, persistence_weight, weighted_benjamini_hochberg};
pub use farrington::{FarringtonParams, PowerTransform};
pub use flexible::{FlexibleParams, ThresholdMethod};
pub use glr::{GlrParams, GlrPoint};
pub use novelty::{Burst, TermCount, bursts, distance, domain_terms};
pub use nowcast::{Completeness, Delays, Nowcast, nowcast};
pub use scan::{Cluster, ScanModel, ScanParams, scan, zones};
pub use series::{Point, Series, SurveillanceError};
pub use table::{NamedSeries, PeriodUnit, RowFault, SeriesTable, TableError, read_table};
pub use tree::{Node, TreeDiscoveries, WEEKS_A_MONTH, budget_limit, tree_discoveries};

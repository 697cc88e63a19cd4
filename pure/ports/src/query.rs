//! A question about facts, as data. The lake runs it; a desk composes it and never writes a query language.

use beffroi_model::{Grain, Layer, Period, PublishedCount, SourceId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By what the rows of `reports` may be grouped or filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Source identifier.
    Source,
    /// `survey`, `platform`, `recorded`.
    Layer,
    /// Kind of report.
    Kind,
    /// Unit of count.
    Unit,
    /// Day of report, grouped by day.
    Day,
    /// Day of report, grouped by ISO week.
    Week,
    /// Day of report, grouped by month.
    Month,
    /// Day of report, grouped by quarter.
    Quarter,
    /// Day of report, grouped by year.
    Year,
    /// Territory code (department, "NL", "ETR").
    Department,
    /// Region of the territory, as [`Zones`] tell it; a territory of no region stands for itself.
    Region,
    /// Part of the country (metropolitan, overseas departments, collectivities), as [`Zones`] tell it.
    Area,
    /// Category of digital offence.
    Category,
    /// Phenomenon.
    Phenomenon,
    /// `true` or `false`: attack on a data-processing system.
    Astad,
    /// Class of victim.
    VictimKind,
    /// Sex of the victim.
    Sex,
    /// Age band of the victim.
    AgeBand,
    /// Sector of the victim.
    Sector,
    /// Size band of the victim.
    Size,
    /// Named object (ransomware group, abused brand).
    Subject,
    /// `true` or `false`: made by a generator.
    Synthetic,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 22] = [
        Self::Source,
        Self::Layer,
        Self::Kind,
        Self::Unit,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Department,
        Self::Region,
        Self::Area,
        Self::Category,
        Self::Phenomenon,
        Self::Astad,
        Self::VictimKind,
        Self::Sex,
        Self::AgeBand,
        Self::Sector,
        Self::Size,
        Self::Subject,
        Self::Synthetic,
    ];

    /// The code used in requests and in column headings.
    pub fn code(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Layer => "layer",
            Self::Kind => "kind",
            Self::Unit => "unit",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Department => "department",
            Self::Region => "region",
            Self::Area => "area",
            Self::Category => "category",
            Self::Phenomenon => "phenomenon",
            Self::Astad => "astad",
            Self::VictimKind => "victim-kind",
            Self::Sex => "sex",
            Self::AgeBand => "age-band",
            Self::Sector => "sector",
            Self::Size => "size",
            Self::Subject => "subject",
            Self::Synthetic => "synthetic",
        }
    }

    /// The dimension of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == code)
    }

    /// The grain, for a dimension of time.
    pub fn grain(self) -> Option<Grain> {
        match self {
            Self::Day => Some(Grain::Day),
            Self::Week => Some(Grain::Week),
            Self::Month => Some(Grain::Month),
            Self::Quarter => Some(Grain::Quarter),
            Self::Year => Some(Grain::Year),
            _ => None,
        }
    }
}

/// What is measured over `reports`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Rows.
    Count,
    /// Sum of known losses, in cents.
    LossCents,
    /// Rows whose loss is known.
    LossKnown,
    /// Mean days from facts to report, over rows whose day of facts is known.
    MeanDelayDays,
    /// Rows whose day of facts is known.
    DelayKnown,
    /// Rows reported at most so many days after their facts.
    DelayWithin(u16),
    /// Rows delivered to the house at most so many days after they were reported.
    DeliveredWithin(u16),
    /// A quantile of the known losses, in cents; 50 is the median.
    LossQuantile(u8),
    /// A quantile of the known delays from facts to report, in days.
    DelayQuantile(u8),
    /// A quantile of the delays from report to delivery, in days.
    DeliveryQuantile(u8),
}

/// Of what a quantile is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spread {
    /// Known losses, in cents.
    Loss,
    /// Known delays from facts to report, in days.
    Delay,
    /// Delays from report to delivery, in days.
    Delivery,
}

impl Measure {
    /// What has to be known value by value to give this measure; none where sums are enough.
    pub fn spread(self) -> Option<Spread> {
        match self {
            Self::LossQuantile(_) => Some(Spread::Loss),
            Self::DelayQuantile(_) => Some(Spread::Delay),
            Self::DeliveryQuantile(_) | Self::DeliveredWithin(_) => Some(Spread::Delivery),
            Self::Count
            | Self::LossCents
            | Self::LossKnown
            | Self::MeanDelayDays
            | Self::DelayKnown
            | Self::DelayWithin(_) => None,
        }
    }
}

/// Which territories make a region and a part of the country, in one version of the code lists: the caller says it, so
/// that an old question gets its old answer whatever the lists say today.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zones {
    /// The region of each territory that has one.
    pub regions: BTreeMap<String, String>,
    /// The part of the country of each territory.
    pub areas: BTreeMap<String, String>,
}

impl Zones {
    /// The zones of a dimension; none for one that is no zone.
    pub fn of(&self, dimension: Dimension) -> Option<&BTreeMap<String, String>> {
        match dimension {
            Dimension::Region => Some(&self.regions),
            Dimension::Area => Some(&self.areas),
            _ => None,
        }
    }

    /// The territories that make these zones, for a filter.
    pub fn territories<'a>(zones: &'a BTreeMap<String, String>, kept: &'a [String]) -> impl Iterator<Item = &'a str> {
        let alone = kept.iter().filter(|code| !zones.contains_key(*code));
        let parts = zones.iter().filter(|(_, zone)| kept.contains(zone)).map(|(territory, _)| territory);
        alone.chain(parts).map(String::as_str)
    }
}

/// Keeps the rows whose value of `dimension` is one of `values`; the empty text stands for "no value".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// By what. For a dimension of time the values are periods of its grain, written as [`Period`] writes them; a
    /// range of days is better said with `from` and `to`.
    pub dimension: Dimension,
    /// The values kept.
    pub values: Vec<String>,
}

/// A question about the table of reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportsQuery {
    /// What is measured, one value a measure in each row of the answer.
    pub measures: Vec<Measure>,
    /// By what it is grouped, in the order of the answer's keys.
    pub by: Vec<Dimension>,
    /// What is kept: every filter must hold.
    pub filters: Vec<Filter>,
    /// First day of report, included.
    pub from: Option<Date>,
    /// Last day of report, included.
    pub to: Option<Date>,
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
    /// What makes a region and a part of the country; needed when these are asked for.
    #[serde(default)]
    pub zones: Zones,
}

impl Default for ReportsQuery {
    fn default() -> Self {
        Self {
            measures: vec![Measure::Count],
            by: Vec::new(),
            filters: Vec::new(),
            from: None,
            to: None,
            snapshot: None,
            zones: Zones::default(),
        }
    }
}

/// A question about the table of published counts: the rows themselves, since a published count is not added up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CountsQuery {
    /// Only these sources; all when empty.
    pub sources: Vec<SourceId>,
    /// Only these series; all when empty.
    pub series: Vec<String>,
    /// Only this layer.
    pub layer: Option<Layer>,
    /// Only this grain of period.
    pub grain: Option<Grain>,
    /// From this period on, included.
    pub from: Option<Period>,
    /// Up to this period, included.
    pub to: Option<Period>,
    /// Only these territories; all when empty.
    pub territories: Vec<String>,
    /// Only this definition version.
    pub definition_version: Option<String>,
    /// Only what was known on that day (vintage on or before it).
    pub known_on: Option<Date>,
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
}

impl CountsQuery {
    /// Whether the query keeps the row (its snapshot apart). A row is kept when its whole period lies between the
    /// first day of `from` and the last day of `to`.
    pub fn keeps(&self, row: &PublishedCount) -> bool {
        (self.sources.is_empty() || self.sources.contains(&row.source))
            && (self.series.is_empty() || self.series.contains(&row.series))
            && self.layer.is_none_or(|layer| row.layer == layer)
            && self.grain.is_none_or(|grain| row.period.grain() == grain)
            && self.from.is_none_or(|from| row.period.start() >= from.start())
            && self.to.is_none_or(|to| row.period.end() <= to.end())
            && (self.territories.is_empty() || self.territories.iter().any(|code| code == row.territory.code()))
            && self.definition_version.as_ref().is_none_or(|version| *version == row.definition_version)
            && self.known_on.is_none_or(|day| row.vintage <= day)
    }
}

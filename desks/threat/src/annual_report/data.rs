//! All the figures of a report, computed from one snapshot before anything is written.

use super::{Options, ReportError};
use beffroi_indicators::{Card, Catalogue, CrossTable, Figures, IndicatorError, Request, compute, cross_table};
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, Facts};
use beffroi_statistics::{StatisticsError, growth};
use beffroi_wording::Lang;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Years shown in a table by year, the year of the report included.
const N_YEARS: i16 = 5;

/// A source and what of it is in the snapshot.
pub(super) struct SourceState {
    pub(super) id: String,
    pub(super) vintage: Date,
    pub(super) synthetic: bool,
}

pub(super) struct Data {
    pub(super) year: i16,
    pub(super) snapshot: u64,
    pub(super) catalogue: Catalogue,
    pub(super) sources: Vec<SourceState>,
    /// Digital offences by category and month over the last years.
    pub(super) offences: Figures,
    /// The same, protected, year by year: the totals of a year's months are the year's figures.
    pub(super) offences_by_year: BTreeMap<i16, CrossTable>,
    pub(super) losses: Figures,
    pub(super) delay: Figures,
    /// Fraud rate and victims by department and year, then of the country by year.
    pub(super) fraud_rate: Figures,
    pub(super) fraud_victims: Figures,
    pub(super) fraud_country: Figures,
    pub(super) fraud_country_rate: Figures,
    /// Claims by week of the ISO year, by month of two years, and by group in the year.
    pub(super) claims_by_week: Figures,
    pub(super) claims_by_month: Figures,
    pub(super) claims_by_group: Figures,
    pub(super) claims_by_year: Figures,
    /// Platform reports by source, unit and year, over two years.
    pub(super) platforms: Figures,
    /// Survey estimates by year.
    pub(super) survey: Figures,
}

impl Data {
    pub(super) async fn gather(facts: &dyn Facts, year: i16, options: &Options<'_>) -> Result<Self, ReportError> {
        if !(1900..=9998).contains(&year) {
            return Err(ReportError::Year { year });
        }
        let period = |year: i16| Period::year(year).map_err(|_| ReportError::Year { year });
        let (this, before, first) = (period(year)?, period(year - 1)?, period(year - N_YEARS + 1)?);
        let snapshots = facts.snapshots().await.map_err(IndicatorError::from)?;
        let latest = snapshots.last().map(|s| s.number).ok_or(ReportError::Empty)?;
        let snapshot = options.snapshot.unwrap_or(latest);
        let mut sources: BTreeMap<String, SourceState> = BTreeMap::new();
        for seen in snapshots.iter().filter(|s| s.number <= snapshot) {
            let id = seen.delivery.source.to_string();
            let state = sources.entry(id.clone()).or_insert(SourceState {
                id,
                vintage: seen.delivery.vintage,
                synthetic: false,
            });
            state.vintage = state.vintage.max(seen.delivery.vintage);
            state.synthetic |= seen.delivery.synthetic;
        }

        let catalogue = Catalogue::builtin();
        let ask = async |code: &str, by: &[Dimension], from: Option<Period>, to: Period| {
            let lists = options.lists.clone();
            let request =
                Request { by: by.to_vec(), from, to: Some(to), snapshot: Some(snapshot), lists, ..Request::default() };
            let card = catalogue.card(code)?;
            compute(facts, card, &request, options.now, options.program_version).await
        };
        use Dimension::{Category, Department, Month, Source, Subject, Unit, Week, Year};
        let week_of =
            |month: i8, day: i8| Period::containing(Date::new(year, month, day).unwrap_or(this.start()), Grain::Week);
        // The fourth of January and the twenty-eighth of December always lie in the first and last week of the ISO year.
        let (first_week, last_week) = (week_of(1, 4), week_of(12, 28));
        let offences = ask("digital-offences", &[Category, Month], Some(first), this).await?;
        Ok(Self {
            year,
            snapshot,
            sources: sources.into_values().collect(),
            offences_by_year: by_year(&offences)?,
            losses: ask("losses", &[Year], Some(before), this).await?,
            delay: ask("reporting-delay", &[Year], Some(before), this).await?,
            fraud_rate: ask("fraud-rate", &[Department, Year], None, this).await?,
            fraud_victims: ask("fraud-victims", &[Department, Year], None, this).await?,
            fraud_country: ask("fraud-victims", &[Year], None, this).await?,
            fraud_country_rate: ask("fraud-rate", &[Year], None, this).await?,
            claims_by_week: ask("ransomware-claims", &[Week], Some(first_week), last_week).await?,
            claims_by_month: ask("ransomware-claims", &[Month], Some(before), this).await?,
            claims_by_group: ask("ransomware-claims", &[Subject], Some(this), this).await?,
            claims_by_year: ask("ransomware-claims", &[Year], Some(before), this).await?,
            platforms: ask("platform-reports", &[Source, Unit, Year], Some(before), this).await?,
            survey: ask("bank-fraud-households", &[Year], None, this).await?,
            offences,
            catalogue,
        })
    }

    /// The card of that code, for its words.
    pub(super) fn card(&self, code: &str) -> Option<&Card> {
        self.catalogue.card(code).ok()
    }

    /// The years of a breakdown by department that have figures, with whether the country is known too.
    pub(super) fn fraud_years(&self) -> BTreeMap<i16, bool> {
        let mut years = BTreeMap::new();
        for figure in &self.fraud_victims.rows {
            if let [Some(territory), Some(year)] = &figure.keys[..]
                && let Ok(year) = year.parse::<i16>()
            {
                *years.entry(year).or_insert(false) |= territory == "NL" && figure.value.is_some();
            }
        }
        years
    }

    /// What the growth of `figures` by month or year from the year before to the year of the report is.
    pub(super) fn growth(&self, code: &str, totals: [Option<f64>; 2], months: &BTreeSet<String>) -> Growth {
        let (Ok(before), Ok(this)) = (Period::year(self.year - 1), Period::year(self.year)) else {
            return Growth::NoBase;
        };
        if let Some(b) = self.card(code).and_then(|card| card.break_between(before, this)) {
            return Growth::Broken(b.at);
        }
        let n_months = |year: i16| months.iter().filter(|m| m.starts_with(&format!("{year:04}-"))).count();
        match totals {
            [Some(_), Some(_)] if n_months(self.year) < 12 || n_months(self.year - 1) < 12 => Growth::Incomplete,
            [Some(a), Some(b)] => match growth(a, b) {
                Ok(ratio) => Growth::Of(ratio),
                Err(StatisticsError::Base(_) | StatisticsError::Count(_) | StatisticsError::Denominator(_)) => {
                    Growth::NoBase
                }
            },
            _ => Growth::NoBase,
        }
    }
}

/// A growth, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Growth {
    Of(f64),
    /// The series is broken in between.
    Broken(Period),
    /// One of the two years lacks months.
    Incomplete,
    /// There is no figure, or zero, in the year before.
    NoBase,
}

impl Growth {
    /// In words, with the figure it tells.
    pub(super) fn say(self, lang: Lang, base: i16) -> (String, Option<(f64, String)>) {
        let year = base.to_string();
        match self {
            Self::Of(ratio) => {
                let shown = lang.growth(ratio, 1);
                let text = lang.say_with("report-growth", &[("growth", (&shown).into()), ("year", (&year).into())]);
                (text, Some((ratio, shown)))
            }
            Self::Broken(at) => {
                let at = lang.period(at);
                (lang.say_with("report-growth-broken", &[("period", (&at).into())]), None)
            }
            Self::Incomplete => (lang.say("report-growth-incomplete"), None),
            Self::NoBase => (lang.say("report-growth-no-base"), None),
        }
    }
}

fn by_year(offences: &Figures) -> Result<BTreeMap<i16, CrossTable>, IndicatorError> {
    let month = |keys: &[Option<String>]| keys.get(1).cloned().flatten().unwrap_or_default();
    let years: BTreeSet<i16> = offences.rows.iter().filter_map(|row| month(&row.keys).get(..4)?.parse().ok()).collect();
    let table = |year: i16| {
        let of_year = offences.only(|row| month(&row.keys).starts_with(&format!("{year:04}-")));
        Ok((year, cross_table(&of_year, Dimension::Category, Dimension::Month)?))
    };
    years.into_iter().map(table).collect()
}

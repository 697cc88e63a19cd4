//! What a switch would do: indicators that use the list, rows of the lake whose codes are past then, links that lose an end.

use beffroi_codes::{Code, CodeList, Link, Lists, crosswalks};
use beffroi_indicators::{Catalogue, dimension_of};
use beffroi_ports::{CountsQuery, Dimension, Facts, FactsError, Filter, Measure, ReportsQuery};
use std::collections::{BTreeMap, BTreeSet};

/// What a switch would do to figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// The indicators whose breakdowns use the list, by their codes.
    pub indicators: Vec<String>,
    /// Whether the lake carries codes of this list at all.
    pub is_carried: bool,
    /// The codes that rows of the lake carry and that are in force before the switch and not after it.
    pub rows: Vec<CarriedCode>,
    /// The links that stand before the switch and not after it.
    pub links: Vec<BrokenLink>,
}

impl Effect {
    /// How many rows of the lake carry codes that are past after the switch.
    pub fn n_rows(&self) -> u64 {
        self.rows.iter().map(|carried| carried.rows).sum()
    }
}

/// A code that rows of a source carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedCode {
    /// The source.
    pub source: String,
    /// The code.
    pub code: String,
    /// What takes its place after the switch; nothing when it ends without successor or the version lacks it.
    pub becomes: Vec<String>,
    /// Whether the version knows the code.
    pub is_known: bool,
    /// How many rows carry it, reports and published counts.
    pub rows: u64,
}

/// A link that loses an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLink {
    /// The crosswalk.
    pub crosswalk: String,
    /// The code it starts from.
    pub from: String,
    /// The code it leads to.
    pub to: String,
}

/// What it would do to switch `lists` to `after`, on the day from which `after` holds.
///
/// # Errors
/// When the lake cannot answer.
pub async fn effect(facts: &dyn Facts, lists: &Lists, after: &CodeList) -> Result<Effect, FactsError> {
    let name = after.name.as_str();
    let catalogue = Catalogue::builtin();
    let using = catalogue.cards().iter().filter(|card| card.code_lists.iter().any(|list| list == name));
    let day = after.date;
    let before = lists.list(name).map(CodeList::every_code).unwrap_or_default();
    let is_past = |code: &&Code| match after.code(&code.code) {
        Some(next) => code.in_force_on(day) && !next.in_force_on(day),
        // A code that was past already counts where the version does not know it any more.
        None => true,
    };
    let past: BTreeSet<&str> = before.iter().filter(is_past).map(|code| code.code.as_str()).collect();
    let mut carried: BTreeMap<(String, String), u64> = BTreeMap::new();
    let is_carried = dimension_of(name).is_some() || name == SERIES;
    if !past.is_empty() && is_carried {
        of_reports(facts, name, &past, &mut carried).await?;
        of_counts(facts, name, &past, &mut carried).await?;
    }
    let rows = carried.into_iter().map(|((source, code), rows)| {
        let next = after.code(&code);
        CarriedCode {
            source,
            becomes: next.map(|next| next.replaced_by.clone()).unwrap_or_default(),
            is_known: next.is_some(),
            code,
            rows,
        }
    });
    let switched = lists.clone().with(after.clone());
    let touched = crosswalks().filter(|crosswalk| crosswalk.from == name || crosswalk.to == name);
    let links = touched.flat_map(|crosswalk| {
        let broken = |link: &Link| BrokenLink {
            crosswalk: crosswalk.name.clone(),
            from: link.from.clone(),
            to: link.to.clone(),
        };
        lists.links_lost(&switched, crosswalk, day).into_iter().map(broken).collect::<Vec<_>>()
    });
    Ok(Effect {
        indicators: using.map(|card| card.code.clone()).collect(),
        is_carried,
        rows: rows.collect(),
        links: links.collect(),
    })
}

/// The list of the series of published counts.
const SERIES: &str = "published_series";

async fn of_reports(
    facts: &dyn Facts,
    list: &str,
    past: &BTreeSet<&str>,
    carried: &mut BTreeMap<(String, String), u64>,
) -> Result<(), FactsError> {
    let Some(dimension) = dimension_of(list) else { return Ok(()) };
    let query = ReportsQuery {
        measures: vec![Measure::Count],
        by: vec![Dimension::Source, dimension],
        filters: vec![Filter { dimension, values: past.iter().map(|code| (*code).to_owned()).collect() }],
        ..ReportsQuery::default()
    };
    for row in facts.reports(&query).await?.rows() {
        let count = row.value(0).unwrap_or_default();
        if let (Some(source), Some(code)) = (row.key(0), row.key(1)) {
            // A count of rows is a whole number, far below what a float tells apart.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
            let count = count as u64;
            *carried.entry((source.to_owned(), code.to_owned())).or_default() += count;
        }
    }
    Ok(())
}

async fn of_counts(
    facts: &dyn Facts,
    list: &str,
    past: &BTreeSet<&str>,
    carried: &mut BTreeMap<(String, String), u64>,
) -> Result<(), FactsError> {
    let mut query = CountsQuery::default();
    let wanted = || past.iter().map(|code| (*code).to_owned()).collect();
    match list {
        "departments" => query.territories = wanted(),
        SERIES => query.series = wanted(),
        "digital_offences" | "units_of_count" => {}
        _ => return Ok(()),
    }
    for row in facts.counts(&query).await? {
        let code = match list {
            "departments" => row.territory.code().to_owned(),
            SERIES => row.series,
            "digital_offences" => row.category.unwrap_or_default(),
            _ => row.unit_of_count,
        };
        if past.contains(code.as_str()) {
            *carried.entry((row.source.to_string(), code)).or_default() += 1;
        }
    }
    Ok(())
}
